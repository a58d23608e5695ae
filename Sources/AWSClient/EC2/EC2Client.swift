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
        try await items("DescribeSubnets", "subnet-id", ids, in: "subnetSet").compactMap { item in
            guard let id = item.text("subnetId"), let vpc = item.text("vpcId") else { return nil }
            return Subnet(
                id: id, vpcID: vpc, availabilityZone: item.text("availabilityZone"),
                isAvailable: item.text("state") == "available",
                freeAddresses: item.text("availableIpAddressCount").flatMap { Int($0) })
        }
    }

    /// Those of the security groups that exist; the others are left out.
    public func describeSecurityGroups(_ ids: [String]) async throws -> [SecurityGroup] {
        try await items("DescribeSecurityGroups", "group-id", ids, in: "securityGroupInfo").compactMap { item in
            guard let id = item.text("groupId"), let vpc = item.text("vpcId") else { return nil }
            return SecurityGroup(id: id, vpcID: vpc, name: item.text("groupName"))
        }
    }

    /// By a filter, since a name that doesn't exist fails the whole call where it is asked for by its name.
    private func items(
        _ operation: String, _ filter: String, _ ids: [String], in set: String
    ) async throws -> [XMLFields.Item] {
        guard !ids.isEmpty else { return [] }
        try require(ids.count <= Self.idsMaximum, "\(operation) is asked for \(Self.idsMaximum) at most.")
        let values = ids.enumerated().map { (name: "Filter.1.Value.\($0.offset + 1)", value: $0.element) }
        let call = AWSCall.query(
            .ec2, operation, version: Self.version, [(name: "Filter.1.Name", value: filter)] + values)
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

    public init(
        id: String, vpcID: String, availabilityZone: String? = nil, isAvailable: Bool = true, freeAddresses: Int? = nil
    ) {
        self.id = id
        self.vpcID = vpcID
        self.availabilityZone = availabilityZone
        self.isAvailable = isAvailable
        self.freeAddresses = freeAddresses
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
