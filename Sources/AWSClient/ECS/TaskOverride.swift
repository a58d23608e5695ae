/// What one run changes of its task definition. Image, secrets and log configuration can't be changed per run.
public struct TaskOverride: Sendable, Hashable {
    /// CPU units; with `memoryMiB` a pair that Fargate offers, see `FargateSize`.
    public var cpuUnits: Int?
    public var memoryMiB: Int?
    public var taskRoleARN: String?
    public var executionRoleARN: String?
    /// 21 to 200 on Fargate (Linux, platform 1.4.0 or later); nil is 20 GiB.
    public var ephemeralStorageGiB: Int?
    public var containers: [ContainerOverride]

    public init(containers: [ContainerOverride] = [], cpuUnits: Int? = nil, memoryMiB: Int? = nil) {
        self.containers = containers
        self.cpuUnits = cpuUnits
        self.memoryMiB = memoryMiB
    }
}

public struct ContainerOverride: Sendable, Hashable {
    /// Name of a container of the definition.
    public var name: String
    /// Replaces the definition's command; nil keeps it.
    public var command: [String]?
    /// Added to the definition's environment, or replacing it by name. Readable for everyone who may describe tasks.
    public var environment: [String: String]
    public var cpuUnits: Int?
    public var memoryMiB: Int?
    public var memoryReservationMiB: Int?

    public init(name: String, environment: [String: String] = [:], command: [String]? = nil) {
        self.name = name
        self.environment = environment
        self.command = command
    }
}

extension TaskOverride: Encodable {
    enum CodingKeys: String, CodingKey {
        case cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage, containerOverrides
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(self.cpuUnits.map(String.init), forKey: .cpu)
        try container.encodeIfPresent(self.memoryMiB.map(String.init), forKey: .memory)
        try container.encodeIfPresent(self.taskRoleARN, forKey: .taskRoleArn)
        try container.encodeIfPresent(self.executionRoleARN, forKey: .executionRoleArn)
        try container.encodeIfPresent(
            self.ephemeralStorageGiB.map(EphemeralStorage.init(sizeInGiB:)), forKey: .ephemeralStorage
        )
        if !self.containers.isEmpty { try container.encode(self.containers, forKey: .containerOverrides) }
    }
}

extension ContainerOverride: Encodable {
    enum CodingKeys: String, CodingKey { case name, command, environment, cpu, memory, memoryReservation }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.name, forKey: .name)
        try container.encodeIfPresent(self.command, forKey: .command)
        if !self.environment.isEmpty {
            // A list on the wire: sorted, so that equal environments give equal bytes.
            let sorted = self.environment.sorted { $0.key < $1.key }
            try container.encode(sorted.map { NameValue(name: $0.key, value: $0.value) }, forKey: .environment)
        }
        try container.encodeIfPresent(self.cpuUnits, forKey: .cpu)
        try container.encodeIfPresent(self.memoryMiB, forKey: .memory)
        try container.encodeIfPresent(self.memoryReservationMiB, forKey: .memoryReservation)
    }
}

/// `{"name": …, "value": …}`, as ECS writes environments and attachment details.
public struct NameValue: Sendable, Hashable, Codable {
    public var name: String
    public var value: String?

    public init(name: String, value: String?) {
        self.name = name
        self.value = value
    }
}

struct EphemeralStorage: Sendable, Hashable, Codable {
    var sizeInGiB: Int
}
