public import Foundation

/// A task as RunTask, DescribeTasks, StopTask and state change events show it. Members that ECS leaves out or sends as
/// null are nil or empty; unknown ones are ignored.
public struct ECSTask: Sendable, Hashable {
    public var taskARN: String
    public var clusterARN: String?
    public var taskDefinitionARN: String?
    public var lastStatus: ECSTaskStatus?
    public var desiredStatus: ECSTaskStatus?
    public var startedBy: String?
    public var group: String?
    public var launchType: LaunchType?
    public var capacityProviderName: String?
    public var platformVersion: String?
    /// `Linux`, `Windows_Server_2022_Core`, ….
    public var platformFamily: String?
    /// `x86_64` or `arm64`.
    public var cpuArchitecture: String?
    public var ephemeralStorageGiB: Int?
    public var availabilityZone: String?
    /// CPU units as ECS writes them, such as `1024`.
    public var cpu: String?
    /// MiB as ECS writes them, such as `2048`.
    public var memory: String?
    public var containers: [ECSContainer]
    public var attachments: [ECSAttachment]
    /// Only when asked for; gone after StopTask.
    public var tags: [ECSTag]
    /// Grows with every change; comparable between API and events.
    public var version: Int?
    public var createdAt: Date?
    public var pullStartedAt: Date?
    public var pullStoppedAt: Date?
    /// Absent when the task never ran.
    public var startedAt: Date?
    public var stoppingAt: Date?
    public var executionStoppedAt: Date?
    public var stoppedAt: Date?
    public var stopCode: ECSStopCode?
    public var stoppedReason: String?

    public init(taskARN: String, lastStatus: ECSTaskStatus? = nil, desiredStatus: ECSTaskStatus? = nil) {
        self.taskARN = taskARN
        self.lastStatus = lastStatus
        self.desiredStatus = desiredStatus
        self.containers = []
        self.attachments = []
        self.tags = []
    }

    /// Whether nothing of it runs any more.
    public var isStopped: Bool { self.lastStatus == .stopped || self.lastStatus == .deleted }
}

/// A status of a task or container. Others may come with time.
public struct ECSTaskStatus: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let provisioning = ECSTaskStatus(rawValue: "PROVISIONING")
    public static let pending = ECSTaskStatus(rawValue: "PENDING")
    public static let activating = ECSTaskStatus(rawValue: "ACTIVATING")
    public static let running = ECSTaskStatus(rawValue: "RUNNING")
    public static let deactivating = ECSTaskStatus(rawValue: "DEACTIVATING")
    public static let stopping = ECSTaskStatus(rawValue: "STOPPING")
    public static let deprovisioning = ECSTaskStatus(rawValue: "DEPROVISIONING")
    public static let stopped = ECSTaskStatus(rawValue: "STOPPED")
    public static let deleted = ECSTaskStatus(rawValue: "DELETED")
}

public struct ECSStopCode: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let taskFailedToStart = ECSStopCode(rawValue: "TaskFailedToStart")
    public static let essentialContainerExited = ECSStopCode(rawValue: "EssentialContainerExited")
    public static let userInitiated = ECSStopCode(rawValue: "UserInitiated")
    public static let serviceSchedulerInitiated = ECSStopCode(rawValue: "ServiceSchedulerInitiated")
    public static let spotInterruption = ECSStopCode(rawValue: "SpotInterruption")
    public static let terminationNotice = ECSStopCode(rawValue: "TerminationNotice")
}

public struct ECSContainer: Sendable, Hashable {
    public var name: String?
    public var image: String?
    public var imageDigest: String?
    public var lastStatus: ECSTaskStatus?
    /// Absent when the container never started.
    public var exitCode: Int?
    public var reason: String?
    public var privateIPv4Address: String?

    public init(name: String? = nil, exitCode: Int? = nil, reason: String? = nil) {
        self.name = name
        self.exitCode = exitCode
        self.reason = reason
    }
}

public struct ECSAttachment: Sendable, Hashable, Decodable {
    public var id: String?
    /// `ElasticNetworkInterface` in the API, `eni` in events.
    public var type: String?
    public var status: String?
    public var details: [NameValue]

