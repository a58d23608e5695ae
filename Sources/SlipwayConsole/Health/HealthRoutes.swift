internal import HTTPTypes
internal import Hummingbird

/// `/healthz`: the process answers. `/readyz`: everything it needs works; if not, which and why. Notes are there when
/// something else isn't as it should be.
struct HealthRoutes: Sendable {
    let readiness: Readiness

    static let livenessPath = "/healthz"

    var routes: [Route] {
        [
            .get(Self.livenessPath) { _ in JSONText.response(Status(status: "ok", problems: [])) },
            .get("/readyz") { _ in await ready() },
        ]
    }

    private func ready() async -> Response {
        let all = await readiness.problems()
        let (problems, notes) = (all.filter { !$0.isNote }, all.filter(\.isNote))
        return JSONText.response(
            Status(
                status: problems.isEmpty ? "ready" : "not ready", problems: problems,
                notes: notes.isEmpty ? nil : notes),
            status: problems.isEmpty ? .ok : .serviceUnavailable)
    }

    private struct Status: Encodable {
        var status: String
        var problems: [ReadinessProblem]
        var notes: [ReadinessProblem]?
    }
}
