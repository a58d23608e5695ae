internal import COpenSSL
import NIOConcurrencyHelpers

/// The session ticket keys in force: tickets are sealed with the current key and opened with the current or the previous one.
///
/// One ring outlives the contexts that use it, so that sessions can be resumed after a reload. When keys are rotated no more often than a
/// ticket lives, every ticket can be opened for its whole life, and no key opens tickets for longer than two periods.
final class TicketKeyRing: Sendable {
    private struct Keys {
        var current: TicketKey
        var previous: TicketKey?
    }

    private let keys: NIOLockedValueBox<Keys>
    private let cipher: FetchedCipher

    init() throws(OpenSSLError) {
        cipher = try FetchedCipher("AES-256-CBC")
        keys = NIOLockedValueBox(Keys(current: try TicketKey(), previous: nil))
    }

    /// Makes a new current key. The previous one is forgotten.
    func rotate() throws(OpenSSLError) {
        let key = try TicketKey()
        keys.withLockedValue { keys in keys = Keys(current: key, previous: keys.current) }
    }

    /// What OpenSSL asks for when it seals a ticket. Writes the key's name and the initialisation vector, and readies both contexts.
    /// - Returns: 1, or -1 on failure, which fails the handshake.
    func seal(
        name: UnsafeMutablePointer<UInt8>,
        vector: UnsafeMutablePointer<UInt8>,
        cipherContext: OpaquePointer,
        macContext: OpaquePointer
    ) -> Int32 {
        let key = keys.withLockedValue { $0.current }
        let vectorLength = EVP_CIPHER_get_iv_length(cipher.pointer)
        guard RAND_bytes(vector, vectorLength) == 1,
            EVP_EncryptInit_ex(cipherContext, cipher.pointer, nil, key.cipherKey, vector) == 1,
            Self.start(macContext, key)
        else { return -1 }
        name.update(from: key.name, count: TicketKey.nameLength)
        return 1
    }

    /// What OpenSSL asks for when it opens a ticket.
    /// - Parameter isSingleUse: Whether the peer uses a ticket only once, as TLS 1.3 asks for (RFC 8446, C.4), and so needs a new one each time.
    /// - Returns: 1 when opened; 2 when opened and the peer should get a new ticket; 0 when the key is unknown, so that the peer makes a
    ///   full handshake; -1 on failure.
    func open(
        name: UnsafeMutablePointer<UInt8>,
        vector: UnsafeMutablePointer<UInt8>,
        cipherContext: OpaquePointer,
        macContext: OpaquePointer,
        isSingleUse: Bool
    ) -> Int32 {
        let (current, previous) = keys.withLockedValue { ($0.current, $0.previous) }
        let isCurrent = current.isNamed(name)
        guard let key = isCurrent ? current : previous, key.isNamed(name) else { return 0 }
        guard EVP_DecryptInit_ex(cipherContext, cipher.pointer, nil, key.cipherKey, vector) == 1,
            Self.start(macContext, key)
        else { return -1 }
        return isCurrent && !isSingleUse ? 1 : 2
    }

    private static func start(_ macContext: OpaquePointer, _ key: TicketKey) -> Bool {
        "SHA256".withCString { digest in
            var parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, UnsafeMutablePointer(mutating: digest), 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(macContext, key.macKey, TicketKey.macKeyLength, &parameters) == 1
        }
    }
}

/// A cipher looked up once. OpenSSL 3 otherwise looks it up, under a lock, at each use.
private final class FetchedCipher: @unchecked Sendable {
    // Sendable though it holds a pointer: a fetched EVP_CIPHER is immutable and its reference count atomic.
    let pointer: OpaquePointer

    init(_ name: String) throws(OpenSSLError) {
        OpenSSLErrorQueue.clear()
        guard let pointer = EVP_CIPHER_fetch(nil, name, nil) else {
            throw .draining(.openSSLFailure, "OpenSSL does not offer \(name), which session tickets need.")
        }
        self.pointer = pointer
    }

    deinit {
        EVP_CIPHER_free(pointer)
    }
}
