internal import AsyncHTTPClient
internal import AzureDevOps
internal import Logging

/// Azure DevOps as a configuration describes it.
enum AzureDevOpsAccess {
    /// - Parameters:
    ///   - httpClient: made with `AzureDevOpsClient.httpClientConfiguration`; stays the caller's.
    ///   - patience: how long calls may take. A person who waits has less of it than the engine.
    static func client(
        _ configuration: SlipwayConfiguration.AzureDevOps, _ signIn: SlipwaySecrets.AzureDevOpsSignIn,
        httpClient: HTTPClient, patience: AzureDevOpsClient.Configuration = .init(), logger: Logger
    ) throws -> AzureDevOpsClient {
        AzureDevOpsClient(
            organization: try OrganizationURL(configuration.organization),
            authenticator: try authenticator(signIn, httpClient: httpClient, logger: logger), httpClient: httpClient,
            configuration: patience, logger: logger)
    }

    /// For a command that a person waits for: two short attempts.
    static var briefPatience: AzureDevOpsClient.Configuration {
        var configuration = AzureDevOpsClient.Configuration()
        configuration.attemptTimeout = .seconds(15)
        configuration.maximumAttempts = 2
        configuration.longestWait = .seconds(5)
        return configuration
    }

    private static func authenticator(
        _ signIn: SlipwaySecrets.AzureDevOpsSignIn, httpClient: HTTPClient, logger: Logger
    ) throws -> any AzureDevOpsAuthenticator {
        switch signIn {
        case .token(let token):
            return try PersonalAccessToken(token.revealed)
        case .entra(let tenantID, let clientID, let secret):
            return try EntraClientCredentials(
                tenantID: tenantID, clientID: clientID, clientSecret: secret.revealed, httpClient: httpClient,
                logger: logger)
        }
    }
}
