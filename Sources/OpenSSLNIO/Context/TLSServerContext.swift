internal import COpenSSL

/// A TLS server's identities and settings, read, checked and ready to serve: what every new connection starts from.
///
/// Immutable. Any number of connections on any threads share one; each holds it until the connection is gone. To replace it while serving use
/// ``TLSServerContextStore``.
public final class TLSServerContext: Sendable {
    let configuration: TLSServerConfiguration
    private let base: SSLContext
    private let byHostName: HostNameTable<SSLContext>

    /// The chain of the default identity, the server's own certificate first. An expired certificate is no error here, since a server that
    /// answers can be diagnosed and one that doesn't start can't: compare ``TLSCertificateInfo/notAfter`` and warn.
    public var certificates: [TLSCertificateInfo] { base.certificates }

    /// The server's own certificate of each identity by the host name it is configured for.
    public let certificatesByHostName: [String: TLSCertificateInfo]

    /// Reads the identities' files, which blocks: not to be called on an event loop.
    ///
    /// Session tickets of this context can't be resumed in another one; ``TLSServerContextStore`` carries the keys over.
    /// - Throws: An error that names the file or value and the mend: `fileUnreadable`, `certificateInvalid`, `privateKeyInvalid`,
    ///   `privateKeyEncrypted`, `keyMismatch`, `configurationInvalid` or `openSSLFailure`.
    public convenience init(configuration: TLSServerConfiguration) throws(OpenSSLError) {
        try self.init(configuration: configuration, ticketKeys: try TicketKeyRing())
    }

    init(configuration: TLSServerConfiguration, ticketKeys: TicketKeyRing) throws(OpenSSLError) {
        var byHostName = HostNameTable<SSLContext>()
        var certificates: [String: TLSCertificateInfo] = [:]
        for (name, identity) in configuration.identitiesByHostName {
            let context = try SSLContext(identity, configuration: configuration, ticketKeys: ticketKeys)
            try byHostName.insert(context, for: name)
            certificates[name] = context.certificates.first
        }
        self.configuration = configuration
        self.byHostName = byHostName
        self.certificatesByHostName = certificates
        self.base = try SSLContext(configuration.identity, configuration: configuration, ticketKeys: ticketKeys)
        installHostNameSelection()
    }

    /// A new `SSL` for one connection, owned by the caller; nil when OpenSSL has no memory.
    func makeSSL() -> OpaquePointer? {
        SSL_new(base.pointer)
    }
}

extension TLSServerContext {
    /// The pointer given to OpenSSL is not counted: it is used while a connection is in its handshake, and a connection holds `self`.
    private func installHostNameSelection() {
        guard !byHostName.isEmpty else { return }
        COpenSSL_SSL_CTX_set_tlsext_servername_arg(base.pointer, Unmanaged.passUnretained(self).toOpaque())
        COpenSSL_SSL_CTX_set_tlsext_servername_callback(base.pointer) { ssl, _, context in
            guard let ssl, let context else { return SSL_TLSEXT_ERR_NOACK }
            return Unmanaged<TLSServerContext>.fromOpaque(context).takeUnretainedValue().selectIdentity(for: ssl)
        }
    }

    private func selectIdentity(for ssl: OpaquePointer) -> Int32 {
        guard let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
            let context = byHostName[String(cString: name)],
            SSL_set_SSL_CTX(ssl, context.pointer) != nil
        else { return SSL_TLSEXT_ERR_NOACK }
        return SSL_TLSEXT_ERR_OK
    }
}
