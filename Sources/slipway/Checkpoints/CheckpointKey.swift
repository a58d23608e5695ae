internal import Crypto
internal import Foundation

/// Ed25519 keys in the PEM files that OpenSSL reads and writes (RFC 8410).
enum CheckpointKey {
    private static let privatePrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    private static let publicPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]
    static let maximumBytes = 4_096

    struct Private {
        private let key: Curve25519.Signing.PrivateKey

        init() { key = Curve25519.Signing.PrivateKey() }

        init(file: String) throws(CommandFailure) {
            let bytes = try CheckpointKey.read(file, "PRIVATE KEY", CheckpointKey.privatePrefix)
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else {
                throw CheckpointKey.unreadable(file, "private")
            }
            self.key = key
        }

        var pem: String { CheckpointKey.pem("PRIVATE KEY", CheckpointKey.privatePrefix + key.rawRepresentation) }
        var publicPEM: String {
            CheckpointKey.pem("PUBLIC KEY", CheckpointKey.publicPrefix + key.publicKey.rawRepresentation)
        }

        /// In base64.
        func sign(_ text: String) throws(CommandFailure) -> String {
            guard let signature = try? key.signature(for: Data(text.utf8)) else {
                throw CommandFailure(.bug, "the checkpoint could not be signed: please report it")
            }
            return signature.base64EncodedString()
        }
    }

    struct Public {
        private let key: Curve25519.Signing.PublicKey

        init(file: String) throws(CommandFailure) {
            let bytes = try CheckpointKey.read(file, "PUBLIC KEY", CheckpointKey.publicPrefix)
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
                throw CheckpointKey.unreadable(file, "public")
            }
            self.key = key
        }

        func isValid(_ signature: Data, of text: String) -> Bool {
            key.isValidSignature(signature, for: Data(text.utf8))
        }
    }

    private static func pem(_ label: String, _ bytes: [UInt8]) -> String {
        "-----BEGIN \(label)-----\n\(Data(bytes).base64EncodedString())\n-----END \(label)-----\n"
    }

    /// The 32 bytes of the key. Nothing of the file is quoted.
    private static func read(_ file: String, _ label: String, _ prefix: [UInt8]) throws(CommandFailure) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(file, maximumBytes: maximumBytes)
        } catch {
            throw CommandFailure(.usage, "\(harmless(file)): \(error.description); \(error.mend)")
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        guard lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
            let data = Data(base64Encoded: lines.dropFirst().dropLast().joined()),
            data.count == prefix.count + 32, data.starts(with: prefix)
        else { throw unreadable(file, label.hasPrefix("PUBLIC") ? "public" : "private") }
        return Array(data.dropFirst(prefix.count))
    }

    private static func unreadable(_ file: String, _ kind: String) -> CommandFailure {
        CommandFailure(
            .usage,
            "\(harmless(file)) holds no \(kind) Ed25519 key in PEM: make one with slipway ledger checkpoint --new-key")
    }
}
