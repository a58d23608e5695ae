/// A task definition as ECS shows it, the members that launching an agent depends on.
public struct TaskDefinition: Sendable, Hashable, Decodable {
    public var taskDefinitionARN: String
    public var family: String?
    public var revision: Int?
    /// `ACTIVE`, `INACTIVE` or `DELETE_IN_PROGRESS`.
    public var status: String?
    public var networkMode: String?
    public var requiresCompatibilities: [String]
    public var compatibilities: [String]
    public var cpu: String?
    public var memory: String?
    public var executionRoleARN: String?
    public var taskRoleARN: String?
    public var runtimePlatform: RuntimePlatform?
    public var ephemeralStorageGiB: Int?
    public var containerDefinitions: [ContainerDefinition]

    public var isActive: Bool { self.status == "ACTIVE" }
    /// By its `operatingSystemFamily`, which names a Windows Server version there; absent, it is Linux.
    public var isForWindows: Bool {
        self.runtimePlatform?.operatingSystemFamily?.uppercased().hasPrefix("WINDOWS") ?? false
    }

    enum CodingKeys: String, CodingKey {
        case taskDefinitionARN = "taskDefinitionArn"
        case executionRoleARN = "executionRoleArn"
        case taskRoleARN = "taskRoleArn"
        case family, revision, status, networkMode, requiresCompatibilities, compatibilities, cpu, memory
        case runtimePlatform, ephemeralStorage, containerDefinitions
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.taskDefinitionARN = try container.decode(String.self, forKey: .taskDefinitionARN)
        self.family = try container.decodeIfPresent(String.self, forKey: .family)
        self.revision = try container.lenientInt(.revision)
        self.status = try container.decodeIfPresent(String.self, forKey: .status)
        self.networkMode = try container.decodeIfPresent(String.self, forKey: .networkMode)
        self.requiresCompatibilities = try container.list(.requiresCompatibilities)
        self.compatibilities = try container.list(.compatibilities)
        self.cpu = try container.lenientString(.cpu)
        self.memory = try container.lenientString(.memory)
        self.executionRoleARN = try container.decodeIfPresent(String.self, forKey: .executionRoleARN)
        self.taskRoleARN = try container.decodeIfPresent(String.self, forKey: .taskRoleARN)
        self.runtimePlatform = try container.decodeIfPresent(RuntimePlatform.self, forKey: .runtimePlatform)
        self.ephemeralStorageGiB =
            try container.decodeIfPresent(EphemeralStorage.self, forKey: .ephemeralStorage)?.sizeInGiB
        self.containerDefinitions = try container.list(.containerDefinitions)
    }
}

/// Answer of DescribeTaskDefinition and RegisterTaskDefinition.
public struct DescribedTaskDefinition: Sendable, Hashable, Decodable {
    public var taskDefinition: TaskDefinition
    /// Only when asked for.
    public var tags: [ECSTag]

    enum CodingKeys: String, CodingKey { case taskDefinition, tags }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.taskDefinition = try container.decode(TaskDefinition.self, forKey: .taskDefinition)
        self.tags = try container.list(.tags)
    }
}

public struct RuntimePlatform: Sendable, Hashable, Codable {
    /// `X86_64` or `ARM64`.
    public var cpuArchitecture: String?
    /// `LINUX`, `WINDOWS_SERVER_2022_CORE`, ….
    public var operatingSystemFamily: String?

    public init(cpuArchitecture: String? = nil, operatingSystemFamily: String? = nil) {
        self.cpuArchitecture = cpuArchitecture
        self.operatingSystemFamily = operatingSystemFamily
    }
}

