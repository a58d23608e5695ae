import PrometheusText
import SlipwayCore
import Synchronization
import Testing

@testable import SlipwayMetrics

/// Launch metrics, a pool with one profile, and time that the test drives.
struct Bench {
    final class Time: TimeSource {
        private let current = Mutex(Timestamp(milliseconds: 1_764_000_000_000))
        func now() -> Timestamp { current.withLock { $0 } }
        func sleep(milliseconds: Int64) async throws {}
        func pass(seconds: Int) { current.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    let time = Time()
    let registry = PrometheusRegistry(SlipwayMetric.all)
    let metrics: LaunchMetrics
    let policy = PoolPolicy(
        id: PoolID(rawValue: 44), name: "p", organization: OrganizationKey(rawValue: "abc123"),
        profiles: [
            Profile(
                name: "small", taskDefinition: "azp-agent", container: "agent",
                placements: [Placement(capacity: .launchType("FARGATE"))])
        ])

    init(isResolved: Bool = true) {
        metrics = LaunchMetrics(profiles: ["p": ["small"]], factory: registry, time: time)
        if isResolved { metrics.poolResolved(policy) }
    }

    func pass(seconds: Int) { time.pass(seconds: seconds) }

    func announce(run: Int) {
        metrics.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: run, jobID: "job-\(run)"))
    }

    func read(_ requests: [JobRequest]) { metrics.poolRead(policy, requests: requests, askedAt: time.now()) }

    func request(_ id: Int64, run: Int, demands: String? = nil, queuedSecondsAgo seconds: Int) -> JobRequest {
        JobRequest(
            id: JobRequestID(rawValue: id), queuedAt: time.now().adding(seconds: -seconds),
            demands: demands.map { [Demand(parsing: $0)] } ?? [],
            origin: JobOrigin(runID: run, jobID: "JOB-\(run)"))
    }

    func launch(_ request: Int64) -> Launch {
        let id = JobRequestID(rawValue: request)
        return Launch(
            id: LaunchID(organization: policy.organization, pool: policy.id, request: id, ordinal: 1), pool: policy.id,
            profile: "small", request: id, ordinal: 1, origin: JobOrigin(), reason: "it waits", createdAt: time.now())
    }

    func agent(isOnline: Bool) -> PoolAgent {
        PoolAgent(id: AgentID(rawValue: 9), name: "slipway-x", isOnline: isOnline)
    }

    /// Applies an event that must change something, and tells the metrics.
    func apply(_ event: LaunchEvent, to launch: inout Launch, at location: SourceLocation = #_sourceLocation) throws {
        let transition = try #require(
            launch.applying(event, at: time.now(), rules: LaunchRules()), "\(event)", sourceLocation: location)
        metrics.launchChanged(from: launch, to: transition.launch)
        launch = transition.launch
    }

    func figures(_ open: [OpenLaunches] = []) -> Figures {
        Figures(registry.text(adding: metrics.samples() + metrics.samples(open: open)))
    }
}

/// The values of a text, by name and labels.
struct Figures: Sequence {
    private let values: [String: Double]

    init(_ text: String) {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        values = Dictionary(
            lines.compactMap { line in
                line.lastIndex(of: " ").map { (String(line[..<$0]), Double(line[line.index(after: $0)...]) ?? .nan) }
            }, uniquingKeysWith: { first, _ in first })
    }

    subscript(line: String) -> Double? { values[line] }
    func makeIterator() -> Dictionary<String, Double>.Iterator { values.makeIterator() }
}
