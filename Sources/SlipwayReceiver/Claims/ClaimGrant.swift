internal import Foundation
internal import SlipwayCore

/// The answer to a granted claim: the agent's files `.agent` and `.credentials`. The third, its key, the container has.
struct ClaimGrant: Encodable {
    private struct Settings: Encodable {
        var acceptTeeEula = true
        var agentId: Int
        var agentName: String
        var poolId: Int
        var poolName: String
        var serverUrl: String
        var workFolder = "_work"
    }

    private struct SignIn: Encodable {
        struct Details: Encodable {
            var clientId: String
            var authorizationUrl: String
            var oauthEndpointUrl: String
        }

        var scheme = "OAuth"
        var data: Details
    }

    private let agent: Settings
    private let credentials: SignIn

    init(_ credentials: AgentCredentials) {
        agent = Settings(
            agentId: credentials.agent.rawValue, agentName: credentials.agentName, poolId: credentials.pool.rawValue,
            poolName: credentials.poolName, serverUrl: credentials.serverURL)
        self.credentials = SignIn(
            data: .init(
                clientId: credentials.clientID, authorizationUrl: credentials.authorizationURL,
                oauthEndpointUrl: credentials.authorizationURL))
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and numbers alone: it can't fail.
        return (try? encoder.encode(self)).flatMap { String(data: $0, encoding: .utf8) } ?? ""
    }
}
