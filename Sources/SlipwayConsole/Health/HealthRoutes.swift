internal import HTTPTypes
internal import Hummingbird

/// `/healthz`: the process answers. `/readyz`: everything it needs works; if not, which and why.
struct HealthRoutes: Sendable {
    let readiness: Readiness

    static let livenessPath = "/healthz"

    func add(to router: Router<BasicRequestContext>) {
        router.get("healthz") { _, _ in JSONText.response(Status(status: "ok", problems: [])) }
        router.get("readyz") { _, _ in
            let problems = await readiness.problems()
            return JSONText.response(
                Status(status: problems.isEmpty ? "ready" : "not ready", problems: problems),
                status: problems.isEmpty ? .ok : .serviceUnavailable)
        }
    }

    private struct Status: Encodable {
        var status: String
        var problems: [ReadinessProblem]
    }
}
