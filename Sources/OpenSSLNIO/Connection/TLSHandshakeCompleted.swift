/// The user inbound event that ``TLSServerHandler`` fires once per connection, before any plaintext: what the handshake agreed on.
public struct TLSHandshakeCompleted: Hashable, Sendable {
    public let version: TLSVersion
    /// OpenSSL's name of the suite, for example `TLS_AES_128_GCM_SHA256`.
    public let cipherSuite: String
    /// The protocol chosen by ALPN; nil when the peer offered none.
    public let applicationProtocol: String?
    /// The host name that the peer asked for (SNI). Chosen by the peer: not to be trusted, and to be escaped where it is shown.
    public let serverName: String?
    /// Whether the session was resumed with a ticket instead of a full handshake.
    public let isResumed: Bool
}
