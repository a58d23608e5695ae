/// The user inbound event that ``TLSServerHandler`` fires when the peer's stream ends without close_notify, but between two records.
///
/// No record is cut off, so the connection goes on as if close_notify had come, and an application protocol that frames its messages (HTTP/1.1
/// does) notices a missing rest itself. A stream that ends within a record is an error instead: `errorCaught` with
/// ``OpenSSLError/Code/uncleanShutdown``.
public struct TLSUncleanShutdown: Sendable {
    public let error: OpenSSLError
}
