/// Azure DevOps' own queue item in a pool, as far as the rules need it. The truth about what waits.
public struct JobRequest: Hashable, Sendable {
    /// The agent that the service has allotted the request to.
    public struct Reservation: Hashable, Sendable {
        public var agentName: String
        public var isOnline: Bool
        /// The registration's; nil: it isn't known.
        public var agent: AgentID?

        public init(agentName: String, isOnline: Bool, agent: AgentID? = nil) {
            self.agentName = agentName
            self.isOnline = isOnline
            self.agent = agent
        }
    }

    public var id: JobRequestID
    public var queuedAt: Timestamp?
    public var assignedAt: Timestamp?
    public var receivedAt: Timestamp?
    public var finishedAt: Timestamp?
    /// Absent until finished; then the service's word: succeeded, failed, canceled, …
    public var result: String?
    public var demands: [Demand]
    public var reservation: Reservation?
    public var origin: JobOrigin
    public var priority: Int

    public init(
        id: JobRequestID, queuedAt: Timestamp? = nil, assignedAt: Timestamp? = nil, receivedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil, result: String? = nil, demands: [Demand] = [], reservation: Reservation? = nil,
        origin: JobOrigin = JobOrigin(), priority: Int = 0
    ) {
        self.id = id
        self.queuedAt = queuedAt
        self.assignedAt = assignedAt
        self.receivedAt = receivedAt
        self.finishedAt = finishedAt
        self.result = result
        self.demands = demands
        self.reservation = reservation
        self.origin = origin
        self.priority = priority
    }

    public var isFinished: Bool { result != nil || finishedAt != nil }

    /// Ended before the agent that it was allotted to received it.
    public var isWithdrawn: Bool {
        isFinished && receivedAt == nil && (result == "canceled" || result == "abandoned")
    }

    /// Waits for an agent: not finished, not received, and not allotted to an agent that is online and about to take
    /// it. A request allotted to an offline agent comes back to the queue when its lease runs out, after as much as
    /// 45 minutes: it waits, and one of our agents may well be given it.
    public var isWaiting: Bool {
        guard !isFinished, receivedAt == nil else { return false }
        return reservation?.isOnline != true
    }

    /// The agent that the job is bound to by a demand on `Agent.Name`, if any.
    public var boundAgentName: String? {
        for demand in demands { if let name = demand.boundAgentName { return name } }
        return nil
    }
}

/// Whose job it is: what the audit and the tags of an agent task say. Ids and pipeline names, never people.
public struct JobOrigin: Hashable, Codable, Sendable {
    public var projectID: String?
    public var pipelineID: Int?
    public var pipelineName: String?
    /// The pipeline run, which is Azure DevOps' build id.
    public var runID: Int?
    public var runName: String?
    public var jobID: String?
    public var jobName: String?
    /// When the service queued the job request. Absent in launches of older versions.
    public var queuedAt: Timestamp?
    /// The project is public: its jobs don't count against the organization's parallel jobs. Nil: it isn't, or isn't known to be.
    public var isPublic: Bool?

    public init(
        projectID: String? = nil, pipelineID: Int? = nil, pipelineName: String? = nil, runID: Int? = nil,
        runName: String? = nil, jobID: String? = nil, jobName: String? = nil, queuedAt: Timestamp? = nil,
        isPublic: Bool = false
    ) {
        self.projectID = projectID
        self.pipelineID = pipelineID
        self.pipelineName = pipelineName
        self.runID = runID
        self.runName = runName
        self.jobID = jobID
        self.jobName = jobName
        self.queuedAt = queuedAt
        self.isPublic = isPublic ? true : nil
    }
}
