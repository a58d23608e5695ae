internal import SlipwayCore

/// A launch as the API shows it. Names and meanings are kept over versions; new fields may come.
struct LaunchResource: Encodable {
    var id: String
    var pool: Int
    var profile: String
    var request: Int64?
    var ordinal: Int
    var reason: String
    var state: String
    var stateSince: String
    var createdAt: String
    var version: Int
    var attempt: Int
    var placement: String?
    var agentName: String
    var agent: Int?
    var agentTask: String?
    var onlineAt: String?
    var busyAt: String?
    var finishedAt: String?
    var ran: Int64?
    var result: String?
    var outcome: Outcome?
    var lastProblem: String?
    var origin: Origin

    struct Outcome: Encodable {
        var kind: String
        var reason: String
    }

    struct Origin: Encodable {
        var projectID: String?
        var pipelineID: Int?
        var pipelineName: String?
        var runID: Int?
        var runName: String?
        var jobID: String?
        var jobName: String?
    }

    init(_ launch: Launch) {
        id = launch.id.rawValue
        pool = launch.pool.rawValue
        profile = launch.profile
        request = launch.request?.rawValue
        ordinal = launch.ordinal
        reason = launch.reason
        state = launch.state.name
        stateSince = launch.stateSince.description
        createdAt = launch.createdAt.description
        version = launch.version
        attempt = launch.attempt
        placement = launch.placement
        agentName = launch.id.agentName
        agent = launch.agent?.rawValue
        agentTask = launch.agentTask?.rawValue
        onlineAt = launch.onlineAt?.description
        busyAt = launch.busyAt?.description
        finishedAt = launch.finishedAt?.description
        ran = launch.ran?.rawValue
        result = launch.ranResult
        outcome = launch.outcome.map { Outcome(kind: $0.kind.rawValue, reason: $0.reason) }
        lastProblem = launch.lastProblem
        origin = Origin(launch.origin)
    }
}

extension LaunchResource.Origin {
    init(_ origin: JobOrigin) {
        projectID = origin.projectID
        pipelineID = origin.pipelineID
        pipelineName = origin.pipelineName
        runID = origin.runID
        runName = origin.runName
        jobID = origin.jobID
        jobName = origin.jobName
    }
}

/// A page of launches.
struct LaunchListResource: Encodable {
    var launches: [LaunchResource]
    /// For the next request's `cursor`; absent on the last page.
    var nextCursor: String?

    init(_ page: LaunchPage) {
        launches = page.launches.map(LaunchResource.init)
        nextCursor = page.next?.text
    }
}

/// A launch with the ledger's records about it.
struct LaunchDetailResource: Encodable {
    var launch: LaunchResource
    var records: [RecordResource]
}
