/// How a kind of job is served: the demands it answers to, and the agent task that is started for it.
public struct Profile: Hashable, Sendable {
    public var name: String
    /// The capabilities its agents have beyond what every agent reports; a job request is served if these satisfy
    /// its demands. They reach the container as environment variables, which an agent reports as capabilities.
    public var capabilities: [String: String]
    public var taskDefinition: String
    /// The container of the task definition that runs the agent.
    public var container: String
    /// CPU units (1024 = one vCPU) and MiB; nil: the task definition's own.
    public var cpu: Int?
    public var memory: Int?
    /// 21 to 200 GiB (Fargate on Linux); nil: the task definition's own.
    public var ephemeralStorageGiB: Int?
    /// Launches of this profile that may be open at once.
    public var maximumAgents: Int
    /// How its agents come into the pool.
    public var registration: RegistrationForm
    /// Tried in order. Not empty.
    public var placements: [Placement]
    public var deadlines: Deadlines
    /// Further launches for a job request whose launch failed, before it is given up with a reason.
    public var maximumReplacements: Int
    /// What a pipeline's server task may ask for.
    public var bookable: Bookable
    /// When agents are kept online for jobs to come. Of windows that are open together the largest counts.
    public var warm: [WarmWindow]

    public init(
        name: String, capabilities: [String: String] = [:], taskDefinition: String, container: String,
        cpu: Int? = nil, memory: Int? = nil, ephemeralStorageGiB: Int? = nil, maximumAgents: Int = 50,
        registration: RegistrationForm = .byContainer, placements: [Placement], deadlines: Deadlines = Deadlines(),
        maximumReplacements: Int = 3, bookable: Bookable = Bookable(), warm: [WarmWindow] = []
    ) {
        self.name = name
        self.capabilities = capabilities
        self.taskDefinition = taskDefinition
        self.container = container
        self.cpu = cpu
        self.memory = memory
        self.ephemeralStorageGiB = ephemeralStorageGiB
        self.maximumAgents = maximumAgents
        self.registration = registration
        self.placements = placements
        self.deadlines = deadlines
        self.maximumReplacements = maximumReplacements
        self.bookable = bookable
        self.warm = warm
    }

    /// How many agents are to be online without a job.
    public func warmAgents(at now: Timestamp) -> Int {
        warm.lazy.filter { $0.isOpen(at: now) }.map(\.agents).max() ?? 0
    }

    /// The demands that this profile's agents do not satisfy. Empty: it serves the job request.
    public func unmet(_ demands: [Demand]) -> [Demand] {
        let own = Capabilities(capabilities)
        return demands.filter { !$0.isAgentVersion && !own.satisfies($0) }
    }
}
