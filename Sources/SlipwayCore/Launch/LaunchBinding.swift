/// What binds a launch to a booking: the name that its agent has, and what it asks for beyond its profile.
///
/// A class, so that the launch, whose value is copied for each change and each reading, carries one reference. Immutable.
public final class LaunchBinding: Hashable, Codable, Sendable {
    public let booking: BookingID
    public let agentName: BoundAgentName
    /// CPU units, MiB and GiB; nil: the profile's.
    public let cpu: Int?
    public let memory: Int?
    public let ephemeralStorageGiB: Int?
    /// One of those that the profile allows; nil: the profile's.
    public let taskDefinition: String?

    public init(
        booking: BookingID, agentName: BoundAgentName, cpu: Int? = nil, memory: Int? = nil,
        ephemeralStorageGiB: Int? = nil, taskDefinition: String? = nil
    ) {
        self.booking = booking
        self.agentName = agentName
        self.cpu = cpu
        self.memory = memory
        self.ephemeralStorageGiB = ephemeralStorageGiB
        self.taskDefinition = taskDefinition
    }

    public static func == (left: LaunchBinding, right: LaunchBinding) -> Bool {
        if left === right { return true }
        return left.booking == right.booking && left.agentName == right.agentName && left.cpu == right.cpu
            && left.memory == right.memory && left.ephemeralStorageGiB == right.ephemeralStorageGiB
            && left.taskDefinition == right.taskDefinition
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(booking)
        hasher.combine(agentName)
    }
}

extension Launch {
    /// `startedBy` of its agent task. A bound one's says its agent's name too, which doesn't follow from the id: an agent
    /// task that no open launch answers for must not be stopped before that agent was looked at.
    public var startedBy: String {
        guard let binding else { return id.startedBy }
        return id.startedBy + "/" + binding.agentName.withoutPrefix
    }

    /// Whether its agent has to be registered before its agent task is started: the job that demands its name fails at
    /// once otherwise.
    public var isToBeRegistered: Bool { binding != nil && registeredAt == nil }
}
