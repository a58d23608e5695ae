internal import COpenSSL
import NIOCore

/// The server's end of one TLS connection: owns an `SSL`. Turns bytes into bytes; knows no channel, timer or state of its own.
///
/// Bound to one event loop. OpenSSL's error queue is cleared before and drained after each operation here, and nowhere else.
final class TLSConnection {
    enum HandshakeOutcome {
        case wantsInput
        case completed
        case failed(OpenSSLError)
    }

    enum ReadOutcome {
        /// All that was received has been used.
        case wantsInput
        /// The peer's close_notify: no plaintext will follow.
        case closeNotify
        case failed(OpenSSLError)
    }

    let ssl: OpaquePointer
    private let bio: ByteBufferBIO
    // Held so that what OpenSSL's callbacks point to outlives the SSL.
    private let context: TLSServerContext

    /// Throws `openSSLFailure`.
    init(context: TLSServerContext) throws(OpenSSLError) {
        OpenSSLErrorQueue.clear()
        let buffers = ByteBufferBIO()
        guard let ssl = context.makeSSL() else {
            throw .draining(.openSSLFailure, "OpenSSL has no memory for another connection.")
        }
        guard let bio = buffers.makeBIO() else {
            SSL_free(ssl)
            throw .draining(.openSSLFailure, "OpenSSL has no memory for another connection.")
        }
        self.context = context
        self.bio = buffers
        self.ssl = ssl
        SSL_set_bio(ssl, bio, bio)
        SSL_set_accept_state(ssl)
    }

    deinit {
        SSL_free(ssl)
    }

    // MARK: - Ciphertext

    func receive(_ bytes: ByteBuffer) {
        bio.receive(bytes)
    }

    /// Whether ciphertext waits that OpenSSL has not looked at.
    var holdsInput: Bool { bio.inbound.readableBytes > 0 }

    /// Whether OpenSSL has said something that the peer has not been sent.
    var holdsOutput: Bool { bio.outbound.readableBytes > 0 }

    /// Whether the peer waits for it. After a TLS 1.3 handshake it is a session ticket, which is as good together with the first answer and saves
    /// a system call and a packet per connection. In TLS 1.2 the ticket comes before the server's last message of the handshake.
    var holdsUrgentOutput: Bool { holdsOutput && !isTicketOnly }

    private var isTicketOnly = false

    func takeOutput() -> ByteBuffer? {
        bio.takeOutbound()
    }

    func discardInput() {
        bio.discardInbound()
    }

    /// Whether the input ends within a record, so that an end of stream now means lost data.
    var isWithinRecord: Bool {
        // A header that has been read but no byte of the body shows in the state only.
        holdsInput || SSL_has_pending(ssl) == 1 || String(cString: SSL_rstate_string(ssl)) == "RB"
    }

    // MARK: - Operations

    func handshake() -> HandshakeOutcome {
        OpenSSLErrorQueue.clear()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            isTicketOnly = SSL_version(ssl) == TLS1_3_VERSION
            return .completed
        }
        if SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ { return .wantsInput }
        return .failed(.handshakeFailure(OpenSSLErrorQueue.drain()))
    }

    /// Turns all received ciphertext into plaintext, which may be none.
    func read() -> (plaintext: ByteBuffer?, outcome: ReadOutcome) {
        guard holdsInput else { return (nil, .wantsInput) }
        // Plaintext is shorter than its ciphertext, but for the part of a record that OpenSSL already holds; then the buffer grows.
        var plaintext = ByteBufferAllocator().buffer(capacity: bio.inbound.readableBytes)
        let outcome = read(into: &plaintext)
        return (plaintext.readableBytes > 0 ? plaintext : nil, outcome)
    }

    private func read(into plaintext: inout ByteBuffer) -> ReadOutcome {
        // Asking OpenSSL once more only to hear that nothing is left would cost about as much as decrypting a small record.
        while holdsInput || SSL_pending(ssl) > 0 {
            OpenSSLErrorQueue.clear()
            var count = 0
            let result = plaintext.readFromSSL(ssl, &count)
            guard result != 1 else { continue }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: return .wantsInput
            case SSL_ERROR_ZERO_RETURN: return .closeNotify
            default: return .failed(.connectionFailure(OpenSSLErrorQueue.drain()))
            }
        }
        return .wantsInput
    }

    /// Encrypts all of `plaintext`.
    func write(_ plaintext: ByteBuffer) throws(OpenSSLError) {
        let length = plaintext.readableBytes
        guard length > 0 else { return }
        bio.reserveOutbound(length + (length / Self.recordLimitBytes + 1) * Self.recordOverheadBytes)
        OpenSSLErrorQueue.clear()
        let result = plaintext.withUnsafeReadableBytes { bytes in
            var written = 0
            return SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written)
        }
        // The BIO takes everything, so OpenSSL never has to wait.
        guard result == 1 else { throw .connectionFailure(OpenSSLErrorQueue.drain()) }
    }

    /// Says that no plaintext will follow. To be called once, after the handshake.
    func writeCloseNotify() {
        OpenSSLErrorQueue.clear()
        SSL_shutdown(ssl)
        // A failure leaves nothing to do: the peer sees the end of the stream all the same.
        OpenSSLErrorQueue.clear()
    }

    /// The most plaintext in one record (RFC 8446, 5.1).
    static let recordLimitBytes = 16_384
    /// Header, explicit nonce of TLS 1.2 or content type of TLS 1.3, and tag, with some to spare.
    private static let recordOverheadBytes = 32

    // MARK: - What was agreed

    /// To be asked after the handshake.
    func handshakeDetails() -> TLSHandshakeCompleted {
        TLSHandshakeCompleted(
            version: TLSVersion(rawValue: UInt16(truncatingIfNeeded: SSL_version(ssl))),
            cipherSuite: String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))),
            applicationProtocol: applicationProtocol(),
            serverName: SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) },
            isResumed: SSL_session_reused(ssl) == 1
        )
    }

    private func applicationProtocol() -> String? {
        var start: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &start, &length)
        guard let start, length > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }
}

extension ByteBuffer {
    /// One `SSL_read_ex` to the end of this buffer. The smallest room offered avoids many small reads out of one large record.
    fileprivate mutating func readFromSSL(_ ssl: OpaquePointer, _ count: inout Int) -> Int32 {
        var result: Int32 = 0
        writeWithUnsafeMutableBytes(minimumWritableBytes: 64) { room in
            count = 0
            result = SSL_read_ex(ssl, room.baseAddress, room.count, &count)
            return count
        }
        return result
    }
}
