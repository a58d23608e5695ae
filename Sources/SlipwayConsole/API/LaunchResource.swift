public import SlipwayCore

/// A launch as JSON shows it, in the API and in what the command line prints. Names and meanings are kept over versions;
/// new fields may come. Instants are ISO 8601 in UTC; what is not known is absent.
public struct LaunchResource: Encodable, Sendable {
    public var id: String
    public var pool: Int
    public var profile: String
    /// The job request that it was made for.
    public var jobRequest: Int64?
    public var ordinal: Int
    public var origin: Origin
    public var isWarm: Bool?
    /// Of the job that its agent took, where that isn't the one that it was made for.
    public var ranOrigin: Origin?
    public var reason: String
    /// `LaunchState.name`.
    public var state: String
    public var isOpen: Bool
    public var createdAt: String
    public var stateSince: String
    public var runningAt: String?
    public var onlineAt: String?
    public var busyAt: String?
    public var finishedAt: String?
    public var version: Int
    public var attempt: Int
    public var placement: String?
    /// Its ARN.
    public var agentTask: String?
    public var agentName: String
    /// The registration's id.
    public var agent: Int?
    /// The job request that its agent ran, which may be another one.
    public var ranJobRequest: Int64?
    public var jobResult: String?
    public var problem: String?
    public var agentTaskStop: Stop?
    /// The run of `ranOrigin`, or else of `origin`.
    public var run: Run?
    /// What the cluster tells of its agent task.
    public var agentTaskFacts: AgentTaskFacts?
    /// What its agent task was started from.
    public var definition: Definition?
    public var outcome: Outcome?

    /// How its agent task ended.
    public struct Stop: Encodable, Sendable {
        public var reason: String
        public var code: String?
        public var exitCode: Int?
        public var explanation: String
        public var isInterruption: Bool
    }

    public struct Outcome: Encodable, Sendable {
        public var kind: String
        public var reason: String
    }

    public struct Origin: Encodable, Sendable {
        public var projectID: String?
        public var pipelineID: Int?
        public var pipelineName: String?
        public var runID: Int?
        public var runName: String?
        public var jobID: String?
        public var jobName: String?
        public var queuedAt: String?
    }

    public init(_ launch: Launch) {
        id = launch.id.rawValue
        pool = launch.pool.rawValue
        profile = launch.profile
        jobRequest = launch.request?.rawValue
        ordinal = launch.ordinal
        origin = Origin(launch.origin)
        isWarm = launch.isWarm
        ranOrigin = launch.ranOrigin.map(Origin.init)
        reason = launch.reason
        state = launch.state.name
        isOpen = launch.isOpen
        createdAt = launch.createdAt.description
        stateSince = launch.stateSince.description
        runningAt = launch.runningAt?.description
        onlineAt = launch.onlineAt?.description
        busyAt = launch.busyAt?.description
        finishedAt = launch.finishedAt?.description
        version = launch.version
        attempt = launch.attempt
        placement = launch.placement
        agentTask = launch.agentTask?.rawValue
        agentName = launch.agentName
        agent = launch.agent?.rawValue
        ranJobRequest = launch.ran?.rawValue
        jobResult = launch.ranResult
        problem = launch.lastProblem
        agentTaskStop = launch.agentTaskStop.map {
            Stop(
                reason: $0.reason, code: $0.code, exitCode: $0.exitCode, explanation: $0.explanation,
                isInterruption: $0.isInterruption)
        }
        run = launch.run.map(Run.init)
        agentTaskFacts = launch.agentTaskFacts.map(AgentTaskFacts.init)
        definition = launch.definition.map(Definition.init)
        outcome = launch.outcome.map { Outcome(kind: $0.kind.rawValue, reason: $0.reason) }
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
        queuedAt = origin.queuedAt?.description
    }
}

/// A page of launches.
struct LaunchListResource: Encodable {
    var launches: [LaunchResource]
    /// For the next request's `cursor`; absent on the last page.
    var nextCursor: String?
    /// The ids of those of the page that can't be read. Absent where all can.
    var unreadable: [String]?

    init(_ page: LaunchPage) {
        launches = page.launches.map(LaunchResource.init)
        unreadable = page.unreadable.isEmpty ? nil : page.unreadable
        nextCursor = page.next?.text
    }
}

/// A launch with what the ledger says of it.
struct LaunchDetailResource: Encodable {
    struct Stage: Encodable {
        var stage: String
        var from: String
        /// Absent while it lasts.
        var to: String?
    }

    var launch: LaunchResource
    /// Absent where costs are not estimated.
    var cost: CostResource?
    var stages: [Stage]
    /// The newest, in the ledger's order.
    var records: [RecordResource]
    /// The newest about its job request.
    var decisions: [RecordResource]
    /// That told of the job it was made for, and of the one that its agent took.
    var deliveries: [DeliveryResource]
    /// Which of the lists are not all: `records` has the older ones. Absent where all are.
    var shortened: [String]?
    /// Which of the lists are empty because they can't be read. Absent where all can.
    var unreadable: [String]?

    init(_ story: LaunchDossier, _ prices: PriceBook?, at now: Timestamp) {
        launch = LaunchResource(story.launch)
        cost = prices.map { CostResource(story.launch, $0, at: now) }
        stages = LaunchTimes(story.launch).stages.map {
            Stage(stage: $0.stage.rawValue, from: $0.from.description, to: $0.to?.description)
        }
        records = (story.records?.records ?? []).map(RecordResource.init)
        decisions = (story.decisions?.records ?? []).map(RecordResource.init)
        deliveries = (story.allDeliveries ?? []).map(DeliveryResource.init)
        shortened = story.shortened.isEmpty ? nil : story.shortened
        unreadable = story.unreadable.isEmpty ? nil : story.unreadable
    }
}
