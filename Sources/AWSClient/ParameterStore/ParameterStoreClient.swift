/// AWS Systems Manager's Parameter Store: whether a parameter is there. Reads no value.
public struct ParameterStoreClient: Sendable {
    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// - Parameter name: with its path, such as `/build/azp-token`.
    /// - Throws: `AWSError`, `CancellationError` when cancelled.
    public func hasParameter(_ name: String) async throws -> Bool {
        try require(!name.isEmpty && name.utf8.count <= 2_048, "A parameter's name has 1 to 2048 characters.")
        let filter = Input.Filter(key: "Name", option: "Equals", values: [name])
        let call = try AWSCall.json(
            .systemsManager, "DescribeParameters", Input(parameterFilters: [filter]), isRepeatable: true)
        return try await client.json(call, as: Output.self).parameters.contains { $0.name == name }
    }

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

        enum CodingKeys: String, CodingKey { case parameterFilters = "ParameterFilters" }
    }

    private struct Output: Decodable, Sendable {
        struct Parameter: Decodable, Sendable {
            var name: String?

            enum CodingKeys: String, CodingKey { case name = "Name" }
        }

        var parameters: [Parameter]

        enum CodingKeys: String, CodingKey { case parameters = "Parameters" }

        init(from decoder: any Decoder) throws {
            parameters = try decoder.container(keyedBy: CodingKeys.self).list(.parameters)
        }
    }
}
