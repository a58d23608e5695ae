import CryptoExtras
import Foundation
import NIOCore

/// The RSA key that a container makes for its agent. Its private half never leaves it.
struct AgentKey: Sendable {
    /// The key of every agent that the official script configures: they show nothing by having one each, and making it
    /// costs the time of a hundred requests.
    static let official = Result { try AgentKey() }

    private let key: _RSA.Signing.PrivateKey
    let modulus: Data
    /// The private half in DER.
    var privateBytes: [UInt8] { Array(key.derRepresentation) }

    /// Takes a tenth of a second or more of a processor's time.
    init() throws {
        key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        modulus = try key.publicKey.getKeyPrimitives().modulus
    }

    /// What the agent shows to get an access token: a JSON Web Token that is good for five minutes.
    func assertion(clientID: String, audience: String, now: Date) throws -> String {
        let seconds = Int(now.timeIntervalSince1970)
        let claims: JSONValue = [
            "sub": .string(clientID), "iss": .string(clientID), "aud": .string(audience),
            "jti": .string(UUID().uuidString.lowercased()), "nbf": .integer(seconds), "exp": .integer(seconds + 300),
        ]
        let header: JSONValue = ["typ": "JWT", "alg": "RS256"]
        let text = [header, claims].map { Data(String(buffer: JSONBody.encode(sorted: $0)).utf8).base64URL }.joined(
            separator: ".")
        let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
        return "\(text).\(signature.rawRepresentation.base64URL)"
    }
}
