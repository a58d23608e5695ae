/// The agent that a booking asks for, checked against the configuration.
public struct BookedAgent: Hashable, Codable, Sendable {
    /// When the pipeline's task is over.
    public enum Wait: String, Hashable, Codable, Sendable {
        case registered
        case online
    }

    public var name: BoundAgentName
    /// As the configuration spells it.
    public var pool: String
    public var profile: String
    /// CPU units, MiB and GiB; nil: the profile's.
    public var cpu: Int?
    public var memory: Int?
    public var ephemeralStorageGiB: Int?
    /// Nil: the profile's.
    public var taskDefinition: String?
    public var wait: Wait
    public var timeoutMinutes: Int

    public init(
        name: BoundAgentName, pool: String, profile: String, cpu: Int? = nil, memory: Int? = nil,
        ephemeralStorageGiB: Int? = nil, taskDefinition: String? = nil, wait: Wait = .registered,
        timeoutMinutes: Int = 15
    ) {
        self.name = name
        self.pool = pool
        self.profile = profile
        self.cpu = cpu
        self.memory = memory
        self.ephemeralStorageGiB = ephemeralStorageGiB
        self.taskDefinition = taskDefinition
        self.wait = wait
        self.timeoutMinutes = timeoutMinutes
    }
}
