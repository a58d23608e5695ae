/// What only the running engine knows, for whoever shows it. Asking changes nothing and waits for no service.
public protocol LivePort: Sendable {
    func live() async -> LiveState
}

/// The engine at one instant.
public struct LiveState: Sendable {
    /// The configured pools, in the configuration's order.
    public var pools: [Pool]
    public var hooks: Hooks
    /// The organization's limit, as last read; nil: none is known.
    public var parallelJobs: ParallelJobs?
    public var holds: OperatorHolds
    /// Nil: there are none, or they were not looked at yet.
    public var budgets: BudgetReading?

    public init(
        pools: [Pool] = [], hooks: Hooks = Hooks(), parallelJobs: ParallelJobs? = nil,
        holds: OperatorHolds = OperatorHolds(), budgets: BudgetReading? = nil
    ) {
        self.pools = pools
        self.hooks = hooks
        self.parallelJobs = parallelJobs
        self.holds = holds
        self.budgets = budgets
    }

    public struct Pool: Sendable {
        public var name: String
        /// Nil until it was found.
        public var id: PoolID?
        /// Why it can't be served at the moment.
        public var problem: String?
        /// When its job requests were last asked for.
        public var readAt: Timestamp?
        /// What is wrong with its placeholders.
        public var placeholderNote: String?
        public var maximumAgents: Int
        public var profiles: [Profile]
        /// Job requests that wait, of those that no profile serves too.
        public var waitingCount: Int
        /// The first of them, in the pool's order, at most `maximumWaiting`.
        public var waiting: [WaitingJob]

        public static let maximumWaiting = 200

        /// Whether what waits is known at the moment: the pool was read, and can be.
        public var isWaitingKnown: Bool { readAt != nil && problem == nil }

        public init(
            name: String, id: PoolID? = nil, problem: String? = nil, readAt: Timestamp? = nil,
            placeholderNote: String? = nil, maximumAgents: Int = 0, profiles: [Profile] = [], waitingCount: Int = 0,
            waiting: [WaitingJob] = []
        ) {
            self.name = name
            self.id = id
            self.problem = problem
            self.readAt = readAt
            self.placeholderNote = placeholderNote
            self.maximumAgents = maximumAgents
            self.profiles = profiles
            self.waitingCount = waitingCount
            self.waiting = waiting
        }
    }

    public struct Profile: Sendable {
        public var name: String
        public var maximumAgents: Int
        /// Job requests that wait for an agent of it.
        public var waiting: Int
        /// Agents that are to be online without a job at this time.
        public var warm: Int
        /// Its open launches by state (`LaunchState.name`).
        public var launches: [String: Int]
        public var rungs: [Rung]

        public init(
            name: String, maximumAgents: Int = 0, waiting: Int = 0, warm: Int = 0, launches: [String: Int] = [:],
            rungs: [Rung] = []
        ) {
            self.name = name
            self.maximumAgents = maximumAgents
            self.waiting = waiting
            self.warm = warm
            self.launches = launches
            self.rungs = rungs
        }

        public var starting: Int { ["planned", "starting", "pending"].reduce(0) { $0 + (launches[$1] ?? 0) } }
        public var online: Int { launches["online"] ?? 0 }
        public var busy: Int { launches["busy"] ?? 0 }
        public var leaving: Int { ["finished", "cleaning"].reduce(0) { $0 + (launches[$1] ?? 0) } }
    }

    /// One placement of a profile's ladder.
    public struct Rung: Sendable {
        public var placement: String
        /// It kept refusing, and is left out until then; nil: it is tried.
        public var leftOutUntil: Timestamp?

        public init(placement: String, leftOutUntil: Timestamp? = nil) {
            self.placement = placement
            self.leftOutUntil = leftOutUntil
        }
    }

    public struct WaitingJob: Sendable {
        public var request: JobRequestID
        /// Nil: none serves it.
        public var profile: String?
        public var origin: JobOrigin
        public var queuedAt: Timestamp?
        /// `Decision.name`, of the latest plan; nil: it was not planned yet.
        public var decision: String?
        public var reason: String?

        public init(
            request: JobRequestID, profile: String? = nil, origin: JobOrigin = JobOrigin(), queuedAt: Timestamp? = nil,
            decision: String? = nil, reason: String? = nil
        ) {
            self.request = request
            self.profile = profile
            self.origin = origin
            self.queuedAt = queuedAt
            self.decision = decision
            self.reason = reason
        }
    }

    /// The service hook subscriptions.
    public struct Hooks: Sendable {
        /// Whether they are looked at.
        public var isWatched: Bool
        /// Why they can't be read; nil: they can, or nobody has tried.
        public var problem: String?
        /// Subjects that subscriptions were seen for.
        public var known: Int
        public var troubles: [HookTrouble]

        public init(isWatched: Bool = false, problem: String? = nil, known: Int = 0, troubles: [HookTrouble] = []) {
            self.isWatched = isWatched
            self.problem = problem
            self.known = known
            self.troubles = troubles
        }
    }
}
