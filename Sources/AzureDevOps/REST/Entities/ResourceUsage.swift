/// The parallel jobs of an organization, of one kind.
///
/// Every field may be absent or odd: nobody has promised them. What makes no sense reads as nil.
public struct ResourceUsage: Sendable, Equatable, Decodable {
    /// Jobs that may run at once; nil: the service doesn't tell, or there is no limit.
    public var limit: Int?
    /// Jobs that run.
    public var usedCount: Int?
    /// Which kind the answer is about; nil: it doesn't say.
    public var isHosted: Bool?
    public var parallelismTag: String?

    /// Where there is no limit the service says a very large number.
    public static let unlimited = 10_000

    private enum CodingKeys: CodingKey { case resourceLimit, usedCount }

    private struct ResourceLimit: Decodable {
        var totalCount: Int?
        var isHosted: Bool?
        var parallelismTag: String?

        enum CodingKeys: CodingKey { case totalCount, isHosted, parallelismTag }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            totalCount = container.tolerant(Int.self, .totalCount)
            isHosted = container.tolerant(Bool.self, .isHosted)
            parallelismTag = container.tolerant(String.self, .parallelismTag)
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let resource = container.tolerant(ResourceLimit.self, .resourceLimit)
        // Every organization has one: none at all is not believed.
        limit = resource?.totalCount.flatMap { (1..<Self.unlimited).contains($0) ? $0 : nil }
        usedCount = container.tolerant(Int.self, .usedCount).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
        isHosted = resource?.isHosted
        parallelismTag = resource?.parallelismTag
    }
}
