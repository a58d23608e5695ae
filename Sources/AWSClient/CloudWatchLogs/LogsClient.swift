/// Amazon CloudWatch Logs: whether a log group is there. Reads only.
public struct LogsClient: Sendable {
    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// - Throws: `AWSError`, `CancellationError` when cancelled.
    public func hasLogGroup(_ name: String) async throws -> Bool {
        // The groups come in the order of their names, so the one that is the prefix itself is the first.
        let call = try AWSCall.json(
            .cloudWatchLogs, "DescribeLogGroups", Input(logGroupNamePrefix: name, limit: 50), isRepeatable: true)
        return try await client.json(call, as: Output.self).logGroups.contains { $0.logGroupName == name }
    }

    private struct Input: Encodable {
        var logGroupNamePrefix: String
        var limit: Int
    }

    private struct Output: Decodable, Sendable {
        struct Group: Decodable, Sendable {
            var logGroupName: String?
        }

        var logGroups: [Group]

        enum CodingKeys: CodingKey { case logGroups }

        init(from decoder: any Decoder) throws {
            logGroups = try decoder.container(keyedBy: CodingKeys.self).list(.logGroups)
        }
    }
}
