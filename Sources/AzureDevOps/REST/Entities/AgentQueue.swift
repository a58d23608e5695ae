/// A pool as one project sees it. Pipelines name the queue; agents belong to the pool.
public struct AgentQueue: Sendable, Equatable, Decodable {
    public var id: Int
    public var name: String?
    public var projectID: String?
    public var poolID: Int?

    enum CodingKeys: String, CodingKey {
        case id, name, pool
        case projectID = "projectId"
    }

    private struct Pool: Decodable { var id: Int }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        name = container.tolerant(String.self, .name)
        projectID = container.tolerantGUID(.projectID)
        poolID = container.tolerant(Pool.self, .pool)?.id
    }
}
