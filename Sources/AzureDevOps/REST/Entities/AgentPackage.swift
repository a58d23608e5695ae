/// An agent's package, as the organization offers it.
struct AgentPackage: Sendable, Equatable, Decodable {
    /// `4.272.0`.
    var version: String?

    private struct Numbers: Decodable {
        var major: Int
        var minor: Int
        var patch: Int
    }

    enum CodingKeys: CodingKey { case version }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let numbers = container.tolerant(Numbers.self, .version)
        version = numbers.map { "\($0.major).\($0.minor).\($0.patch)" }
    }
}
