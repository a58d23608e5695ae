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
    /// The bookings of this pool that are wanted, or that its open launches are bound to, or whose agent a job request
    /// demands. In any order.
    public var bookings: [Booking]
    public var bookingHistory: [BookingID: RequestHistory]
    /// Of the profiles that keep agents warm, by name.
    public var warmHistory: [String: WarmHistory]
    /// Runs that have lost a job to an interruption: their jobs are not put on Spot again where there is another rung.
    public var interruptedRuns: Set<Int>
    /// The organization's limit, as last read; nil: none is known.
    public var parallelJobs: ParallelJobs?
    /// Launches of other pools that count against it.
    public var launchesElsewhere: Int
    /// Why no launches are made for a profile, by its name: an operator wants it so.
    public var holds: [String: String]
    /// Failures of a job request's launches that an operator has forgiven.
    public var forgiven: [JobRequestID: Int]
    /// Projects that get no launches, by id, each with the reason.
    public var heldProjects: [String: String]

    public init(
        policy: PoolPolicy, requests: [JobRequest], launches: [Launch], history: [JobRequestID: RequestHistory] = [:],
        bookings: [Booking] = [], bookingHistory: [BookingID: RequestHistory] = [:],
        warmHistory: [String: WarmHistory] = [:], interruptedRuns: Set<Int> = [], parallelJobs: ParallelJobs? = nil,
        launchesElsewhere: Int = 0,
        holds: [String: String] = [:], forgiven: [JobRequestID: Int] = [:], heldProjects: [String: String] = [:]
    ) {
        self.policy = policy
        self.requests = requests
        self.launches = launches
        self.history = history
        self.bookings = bookings
        self.bookingHistory = bookingHistory
        self.warmHistory = warmHistory
        self.interruptedRuns = interruptedRuns
        self.parallelJobs = parallelJobs
        self.launchesElsewhere = launchesElsewhere
        self.holds = holds
        self.forgiven = forgiven
        self.heldProjects = heldProjects
    }
}
