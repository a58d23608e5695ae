/// Input of RunTask. Equal values give equal bytes on the wire.
///
/// ECS compares all parameters of calls that share a client token: what is in here must be a function of what the token
/// stands for, without times, random numbers or freshly minted secrets. Environment overrides are shown by
/// DescribeTasks and CloudTrail: no secret belongs there.
public struct RunTaskRequest: Sendable, Hashable {
    /// Short name or ARN.
    public var cluster: String
    /// `family` (latest active revision), `family:revision` or ARN.
    public var taskDefinition: String
    /// Makes the call idempotent within the cluster. A retry that ECS answers with the first call's result needs the
    /// same token, a new try after a refusal a new one.
    public var clientToken: ClientToken
    /// 1 to 10.
    public var count = 1
    public var capacity: Capacity
    /// Needed with network mode `awsvpc`, so always on Fargate.
    public var network: NetworkConfiguration?
    /// Fargate only; nil is LATEST.
    public var platformVersion: String?
    public var overrides: TaskOverride?
    /// At most 128 letters, digits, `-`, `_` and `/`. The only thing ListTasks finds a task by.
    public var startedBy: String?
    /// At most 50.
    public var tags: [ECSTag] = []
    /// Copies the tags of the task definition too.
    public var propagatesTaskDefinitionTags = false
    /// Adds `aws:ecs:clusterName` and the like.
    public var enablesECSManagedTags = false
    /// For `aws ecs execute-command`; needs a task role.
    public var enablesExecuteCommand = false

    public init(cluster: String, taskDefinition: String, clientToken: ClientToken, capacity: Capacity) {
        self.cluster = cluster
        self.taskDefinition = taskDefinition
        self.clientToken = clientToken
        self.capacity = capacity
    }
}

extension RunTaskRequest {
    /// What the task runs on. ECS takes a launch type or a strategy, never both.
    public enum Capacity: Sendable, Hashable {
        case launchType(LaunchType)
        /// 1 to 20 providers that belong to the cluster; at most one with a base; with several, one weight above 0.
        case providers([CapacityProviderStrategyItem])
        /// The cluster's default strategy.
        case clusterDefault
    }
}

/// A client token: 1 to 64 characters, each visible ASCII.
public struct ClientToken: Sendable, Hashable, CustomStringConvertible {
    public let value: String

    /// - Throws: `AWSError` (`invalidRequest`) when the text breaks the rule.
    public init(_ value: String) throws {
        guard (1...64).contains(value.utf8.count), value.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw AWSError.invalidRequest("A client token has 1 to 64 characters, all visible ASCII without spaces.")
        }
        self.value = value
    }

    public var description: String { self.value }
}

public struct LaunchType: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let ec2 = LaunchType(rawValue: "EC2")
    public static let fargate = LaunchType(rawValue: "FARGATE")
    public static let external = LaunchType(rawValue: "EXTERNAL")
}

public struct CapacityProviderStrategyItem: Sendable, Hashable, Codable {
    /// `FARGATE`, `FARGATE_SPOT` or the name of one of the cluster's own.
    public var capacityProvider: String
    /// 0 to 1000.
    public var weight: Int
    /// 0 to 100000.
    public var base: Int

    public init(capacityProvider: String, weight: Int = 1, base: Int = 0) {
        self.capacityProvider = capacityProvider
        self.weight = weight
        self.base = base
    }

    enum CodingKeys: String, CodingKey { case capacityProvider, weight, base }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.capacityProvider = try container.decode(String.self, forKey: .capacityProvider)
        self.weight = try container.decodeIfPresent(Int.self, forKey: .weight) ?? 0
        self.base = try container.decodeIfPresent(Int.self, forKey: .base) ?? 0
    }
}

/// `awsvpcConfiguration`: where the task's network interface is.
public struct NetworkConfiguration: Sendable, Hashable {
    /// 1 to 16, of one VPC. Several zones give Fargate more capacity to choose from.
    public var subnets: [String]
    /// At most 5; none is the VPC's default group.
    public var securityGroups: [String]
    /// In a public subnet without NAT the image can't be pulled without one.
    public var assignsPublicIP: Bool

    public init(subnets: [String], securityGroups: [String] = [], assignsPublicIP: Bool = false) {
        self.subnets = subnets
        self.securityGroups = securityGroups
        self.assignsPublicIP = assignsPublicIP
    }
}

extension RunTaskRequest: Encodable {
    enum CodingKeys: String, CodingKey {
        case cluster, taskDefinition, clientToken, count, launchType, capacityProviderStrategy, networkConfiguration
        case platformVersion, overrides, startedBy, tags, propagateTags, enableECSManagedTags, enableExecuteCommand
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.cluster, forKey: .cluster)
        try container.encode(self.taskDefinition, forKey: .taskDefinition)
        try container.encode(self.clientToken.value, forKey: .clientToken)
        try container.encode(self.count, forKey: .count)
        switch self.capacity {
        case .launchType(let type): try container.encode(type, forKey: .launchType)
        case .providers(let items): try container.encode(items, forKey: .capacityProviderStrategy)
        case .clusterDefault: break
        }
        try container.encodeIfPresent(self.network, forKey: .networkConfiguration)
        try container.encodeIfPresent(self.platformVersion, forKey: .platformVersion)
        try container.encodeIfPresent(self.overrides, forKey: .overrides)
        try container.encodeIfPresent(self.startedBy, forKey: .startedBy)
        if !self.tags.isEmpty { try container.encode(self.tags, forKey: .tags) }
        if self.propagatesTaskDefinitionTags { try container.encode("TASK_DEFINITION", forKey: .propagateTags) }
        if self.enablesECSManagedTags { try container.encode(true, forKey: .enableECSManagedTags) }
        if self.enablesExecuteCommand { try container.encode(true, forKey: .enableExecuteCommand) }
    }
}

extension NetworkConfiguration: Encodable {
    enum CodingKeys: String, CodingKey { case awsvpcConfiguration }
    enum VPCKeys: String, CodingKey { case subnets, securityGroups, assignPublicIp }

    public func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: CodingKeys.self)
        var container = outer.nestedContainer(keyedBy: VPCKeys.self, forKey: .awsvpcConfiguration)
        try container.encode(self.subnets, forKey: .subnets)
        if !self.securityGroups.isEmpty { try container.encode(self.securityGroups, forKey: .securityGroups) }
        // Always sent: AWS documents a default for services only.
        try container.encode(self.assignsPublicIP ? "ENABLED" : "DISABLED", forKey: .assignPublicIp)
    }
}
