internal import Crypto
internal import Foundation

/// One of the console's tokens, kept as a digest.
struct AccessToken: Sendable {
    private let digest: SHA256Digest

    static let byteCounts = 16...256

    /// - Parameter key: where it is configured, for the operator.
    init(_ token: String, key: String) throws(ConsoleError) {
        guard Self.byteCounts.contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ConsoleError(
                .invalidToken,
                "\(key) must be 16 to 256 printable ASCII characters without white space; a file's last line "
                    + "break is not part of it")
        }
        digest = SHA256.hash(data: Array(token.utf8))
    }

    /// Whether the header's value shows the token, as a bearer's or as the password of Basic credentials with any user
    /// name. The token itself is compared in constant time.
    func isShown(by authorization: String?) -> Bool {
        guard let authorization, authorization.utf8.count <= 1024,
            let presented = Self.secret(in: authorization)
        else { return false }
        // swift-crypto compares digests in constant time.
        return SHA256.hash(data: presented) == digest
    }

    private static func secret(in authorization: String) -> [UInt8]? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer":
            return Array(parts[1].utf8)
        case "basic":
            guard let decoded = Data(base64Encoded: String(parts[1])),
                let colon = decoded.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            return Array(decoded[decoded.index(after: colon)...])
        default:
            return nil
        }
    }
}
