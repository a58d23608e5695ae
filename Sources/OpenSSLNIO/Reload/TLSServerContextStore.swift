import NIOConcurrencyHelpers

/// Holds the context that new connections take, and replaces it when certificates change.
///
/// Connections keep the context they started with. Session ticket keys are shared by all contexts of one store, so that sessions are resumed
/// across a reload. May be used from any thread.
public final class TLSServerContextStore: Sendable {
    public let configuration: TLSServerConfiguration
    private let ticketKeys: TicketKeyRing
    private let stored: NIOLockedValueBox<Loaded>
    /// One reload at a time: of two that overlap, the one that has read the older files could otherwise end last.
    private let reloading = NIOLock()

    private struct Loaded {
        var context: TLSServerContext
        var files: [String: FileIdentity?]

        /// The files are looked at before they are read: a change in between shows at the next look instead of being
        /// missed.
        init(_ configuration: TLSServerConfiguration, _ ticketKeys: TicketKeyRing) throws(OpenSSLError) {
            files = FileIdentity.snapshot(of: configuration.paths)
            context = try TLSServerContext(configuration: configuration, ticketKeys: ticketKeys)
        }
    }

    /// Reads the identities' files, which blocks. Throws as ``TLSServerContext/init(configuration:)`` does.
    public init(configuration: TLSServerConfiguration) throws(OpenSSLError) {
        let ticketKeys = try TicketKeyRing()
        self.configuration = configuration
        self.ticketKeys = ticketKeys
        self.stored = NIOLockedValueBox(try Loaded(configuration, ticketKeys))
    }

    /// The context for a new connection.
    public var current: TLSServerContext {
        stored.withLockedValue { $0.context }
    }

    /// What told the files of the current context from others before they were read.
    var files: [String: FileIdentity?] {
        stored.withLockedValue { $0.files }
    }

    /// A handler for a new connection, with the current context.
    public func makeHandler() -> TLSServerHandler {
        TLSServerHandler(context: current)
    }

    /// Reads all files again and makes the result current. Blocks: not to be called on an event loop.
    ///
    /// When it throws, the current context stays, and so do all connections. Throws as ``TLSServerContext/init(configuration:)`` does.
    @discardableResult
    public func reload() throws(OpenSSLError) -> TLSServerContext {
        reloading.lock()
        defer { reloading.unlock() }
        let loaded = try Loaded(configuration, ticketKeys)
        stored.withLockedValue { $0 = loaded }
        return loaded.context
    }

    /// Makes a new session ticket key. Tickets sealed with the one before are still accepted; older ones lead to a full handshake.
    ///
    /// To be called about once per ``TLSServerConfiguration/sessionTicketLifetime``, which ``TLSCertificateWatcher`` does.
    public func rotateTicketKeys() throws(OpenSSLError) {
        try ticketKeys.rotate()
    }
}
