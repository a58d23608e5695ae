internal import COpenSSL

extension OpenSSLError {
    /// What a failed handshake means for the operator.
    static func handshakeFailure(_ entries: [Entry]) -> OpenSSLError {
        if entries.contains(where: { $0.isSSLReason(SSL_R_HTTP_REQUEST) || $0.isSSLReason(SSL_R_HTTPS_PROXY_REQUEST) })
        {
            let message = "A client spoke plain HTTP to the TLS port. Give it an address that begins with https://."
            return OpenSSLError(.plainHTTP, message, entries: entries)
        }
        return OpenSSLError(.handshakeFailed, "The TLS handshake failed: \(advice(entries))", entries: entries)
    }

    /// What a failure after the handshake means for the operator.
    static func connectionFailure(_ entries: [Entry]) -> OpenSSLError {
        let reason = entries.first?.reason ?? "OpenSSL gives no reason"
        return OpenSSLError(
            .connectionFailed, "The TLS connection failed: \(reason). The client may connect again.", entries: entries)
    }

    private static func advice(_ entries: [Entry]) -> String {
        guard let first = entries.first else { return "OpenSSL gives no reason." }
        return "\(first.reason). \(mend(first))"
    }

    private static func mend(_ entry: Entry) -> String {
        switch entry {
        case _ where entry.isSSLReason(SSL_R_NO_SHARED_CIPHER):
            "The client must offer an ECDHE cipher suite with AES-GCM or ChaCha20-Poly1305."
        case _ where entry.isSSLReason(SSL_R_UNSUPPORTED_PROTOCOL) || entry.isSSLReason(SSL_R_VERSION_TOO_LOW):
            "The client must speak TLS 1.2 or 1.3."
        case _ where entry.isSSLReason(SSL_R_NO_APPLICATION_PROTOCOL):
            "The client must offer an application protocol that the server speaks."
        case _ where entry.isSSLReason(SSL_R_TLSV1_ALERT_UNKNOWN_CA),
            _ where entry.isSSLReason(SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN),
            _ where entry.isSSLReason(SSL_R_SSLV3_ALERT_BAD_CERTIFICATE),
            _ where entry.isSSLReason(SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED):
            "The client does not trust the certificate: check its dates, its names and that the chain has its intermediates."
        case _ where entry.isSSLReason(SSL_R_WRONG_VERSION_NUMBER) || entry.isSSLReason(SSL_R_UNEXPECTED_MESSAGE):
            "What the client sent is not TLS."
        default:
            "Look at the client."
        }
    }

    static let handshakeTimedOut = OpenSSLError(
        .handshakeTimeout, "The client did not complete the TLS handshake in time. The connection is closed.")
    static let leftDuringHandshake = OpenSSLError(
        .peerLeftDuringHandshake, "The client left before the TLS handshake was complete. A port check does that too.")
    static let truncated = OpenSSLError(
        .uncleanShutdown,
        "The client's stream ended within a TLS record: data is lost. The client or the network broke off.")
    static let endedWithoutCloseNotify = OpenSSLError(
        .uncleanShutdown,
        "The client's stream ended without close_notify, between two TLS records. Many clients do that.")
    static let tooMuchBeforeHandshake = OpenSSLError(
        .writeBufferFull,
        "More was written before the TLS handshake was complete than bufferedWriteLimitBytes lets wait.")
    static let notReading = OpenSSLError(
        .peerNotReading, "The client makes the server answer but does not read. The connection is closed.")
}