/// A container of a task definition; goes both ways.
public struct ContainerDefinition: Sendable, Hashable {
    public var name: String
    public var image: String
    /// Whether the task stops with it. ECS's default is true.
    public var isEssential = true
    public var cpuUnits: Int?
    public var memoryMiB: Int?
    public var memoryReservationMiB: Int?
    public var entryPoint: [String] = []
    public var command: [String] = []
    /// Readable for everyone who may describe the definition.
    public var environment: [NameValue] = []
    /// Read by the execution role when the container starts.
    public var secrets: [ContainerSecret] = []
    public var logConfiguration: LogConfiguration?
    /// Seconds between SIGTERM and SIGKILL: 2 to 120, nil is 30.
    public var stopTimeoutSeconds: Int?
    /// Runs an init process that forwards signals and reaps children.
    public var usesInitProcess: Bool?
    public var user: String?

    public init(name: String, image: String) {
        self.name = name
        self.image = image
    }
}

/// A secret that ECS puts into the environment of a container.
public struct ContainerSecret: Sendable, Hashable, Codable {
    /// Name of the environment variable.
    public var name: String
    /// Where it is: the ARN of a Secrets Manager secret or of an SSM parameter. Not the secret itself.
    public var valueFrom: String

    public init(name: String, valueFrom: String) {
        self.name = name
        self.valueFrom = valueFrom
    }
}

public struct LogConfiguration: Sendable, Hashable, Codable {
    public var logDriver: String
    public var options: [String: String]?

    public init(logDriver: String, options: [String: String]? = nil) {
        self.logDriver = logDriver
        self.options = options
    }
}

extension ContainerDefinition: Codable {
    enum CodingKeys: String, CodingKey {
        case name, image, cpu, memory, memoryReservation, entryPoint, command, environment, secrets, logConfiguration
        case isEssential = "essential"
        case stopTimeoutSeconds = "stopTimeout"
        case linuxParameters, user
    }

    private struct LinuxParameters: Codable {
        var initProcessEnabled: Bool?
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try container.decode(String.self, forKey: .name)
        self.image = try container.decodeIfPresent(String.self, forKey: .image) ?? ""
        self.isEssential = try container.decodeIfPresent(Bool.self, forKey: .isEssential) ?? true
        self.cpuUnits = try container.lenientInt(.cpu)
        self.memoryMiB = try container.lenientInt(.memory)
        self.memoryReservationMiB = try container.lenientInt(.memoryReservation)
        self.entryPoint = try container.list(.entryPoint)
        self.command = try container.list(.command)
        self.environment = try container.list(.environment)
        self.secrets = try container.list(.secrets)
        self.logConfiguration = try container.decodeIfPresent(LogConfiguration.self, forKey: .logConfiguration)
        self.stopTimeoutSeconds = try container.lenientInt(.stopTimeoutSeconds)
        self.usesInitProcess =
            try container.decodeIfPresent(LinuxParameters.self, forKey: .linuxParameters)?.initProcessEnabled
        self.user = try container.decodeIfPresent(String.self, forKey: .user)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.name, forKey: .name)
        try container.encode(self.image, forKey: .image)
        try container.encode(self.isEssential, forKey: .isEssential)
        try container.encodeIfPresent(self.cpuUnits, forKey: .cpu)
        try container.encodeIfPresent(self.memoryMiB, forKey: .memory)
        try container.encodeIfPresent(self.memoryReservationMiB, forKey: .memoryReservation)
        if !self.entryPoint.isEmpty { try container.encode(self.entryPoint, forKey: .entryPoint) }
        if !self.command.isEmpty { try container.encode(self.command, forKey: .command) }
        if !self.environment.isEmpty { try container.encode(self.environment, forKey: .environment) }
        if !self.secrets.isEmpty { try container.encode(self.secrets, forKey: .secrets) }
        try container.encodeIfPresent(self.logConfiguration, forKey: .logConfiguration)
        try container.encodeIfPresent(self.stopTimeoutSeconds, forKey: .stopTimeoutSeconds)
        try container.encodeIfPresent(
            self.usesInitProcess.map { LinuxParameters(initProcessEnabled: $0) }, forKey: .linuxParameters
        )
        try container.encodeIfPresent(self.user, forKey: .user)
    }
}
