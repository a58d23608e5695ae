import Crypto
import CryptoExtras
import Foundation

/// The access token of an agent's listener: good for its time, and for as long as the registration has the key that it was
/// asked with.
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
            let agent = agentIDs[claims.sub].flatMap({ agents[$0] }), let key = agent.publicKey?.signingKey
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
        agenda.add(.tokenExpiry(token), at: scale.date(timing.agentToken, after: now))
        return token
    }

    /// The agent that a bearer token was given to, as long as its registration has the same key.
    func agent(ofToken token: String) -> Int? {
        guard let known = agentTokens[token], agents[known.agentID]?.clientID == known.clientID else { return nil }
        return known.agentID
    }

    var authorizationURL: String { "\(baseURL)/_apis/oauth2/token" }

    /// A registration is run by whoever has the other half of its key, and by nobody else: the organization's own token does
    /// not do, and a registration without a key is never run.
    func checkListener(_ agentID: Int, in poolID: Int, calledBy caller: Int?) throws(AzureDevOpsError) {
        guard caller == (try agent(agentID, in: poolID).id) else { throw .unauthorized }
    }

    /// The same for a session that is there already.
    func checkSession(_ id: String, calledBy caller: Int?) throws(AzureDevOpsError) {
        guard let session = sessions[id] else { return }
        guard caller == session.agentID else { throw .unauthorized }
    }

    /// An agent renews the lock of its own job alone.
    func checkHolder(of request: Int, _ poolID: Int, calledBy caller: Int?) throws(AzureDevOpsError) {
        try checkHolder(of: try self.request(request, in: poolID), calledBy: caller)
    }

    /// And reports the end of no other.
    func checkHolder(of request: JobRequest, calledBy caller: Int?) throws(AzureDevOpsError) {
        guard let caller else { throw .unauthorized }
        guard request.agentID == caller else { throw .accessDenied(caller) }
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
    /// Nil where it is not an RSA key of 2048 bits or more, each half in base64.
    var signingKey: _RSA.Signing.PublicKey? {
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
