/// One rung of a profile's ladder: where an agent task may run. Rungs are tried in order.
public struct Placement: Hashable, Codable, Sendable {
    /// Amazon ECS takes one or the other, never both.
    public enum Capacity: Hashable, Codable, Sendable {
        case launchType(String)
        case capacityProvider(String)
    }

    public var capacity: Capacity
    /// At most 16, all of one VPC. Empty only where the task definition's network mode isn't `awsvpc`.
    public var subnets: [String]
    /// At most 5; empty: the VPC's default security group.
    public var securityGroups: [String]
    public var assignPublicIP: Bool
    /// Fargate's platform version; nil: LATEST.
    public var platformVersion: String?

    public init(
        capacity: Capacity, subnets: [String] = [], securityGroups: [String] = [], assignPublicIP: Bool = false,
        platformVersion: String? = nil
    ) {
        self.capacity = capacity
        self.subnets = subnets
        self.securityGroups = securityGroups
        self.assignPublicIP = assignPublicIP
        self.platformVersion = platformVersion
    }

    /// Capacity that may be taken back at any time. Of a cluster's own providers it isn't known.
    public var isSpot: Bool { capacity == .capacityProvider("FARGATE_SPOT") }

    /// Whether it is Fargate by its name: a capacity provider of any other name is one of EC2 instances.
    public var isFargate: Bool { name == "FARGATE" || name == "FARGATE_SPOT" }

    /// The rung in a person's words.
    public var name: String {
        switch capacity {
        case .launchType(let name), .capacityProvider(let name): name
        }
    }
}
