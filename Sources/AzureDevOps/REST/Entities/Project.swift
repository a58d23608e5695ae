/// A project of the organization.
public struct Project: Sendable, Equatable, Decodable {
    /// In lower case.
    public var id: String
    public var name: String
    /// `wellFormed` when it can be used.
    public var state: String?

    enum CodingKeys: CodingKey { case id, name, state }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id).lowercased()
        name = try container.decode(String.self, forKey: .name)
        state = container.tolerant(String.self, .state)
    }
}
