internal import SlipwayCore

/// A launch as JSON shows it. Names and forms are part of the contract with scripts; instants are ISO 8601.
struct LaunchDescription: Encodable {
    var id: String
    var pool: Int
    var profile: String
    var jobRequest: Int64?
    var ordinal: Int
    var origin: JobOrigin
    var reason: String
    var state: String
    var isOpen: Bool
    var createdAt: String
    var stateSince: String
    var runningAt: String?
    var onlineAt: String?
    var busyAt: String?
    var finishedAt: String?
    var attempt: Int
    var placement: String?
    var agentTask: String?
    var agentName: String
    var agent: Int?
    var ranJobRequest: Int64?
    var jobResult: String?
    var problem: String?
    var outcome: Outcome?

    struct Outcome: Encodable {
        var kind: String
        var reason: String
    }

    init(_ launch: Launch) {
        id = launch.id.rawValue
        pool = launch.pool.rawValue
        profile = launch.profile
        jobRequest = launch.request?.rawValue
        ordinal = launch.ordinal
        origin = launch.origin
        reason = launch.reason
        state = launch.state.name
        isOpen = launch.isOpen
        createdAt = launch.createdAt.description
        stateSince = launch.stateSince.description
        runningAt = launch.runningAt?.description
        onlineAt = launch.onlineAt?.description
        busyAt = launch.busyAt?.description
        finishedAt = launch.finishedAt?.description
        attempt = launch.attempt
        placement = launch.placement
        agentTask = launch.agentTask?.rawValue
        agentName = launch.id.agentName
        agent = launch.agent?.rawValue
        ranJobRequest = launch.ran?.rawValue
        jobResult = launch.ranResult
        problem = launch.lastProblem
        outcome = launch.outcome.map { Outcome(kind: $0.kind.rawValue, reason: $0.reason) }
    }
}
