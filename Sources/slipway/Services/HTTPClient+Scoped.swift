internal import AsyncHTTPClient

/// Makes a client for the time of `body`, and shuts it down whatever happens.
func withHTTPClient<Result: Sendable>(
    _ configuration: HTTPClient.Configuration, _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
        let result = try await body(client)
        try? await client.shutdown()
        return result
    } catch {
        try? await client.shutdown()
        throw error
    }
}
