/// What the planner looks at: one pool at one instant.
public struct PlanningInput: Sendable {
    public var policy: PoolPolicy
    /// The unfinished job requests of the pool.
    public var requests: [JobRequest]
    /// The open launches of the pool, as they were before the job requests were read: then a launch that has since
    /// taken a job or ended still counts as supply for the request that it answered, and no second agent is started.
    public var launches: [Launch]
    /// Of the waiting job requests that have had launches before.
    public var history: [JobRequestID: RequestHistory]
    /// Runs that have lost a job to an interruption: their jobs are not put on Spot again where there is another rung.
    public var interruptedRuns: Set<Int>
    /// The organization's limit, as last read; nil: none is known.
    public var parallelJobs: ParallelJobs?
    /// Launches of other pools that count against it.
    public var launchesElsewhere: Int
    /// Projects that get no launches, by id, each with the reason.
    public var heldProjects: [String: String]

    public init(
        policy: PoolPolicy, requests: [JobRequest], launches: [Launch], history: [JobRequestID: RequestHistory] = [:],
        interruptedRuns: Set<Int> = [], parallelJobs: ParallelJobs? = nil, launchesElsewhere: Int = 0,
        heldProjects: [String: String] = [:]
    ) {
        self.policy = policy
        self.requests = requests
        self.launches = launches
        self.history = history
        self.interruptedRuns = interruptedRuns
        self.parallelJobs = parallelJobs
        self.launchesElsewhere = launchesElsewhere
        self.heldProjects = heldProjects
    }
}
