/// Amazon EC2: the parts of a network that agent tasks run in. Reads only.
///
/// All throw `AWSError`, or `CancellationError` when cancelled.
public struct EC2Client: Sendable {
    private static let version = "2016-11-15"
    /// EC2's own limit of a filter's values.
    public static let idsMaximum = 200

    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Those of the subnets that exist; the others are left out.
    public func describeSubnets(_ ids: [String]) async throws -> [Subnet] {
        try await subnets("subnet-id", ids)
    }

    /// All subnets of a VPC.
    public func subnets(ofVPC id: String) async throws -> [Subnet] { try await subnets("vpc-id", [id]) }

    private func subnets(_ filter: String, _ values: [String]) async throws -> [Subnet] {
        try await items("DescribeSubnets", filter, values, in: "subnetSet").compactMap { item in
            guard let id = item.text("subnetId"), let vpc = item.text("vpcId") else { return nil }
            return Subnet(
                id: id, vpcID: vpc, availabilityZone: item.text("availabilityZone"),
                isAvailable: item.text("state") == "available",
                freeAddresses: item.text("availableIpAddressCount").flatMap { Int($0) },
                assignsPublicIP: item.text("mapPublicIpOnLaunch") == "true")
        }
    }

    /// Those of the security groups that exist; the others are left out.
    public func describeSecurityGroups(_ ids: [String]) async throws -> [SecurityGroup] {
        try await items("DescribeSecurityGroups", "group-id", ids, in: "securityGroupInfo").compactMap { item in
            guard let id = item.text("groupId"), let vpc = item.text("vpcId") else { return nil }
            return SecurityGroup(id: id, vpcID: vpc, name: item.text("groupName"))
        }
    }

    /// Those of the network interfaces that exist; the others are left out.
    public func describeNetworkInterfaces(_ ids: [String]) async throws -> [NetworkInterface] {
        try await items("DescribeNetworkInterfaces", "network-interface-id", ids, in: "networkInterfaceSet").compactMap
        {
            item in
            guard let id = item.text("networkInterfaceId"), let subnet = item.text("subnetId") else { return nil }
            return NetworkInterface(
                id: id, subnetID: subnet, securityGroups: item.texts("groupSet", "item", "groupId"),
                hasPublicIP: item.text("association", "publicIp") != nil)
        }
    }

    /// The ID of the region's default VPC; nil: there is none.
    public func defaultVPC() async throws -> String? {
        try await items("DescribeVpcs", "is-default", ["true"], in: "vpcSet").lazy.compactMap { $0.text("vpcId") }.first
    }

    /// By a filter, since a name that doesn't exist fails the whole call where it is asked for by its name.
    private func items(
        _ operation: String, _ filter: String, _ values: [String], in set: String
    ) async throws -> [XMLFields.Item] {
        guard !values.isEmpty else { return [] }
        try require(values.count <= Self.idsMaximum, "\(operation) is asked for \(Self.idsMaximum) at most.")
        let parameters = values.enumerated().map { (name: "Filter.1.Value.\($0.offset + 1)", value: $0.element) }
        let call = AWSCall.query(
            .ec2, operation, version: Self.version, [(name: "Filter.1.Name", value: filter)] + parameters)
        return try await client.perform(call) { answer in
            guard let fields = XMLFields(answer.body, limits: .large), fields.root == "\(operation)Response" else {
                throw UnexpectedAnswer()
            }
            return fields.items(at: ["\(operation)Response", set, "item"])
        }
    }

    /// Becomes a `malformedResponse`.
    private struct UnexpectedAnswer: Error {}
}

public struct Subnet: Sendable, Hashable {
    public var id: String
    public var vpcID: String
    public var availabilityZone: String?
    public var isAvailable: Bool
    /// Addresses that nobody has; nil if it wasn't told.
    public var freeAddresses: Int?
    /// Whether what starts in it gets a public address unless it says otherwise.
    public var assignsPublicIP: Bool

    public init(
        id: String, vpcID: String, availabilityZone: String? = nil, isAvailable: Bool = true, freeAddresses: Int? = nil,
        assignsPublicIP: Bool = false
    ) {
        self.id = id
        self.vpcID = vpcID
        self.availabilityZone = availabilityZone
        self.isAvailable = isAvailable
        self.freeAddresses = freeAddresses
        self.assignsPublicIP = assignsPublicIP
    }
}

public struct NetworkInterface: Sendable, Hashable {
    public var id: String
    public var subnetID: String
    public var securityGroups: [String]
    public var hasPublicIP: Bool

    public init(id: String, subnetID: String, securityGroups: [String], hasPublicIP: Bool) {
        self.id = id
        self.subnetID = subnetID
        self.securityGroups = securityGroups
        self.hasPublicIP = hasPublicIP
    }
}

public struct SecurityGroup: Sendable, Hashable {
    public var id: String
    public var vpcID: String
    public var name: String?

    public init(id: String, vpcID: String, name: String? = nil) {
        self.id = id
        self.vpcID = vpcID
        self.name = name
    }
}
