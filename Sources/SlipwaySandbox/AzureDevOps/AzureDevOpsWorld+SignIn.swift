import Crypto
import CryptoExtras
import Foundation

/// The access token of an agent's listener: good for as long as the registration has the key that it was asked with.
struct AgentToken: Sendable {
    let agentID: Int
    let clientID: String
}

/// Agents sign in with the private half of their registration's key.
extension AzureDevOpsWorld {
    /// - Parameter assertion: a JSON Web Token, signed by RS256, as the agent makes it (microsoft/azure-pipelines-agent,
    ///   OAuthCredential): subject and issuer are the client id, the audience is the authorization URL.
    mutating func signIn(assertion: String, now: Date) throws(AzureDevOpsError) -> String {
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let claims = Data(base64URL: parts[1]).flatMap(Claims.init),
            let signature = Data(base64URL: parts[2]),
            let agent = agents.values.first(where: { $0.clientID == claims.sub }), agent.hasRealKey,
            let key = agent.publicKey?.signingKey
        else { throw .unauthorized }
        let isSigned = key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: Data("\(parts[0]).\(parts[1])".utf8),
            padding: .insecurePKCS1v1_5)
        let seconds = now.timeIntervalSince1970
        guard isSigned, claims.iss == claims.sub, claims.aud == authorizationURL, claims.nbf <= seconds + 300,
            claims.exp >= seconds, claims.exp - claims.nbf <= 300
        else { throw .unauthorized }
        let token = "agent." + generator.uuid()
        agentTokens[token] = AgentToken(agentID: agent.id, clientID: agent.clientID)
        return token
    }

    /// The agent that a bearer token was given to, as long as its registration has the same key.
    func agent(ofToken token: String) -> Int? {
        guard let known = agentTokens[token], agents[known.agentID]?.clientID == known.clientID else { return nil }
        return known.agentID
    }

    var authorizationURL: String { "\(baseURL)/_apis/oauth2/token" }

    /// A registration with a key of its own is run by whoever has the other half, and by nobody else.
    func checkListener(_ agentID: Int, in poolID: Int, calledBy caller: Int?) throws(AzureDevOpsError) {
        let agent = try agent(agentID, in: poolID)
        guard agent.hasRealKey ? caller == agentID : caller == nil else { throw .unauthorized }
    }

    /// The same for a session that is there already.
    func checkSession(_ id: String, calledBy caller: Int?) throws(AzureDevOpsError) {
        guard let session = sessions[id], let agent = agents[session.agentID] else { return }
        guard agent.hasRealKey ? caller == agent.id : caller == nil else { throw .unauthorized }
    }

    /// An agent renews its own job's lock alone.
    func checkHolder(of request: Int, _ poolID: Int, calledBy caller: Int?) throws(AzureDevOpsError) {
        guard let caller else { return }
        _ = try self.request(request, in: poolID)
        guard agents[caller]?.requestID == request else { throw .accessDenied(caller) }
    }

    private struct Claims: Decodable {
        var sub: String
        var iss: String
        var aud: String
        var nbf: Double
        var exp: Double

        init?(_ data: Data) {
            guard let claims = try? JSONDecoder().decode(Claims.self, from: data) else { return nil }
            self = claims
        }
    }
}

extension AgentBody.PublicKey {
    fileprivate var signingKey: _RSA.Signing.PublicKey? {
        guard let modulus = modulus.flatMap({ Data(base64Encoded: $0) }),
            let exponent = exponent.flatMap({ Data(base64Encoded: $0) })
        else { return nil }
        return try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
    }
}

extension Data {
    /// RFC 7515, appendix C.
    init?(base64URL text: Substring) {
        var text = text.replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        self.init(base64Encoded: String(text))
    }

    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
