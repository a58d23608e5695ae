/// AWS Systems Manager's Parameter Store: whether a parameter is there. Reads no value.
public struct ParameterStoreClient: Sendable {
    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Whether one of these parameters is there. A page of AWS's answer may be empty and go on in another one.
    ///
    /// - Parameter names: with their paths, such as `/build/azp-token`.
    /// - Throws: `AWSError`, `CancellationError` when cancelled.
    public func hasParameter(_ names: [String]) async throws -> Bool {
        try require(
            names.allSatisfy { !$0.isEmpty && $0.utf8.count <= 2_048 }, "A parameter's name has 1 to 2048 characters.")
        let filter = Input.Filter(key: "Name", option: "Equals", values: names)
        var token: String?
        for _ in 0..<Self.maximumPages {
            let call = try AWSCall.json(
                .systemsManager, "DescribeParameters", Input(parameterFilters: [filter], nextToken: token),
                isRepeatable: true)
            let page = try await client.json(call, as: Output.self)
            if page.parameters.contains(where: { $0.name.map(names.contains) == true }) { return true }
            guard let next = page.nextToken, !next.isEmpty else { return false }
            token = next
        }
        return false
    }

    private static let maximumPages = 50

    private struct Input: Encodable {
        struct Filter: Encodable {
            var key: String
            var option: String
            var values: [String]

            enum CodingKeys: String, CodingKey {
                case key = "Key"
                case option = "Option"
                case values = "Values"
            }
        }

        var parameterFilters: [Filter]
        var nextToken: String?

        enum CodingKeys: String, CodingKey {
            case parameterFilters = "ParameterFilters"
            case nextToken = "NextToken"
        }
    }

    private struct Output: Decodable, Sendable {
        struct Parameter: Decodable, Sendable {
            var name: String?

            enum CodingKeys: String, CodingKey { case name = "Name" }
        }

        var parameters: [Parameter]
        var nextToken: String?

        enum CodingKeys: String, CodingKey {
            case parameters = "Parameters"
            case nextToken = "NextToken"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            parameters = try container.list(.parameters)
            nextToken = try container.decodeIfPresent(String.self, forKey: .nextToken)
        }
    }
}
