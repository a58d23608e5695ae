public import SlipwayCore

/// What an engine runs on.
public struct EngineConfiguration: Sendable {
    /// A pool and the port that reaches it.
    public struct Pool: Sendable {
        public var name: String
        public var profiles: [Profile]
        /// Launches that may be open at once in this pool.
        public var maximumAgents: Int
        /// The same for one project; nil: no limit but the pool's.
        public var maximumAgentsPerProject: Int?
        /// How often the pool is read when nothing is known to happen. Seconds, at least 1.
        public var sweepSeconds: Int
        public var whenGivenUp: GivenUp
        public var whenInterrupted: WhenInterrupted
        public var port: any AgentPoolPort
        public var placeholders: PlaceholderPolicy
        /// Nil: there are none to manage.
        public var placeholderPort: (any PlaceholderPort)?

        public init(
            name: String, profiles: [Profile], maximumAgents: Int = 1_000,
            maximumAgentsPerProject: Int? = nil, sweepSeconds: Int = 30,
            whenGivenUp: GivenUp = .leave, whenInterrupted: WhenInterrupted = .leave, port: any AgentPoolPort,
            placeholders: PlaceholderPolicy = .manage, placeholderPort: (any PlaceholderPort)? = nil
        ) {
            self.name = name
            self.profiles = profiles
            self.maximumAgents = maximumAgents
            self.maximumAgentsPerProject = maximumAgentsPerProject
            self.sweepSeconds = max(1, sweepSeconds)
            self.whenGivenUp = whenGivenUp
            self.whenInterrupted = whenInterrupted
            self.port = port
            self.placeholders = placeholders
            self.placeholderPort = placeholderPort
        }
    }

    /// The organization's URL as the agents get it (AZP_URL).
    public var organizationURL: String
    /// For profiles whose agents are registered beforehand.
    public var claims: ClaimOffer?
    /// The sizes that Fargate offers, for bookings.
    public var sizes: SizeOffers
    public var pools: [Pool]
    /// The token bucket of RunTask: calls at once, and calls a second.
    public var startBurst: Int
    public var startsPerSecond: Int
    /// How often pools and agent tasks are read while anything is under way. Milliseconds.
    public var activeSweepMilliseconds: Int64
    /// How often the cluster is asked for the agent tasks while events tell what becomes of them. Milliseconds.
    public var eventSweepMilliseconds: Int64
    /// Effects under way at once.
    public var maximumConcurrentEffects: Int
    /// Whether a deleted or disabled hook subscription is made anew.
    public var repairsHooks: Bool
    /// How often the use of the organization's parallel jobs is read while a job is held for them. Milliseconds.
    public var parallelJobsMilliseconds: Int64

    public init(
        organizationURL: String, claims: ClaimOffer? = nil, sizes: SizeOffers = SizeOffers([]), pools: [Pool],
        startBurst: Int = 20,
        startsPerSecond: Int = 20,
        activeSweepMilliseconds: Int64 = 2_000, eventSweepMilliseconds: Int64 = 60_000,
        maximumConcurrentEffects: Int = 64, repairsHooks: Bool = false,
        parallelJobsMilliseconds: Int64 = 10_000
    ) {
        self.organizationURL = organizationURL
        self.claims = claims
        self.sizes = sizes
        self.pools = pools
        self.startBurst = startBurst
        self.startsPerSecond = startsPerSecond
        self.activeSweepMilliseconds = max(10, activeSweepMilliseconds)
        self.eventSweepMilliseconds = max(10, eventSweepMilliseconds)
        self.maximumConcurrentEffects = max(1, maximumConcurrentEffects)
        self.repairsHooks = repairsHooks
        self.parallelJobsMilliseconds = max(10, parallelJobsMilliseconds)
    }
}
