internal import COpenSSL

/// The secret that seals session tickets: a public name, a key to encrypt and a key to authenticate with.
final class TicketKey: @unchecked Sendable {
    // Sendable though it holds a pointer: the memory is written in init alone, and cleaned and freed in deinit alone.
    private let secret: UnsafeMutablePointer<UInt8>

    static let nameLength = 16
    static let macKeyLength = 32
    private static let cipherKeyLength = 32
    private static let length = nameLength + cipherKeyLength + macKeyLength

    var name: UnsafePointer<UInt8> { UnsafePointer(secret) }
    var cipherKey: UnsafePointer<UInt8> { UnsafePointer(secret + Self.nameLength) }
    var macKey: UnsafePointer<UInt8> { UnsafePointer(secret + Self.nameLength + Self.cipherKeyLength) }

    /// A new key from OpenSSL's random generator. Throws `openSSLFailure` when that is not seeded.
    init() throws(OpenSSLError) {
        OpenSSLErrorQueue.clear()
        secret = .allocate(capacity: Self.length)
        guard RAND_bytes(secret, Int32(Self.length)) == 1 else {
            throw .draining(.openSSLFailure, "OpenSSL has no random bytes for the session ticket key.")
        }
    }

    deinit {
        OPENSSL_cleanse(secret, Self.length)
        secret.deallocate()
    }

    func isNamed(_ other: UnsafePointer<UInt8>) -> Bool {
        (0..<Self.nameLength).allSatisfy { name[$0] == other[$0] }
    }
}
