import AsyncHTTPClient
import AzureDevOps
import Logging
import SlipwaySandbox

/// A client of simulated Azure DevOps, for as long as `body` runs.
func withAzureClient(
    of sandbox: Sandbox, _ endpoints: Sandbox.Endpoints,
    _ body: (AzureDevOpsClient, HTTPClient) async throws -> Void
) async throws {
    let http = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: AzureDevOpsClient.httpClientConfiguration)
    do {
        let client = AzureDevOpsClient(
            organization: try OrganizationURL(endpoints.azureDevOps),
            authenticator: try PersonalAccessToken(sandbox.configuration.azureDevOps.token), httpClient: http,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await body(client, http)
    } catch {
        try? await http.shutdown()
        throw error
    }
    try await http.shutdown()
}
