internal import Foundation
internal import SlipwayCore

/// What a container sends with its claim.
struct ClaimBody {
    /// What is wrong with it, for the container's log.
    struct Problem: Error {
        var text: String
    }

    private struct Form: Decodable {
        struct Key: Decodable {
            var exponent: String
            var modulus: String
        }

        var publicKey: Key
        var agentVersion: String?
        var osDescription: String?
    }

    private let form: Form

    init(_ bytes: [UInt8]) throws(Problem) {
        do {
            form = try JSONDecoder().decode(Form.self, from: Data(bytes))
        } catch {
            throw Problem(text: "the body is not a claim: JSON with publicKey.exponent and publicKey.modulus")
        }
    }

    func claim(of launch: LaunchID, attempt: Int, from source: String) throws(Problem) -> AgentClaim {
        guard form.publicKey.exponent == Data(AgentPublicKey.exponent).base64EncodedString() else {
            throw Problem(text: "publicKey.exponent is not AQAB")
        }
        guard form.publicKey.modulus.utf8.count <= 512, let modulus = Data(base64Encoded: form.publicKey.modulus),
            let key = AgentPublicKey(modulus: Array(modulus))
        else {
            throw Problem(text: "publicKey.modulus is not the base64 of a modulus of 2048 bits")
        }
        return AgentClaim(
            launch: launch, attempt: attempt, key: key, agentVersion: Self.version(form.agentVersion ?? ""),
            osDescription: Self.printable(form.osDescription ?? "", limit: 256), source: source)
    }

    /// Digits and dots; anything else is no version, and the agent tells its own once it is online.
    private static func version(_ text: String) -> String {
        let isVersion = text.utf8.count <= 32 && text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        return isVersion ? text : ""
    }

    private static func printable(_ text: String, limit: Int) -> String {
        String(text.unicodeScalars.lazy.filter { (32...126).contains($0.value) }.prefix(limit).map(Character.init))
    }
}