    enum CodingKeys: String, CodingKey { case id, type, status, details }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.id = try container.decodeIfPresent(String.self, forKey: .id)
        self.type = try container.decodeIfPresent(String.self, forKey: .type)
        self.status = try container.decodeIfPresent(String.self, forKey: .status)
        self.details = try container.list(.details)
    }
}

extension ECSTask: Decodable {
    enum CodingKeys: String, CodingKey {
        case taskARN = "taskArn"
        case clusterARN = "clusterArn"
        case taskDefinitionARN = "taskDefinitionArn"
        case lastStatus, desiredStatus, startedBy, group, launchType, capacityProviderName, platformVersion
        case availabilityZone, cpu, memory, containers, attachments, tags, version, createdAt, pullStartedAt
        case pullStoppedAt, startedAt, stoppingAt, executionStoppedAt, stoppedAt, stopCode, stoppedReason
        case platformFamily, ephemeralStorage, attributes
    }

    private struct Attribute: Decodable {
        var name: String?
        var value: String?
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.taskARN = try container.decode(String.self, forKey: .taskARN)
        self.clusterARN = try container.decodeIfPresent(String.self, forKey: .clusterARN)
        self.taskDefinitionARN = try container.decodeIfPresent(String.self, forKey: .taskDefinitionARN)
        self.lastStatus = try container.decodeIfPresent(ECSTaskStatus.self, forKey: .lastStatus)
        self.desiredStatus = try container.decodeIfPresent(ECSTaskStatus.self, forKey: .desiredStatus)
        self.startedBy = try container.decodeIfPresent(String.self, forKey: .startedBy)
        self.group = try container.decodeIfPresent(String.self, forKey: .group)
        self.launchType = try container.decodeIfPresent(LaunchType.self, forKey: .launchType)
        self.capacityProviderName = try container.decodeIfPresent(String.self, forKey: .capacityProviderName)
        self.platformVersion = try container.decodeIfPresent(String.self, forKey: .platformVersion)
        self.platformFamily = try container.decodeIfPresent(String.self, forKey: .platformFamily)
        self.ephemeralStorageGiB =
            try container.decodeIfPresent(EphemeralStorage.self, forKey: .ephemeralStorage)?.sizeInGiB
        let attributes: [Attribute] = try container.list(.attributes)
        self.cpuArchitecture = attributes.first { $0.name == "ecs.cpu-architecture" }?.value
        self.availabilityZone = try container.decodeIfPresent(String.self, forKey: .availabilityZone)
        self.cpu = try container.lenientString(.cpu)
        self.memory = try container.lenientString(.memory)
        self.containers = try container.list(.containers)
        self.attachments = try container.list(.attachments)
        self.tags = try container.list(.tags)
        self.version = try container.lenientInt(.version)
        self.createdAt = try container.lenientDate(.createdAt)
        self.pullStartedAt = try container.lenientDate(.pullStartedAt)
        self.pullStoppedAt = try container.lenientDate(.pullStoppedAt)
        self.startedAt = try container.lenientDate(.startedAt)
        self.stoppingAt = try container.lenientDate(.stoppingAt)
        self.executionStoppedAt = try container.lenientDate(.executionStoppedAt)
        self.stoppedAt = try container.lenientDate(.stoppedAt)
        self.stopCode = try container.decodeIfPresent(ECSStopCode.self, forKey: .stopCode)
        self.stoppedReason = try container.decodeIfPresent(String.self, forKey: .stoppedReason)
    }
}

extension ECSContainer: Decodable {
    enum CodingKeys: String, CodingKey {
        case name, image, imageDigest, lastStatus, exitCode, reason, networkInterfaces
    }

    private struct NetworkInterface: Decodable {
        var privateIpv4Address: String?
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try container.decodeIfPresent(String.self, forKey: .name)
        self.image = try container.decodeIfPresent(String.self, forKey: .image)
        self.imageDigest = try container.decodeIfPresent(String.self, forKey: .imageDigest)
        self.lastStatus = try container.decodeIfPresent(ECSTaskStatus.self, forKey: .lastStatus)
        self.exitCode = try container.lenientInt(.exitCode)
        self.reason = try container.decodeIfPresent(String.self, forKey: .reason)
        let interfaces: [NetworkInterface] = try container.list(.networkInterfaces)
        self.privateIPv4Address = interfaces.lazy.compactMap(\.privateIpv4Address).first
    }
}
