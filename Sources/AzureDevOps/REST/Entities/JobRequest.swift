public import Foundation

/// A job request: the service's own queue item in a pool, and the truth about what waits.
///
/// The resource is not in the published REST specification; its fields are (TaskAgentJobRequest), and KEDA reads it in the
/// same way.
public struct JobRequest: Sendable, Equatable, Decodable {
    /// Unique in the organization, and never used again.
    public var id: Int64
    public var queueTime: Date?
    /// An agent was chosen. It may be offline, and the request may be taken back from it.
    public var assignTime: Date?
    /// The agent has the job.
    public var receiveTime: Date?
    public var finishTime: Date?
    public var lockedUntil: Date?
    /// `succeeded`, `succeededWithIssues`, `failed`, `canceled`, `skipped` or `abandoned`; nil until the job is over.
    public var result: String?
    /// As the wire spells them; see ``DemandText`` for the forms.
    public var demands: [String]
    /// The agent that was chosen.
    public var reservedAgent: AgentReference?
    /// True: every agent of the pool would do.
    public var matchesAllAgentsInPool: Bool?
    /// The orchestration plan, which the build names too. In lower case, as all identifiers here.
    public var planID: String?
    /// `Build` for pipelines.
    public var planType: String?
    /// Repeats in every run of the pipeline: never a key without the run.
    public var jobID: String?
    public var jobName: String?
    public var projectID: String?
    /// The organization.
    public var hostID: String?
    public var pipeline: NamedReference?
    /// The run, which is the build; its name is the build number.
    public var run: NamedReference?
    public var poolID: Int?
    public var queueID: Int?
    public var priority: Int?
    public var orchestrationID: String?
    public var statusMessage: String?
    /// `Private` or `Public`: whether the project's jobs count against the organization's parallel jobs.
    public var parallelismTag: String?

    /// A thing with a number and a name.
    public struct NamedReference: Sendable, Equatable, Decodable {
        public var id: Int64
        public var name: String?

        enum CodingKeys: CodingKey { case id, name }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(Int64.self, forKey: .id)
            name = container.tolerant(String.self, .name)
        }
    }

    /// The one of the request's further strings that is of use here.
    fileprivate struct Details: Decodable {
        var parallelismTag: String?

        enum CodingKeys: String, CodingKey { case parallelismTag = "ParallelismTag" }

        init(from decoder: any Decoder) throws {
            parallelismTag = try decoder.container(keyedBy: CodingKeys.self).tolerant(String.self, .parallelismTag)
        }
    }
}

extension JobRequest {
    /// Queued, and no agent has received the job. An agent may have been assigned: see ``assignTime``.
    public var isWaiting: Bool { !isFinished && receiveTime == nil }
    public var isRunning: Bool { !isFinished && receiveTime != nil }
    public var isFinished: Bool { result != nil || finishTime != nil }

    /// The build id.
    public var runID: Int64? { run?.id }
}

extension JobRequest {
    enum CodingKeys: String, CodingKey {
        case queueTime, assignTime, receiveTime, finishTime, lockedUntil, result, demands, reservedAgent
        case matchesAllAgentsInPool, planType, jobName, priority, statusMessage, definition, owner, data
        case id = "requestId"
        case planID = "planId"
        case jobID = "jobId"
        case projectID = "scopeId"
        case hostID = "hostId"
        case poolID = "poolId"
        case queueID = "queueId"
        case orchestrationID = "orchestrationId"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int64.self, forKey: .id)
        // Strict: these decide whether the job waits, and what may run it.
        assignTime = try container.strictDate(.assignTime)
        receiveTime = try container.strictDate(.receiveTime)
        finishTime = try container.strictDate(.finishTime)
        result = try container.decodeIfPresent(String.self, forKey: .result)
        demands = try container.decodeIfPresent([DemandText].self, forKey: .demands)?.map(\.text) ?? []
        reservedAgent = try container.decodeIfPresent(AgentReference.self, forKey: .reservedAgent)

        queueTime = container.tolerantDate(.queueTime)
        lockedUntil = container.tolerantDate(.lockedUntil)
        matchesAllAgentsInPool = container.tolerant(Bool.self, .matchesAllAgentsInPool)
        planID = container.tolerantGUID(.planID)
        planType = container.tolerant(String.self, .planType)
        jobID = container.tolerantGUID(.jobID)
        jobName = container.tolerant(String.self, .jobName)
        projectID = container.tolerantGUID(.projectID)
        hostID = container.tolerantGUID(.hostID)
        pipeline = container.tolerant(NamedReference.self, .definition)
        run = container.tolerant(NamedReference.self, .owner)
        poolID = container.tolerant(Int.self, .poolID)
        queueID = container.tolerant(Int.self, .queueID)
        priority = container.tolerant(Int.self, .priority)
        orchestrationID = container.tolerant(String.self, .orchestrationID)
        statusMessage = container.tolerant(String.self, .statusMessage)
        parallelismTag = container.tolerant(Details.self, .data)?.parallelismTag
    }
}
