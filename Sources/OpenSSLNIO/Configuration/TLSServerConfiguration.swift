public import NIOCore

/// Everything a TLS server needs to know. A value: nothing is read or checked before a ``TLSServerContext`` is built from it.
public struct TLSServerConfiguration: Sendable {
    /// What peers get that name no host, or one that ``identitiesByHostName`` doesn't know.
    public var identity: TLSIdentity

    /// Other identities by the host name that the peer asks for (SNI): `hooks.example.com`, or `*.example.com` for exactly one label.
    /// An exact name wins over a wildcard. Case and a trailing dot don't matter. Default: none.
    public var identitiesByHostName: [String: TLSIdentity] = [:]

    /// The oldest version spoken: ``TLSVersion/tlsv12`` (default) or ``TLSVersion/tlsv13``.
    public var minimumVersion: TLSVersion = .tlsv12

    /// OpenSSL's names of the TLS 1.2 suites, most wanted first. Only suites with ephemeral keys and an AEAD are accepted.
    public var cipherSuitesTLS12: [String] = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ]

    /// OpenSSL's names of the TLS 1.3 suites, most wanted first.
    public var cipherSuitesTLS13: [String] = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ]

    /// The application protocols offered (ALPN), most wanted first. A peer that offers only others is refused, one that offers none is
    /// served. Empty: the extension is ignored. Default: `http/1.1`.
    public var applicationProtocols: [String] = ["http/1.1"]

    /// From the connection's start until the handshake is complete. Default: 10 seconds.
    public var handshakeTimeout: TimeAmount = .seconds(10)

    /// The longest that a closing connection waits for its last bytes to be taken and for the peer's end of stream. Default: 5 seconds.
    public var closeTimeout: TimeAmount = .seconds(5)

    /// The longest that a connection whose output this side has closed stays open for the peer's input. Default: 30 seconds.
    public var outputClosedTimeout: TimeAmount = .seconds(30)

    /// Whether peers may resume a session with a ticket. Default: true.
    public var sessionTickets = true

    /// How many tickets a TLS 1.3 peer gets after a full handshake. OpenSSL's own default is 2, for browsers that open connections in
    /// parallel; a caller like a service hook uses one. Each costs the handshake some microseconds. Default: 1.
    public var sessionTicketsPerHandshake = 1

    /// How long a ticket is accepted. Default: 2 hours; RFC 8446 allows 7 days at most.
    public var sessionTicketLifetime: TimeAmount = .hours(2)

    /// The most plaintext that waits for the handshake to complete, in bytes. Writes beyond it fail. Default: 1 MiB.
    public var bufferedWriteLimitBytes = 1 << 20

    public init(identity: TLSIdentity) {
        self.identity = identity
    }

    /// The files to watch: a change of one of them is a reason to reload.
    public var paths: [String] {
        Set(([identity] + identitiesByHostName.values).flatMap(\.paths)).sorted()
    }
}
