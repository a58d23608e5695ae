/// A pool of agents of the organization.
public struct AgentPool: Sendable, Equatable, Decodable {
    public var id: Int
    public var name: String
    /// Microsoft's own machines; Slipway has no business there.
    public var isHosted: Bool?
    /// `automation` or `deployment`.
    public var poolType: String?
    /// The number of agents.
    public var size: Int?
    /// The organization, as the identifier of its host.
    public var scope: String?

    enum CodingKeys: CodingKey { case id, name, isHosted, poolType, size, scope }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        isHosted = container.tolerant(Bool.self, .isHosted)
        poolType = container.tolerant(String.self, .poolType)
        size = container.tolerant(Int.self, .size)
        scope = container.tolerantGUID(.scope)
    }
}
