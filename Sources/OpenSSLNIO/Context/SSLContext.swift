internal import COpenSSL
import NIOCore

/// One `SSL_CTX`: the settings and one identity. Immutable after init, but for the callbacks' selection of another one by host name.
final class SSLContext: @unchecked Sendable {
    // Sendable though it holds a pointer: all settings are made in init and in `TLSServerContext.init` before the context is shared. After
    // that OpenSSL only reads the SSL_CTX and counts references atomically ("multiple threads may share one SSL_CTX", ssl(7)).
    let pointer: OpaquePointer
    let certificates: [TLSCertificateInfo]
    private let ticketKeys: TicketKeyRing
    private let protocols: ApplicationProtocolList

    /// Reads and checks the identity. Blocks while it reads files.
    init(
        _ identity: TLSIdentity,
        configuration: TLSServerConfiguration,
        ticketKeys: TicketKeyRing
    ) throws(OpenSSLError) {
        let chain = try X509Certificate.chain(from: identity.certificateChain)
        let key = try PrivateKey.read(from: identity.privateKey)
        OpenSSLErrorQueue.clear()
        guard let pointer = SSL_CTX_new(TLS_server_method()) else {
            throw .draining(.openSSLFailure, "OpenSSL can't make a TLS context. Is the installation of libssl whole?")
        }
        self.pointer = pointer
        self.ticketKeys = ticketKeys
        self.protocols = try ApplicationProtocolList(configuration.applicationProtocols)
        self.certificates = chain.map { TLSCertificateInfo($0) }
        applyFixedSettings()
        try apply(configuration)
        try use(chain, key, of: identity)
        installCallbacks(configuration)
    }

    deinit {
        SSL_CTX_free(pointer)
    }
}

// MARK: - Settings

extension SSLContext {
    private func applyFixedSettings() {
        SSL_CTX_set_options(
            pointer,
            COpenSSL_SSL_OP_NO_RENEGOTIATION | COpenSSL_SSL_OP_NO_COMPRESSION
                | COpenSSL_SSL_OP_CIPHER_SERVER_PREFERENCE | COpenSSL_SSL_OP_PRIORITIZE_CHACHA
        )
        // An idle connection gives back its 34 kB of record buffers. The chain is the one configured: OpenSSL would otherwise try to complete
        // a chain of one certificate from the trust store, again at every handshake.
        _ = COpenSSL_SSL_CTX_set_mode(pointer, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        // Sessions live in tickets alone: a cache would be memory that a peer can fill, and a lock that threads share.
        _ = COpenSSL_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
    }

    private func apply(_ configuration: TLSServerConfiguration) throws(OpenSSLError) {
        guard configuration.minimumVersion == .tlsv12 || configuration.minimumVersion == .tlsv13,
            COpenSSL_SSL_CTX_set_min_proto_version(pointer, Int32(configuration.minimumVersion.rawValue)) == 1
        else {
            let message = "\(configuration.minimumVersion) can't be the oldest TLS version. Use TLSv1.2 or TLSv1.3."
            throw .draining(.configurationInvalid, message)
        }
        // The large curves cost the server several times more and no client needs them.
        guard COpenSSL_SSL_CTX_set1_groups_list(pointer, "X25519:P-256:P-384") == 1 else {
            throw .draining(.openSSLFailure, "OpenSSL does not offer the groups X25519, P-256 and P-384.")
        }
        try applyCipherSuites(configuration)
        try applyTickets(configuration)
    }

    private func applyCipherSuites(_ configuration: TLSServerConfiguration) throws(OpenSSLError) {
        let suites12 = configuration.cipherSuitesTLS12.joined(separator: ":")
        let suites13 = configuration.cipherSuitesTLS13.joined(separator: ":")
        guard SSL_CTX_set_cipher_list(pointer, suites12) == 1, SSL_CTX_set_ciphersuites(pointer, suites13) == 1 else {
            let mend = "Use the names that `openssl ciphers -v` prints."
            throw .draining(
                .configurationInvalid,
                "OpenSSL knows none of the cipher suites '\(suites12)' or not all of '\(suites13)'. \(mend)")
        }
        let ciphers = SSL_CTX_get_ciphers(pointer)
        for index in 0..<COpenSSL_sk_SSL_CIPHER_num(ciphers) {
            let cipher = COpenSSL_sk_SSL_CIPHER_value(ciphers, index)
            let exchange = SSL_CIPHER_get_kx_nid(cipher)
            guard SSL_CIPHER_is_aead(cipher) == 1, exchange == NID_kx_ecdhe || exchange == NID_kx_any else {
                let name = String(cString: SSL_CIPHER_get_name(cipher))
                throw OpenSSLError(
                    .configurationInvalid, "The cipher suite \(name) is not ECDHE with an AEAD. Take it off the list.")
            }
        }
    }

    private func applyTickets(_ configuration: TLSServerConfiguration) throws(OpenSSLError) {
        let seconds = configuration.sessionTicketLifetime.nanoseconds / 1_000_000_000
        guard (1...604_800).contains(seconds), (0...16).contains(configuration.sessionTicketsPerHandshake) else {
            let message =
                "Session tickets must live between 1 second and 7 days, and at most 16 are sent per handshake."
            throw OpenSSLError(.configurationInvalid, message)
        }
        SSL_CTX_set_timeout(pointer, Int(seconds))
        if configuration.sessionTickets {
            SSL_CTX_set_num_tickets(pointer, configuration.sessionTicketsPerHandshake)
        } else {
            SSL_CTX_set_options(pointer, COpenSSL_SSL_OP_NO_TICKET)
            SSL_CTX_set_num_tickets(pointer, 0)
        }
        // A ticket is good for every context with the same session id context: after a reload, and for every host name.
        let name = Array("OpenSSLNIO".utf8)
        SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count))
    }

    private func use(_ chain: [X509Certificate], _ key: PrivateKey, of identity: TLSIdentity) throws(OpenSSLError) {
        let places = "certificate chain (\(identity.certificateChain)) and private key (\(identity.privateKey))"
        guard SSL_CTX_use_certificate(pointer, chain[0].pointer) == 1 else {
            let message = "OpenSSL refuses the first certificate of the chain (\(identity.certificateChain))."
            throw .draining(
                .certificateInvalid, "\(message) Issue one with an RSA key of 2048 bits or more, or an EC key.")
        }
        guard X509_check_private_key(chain[0].pointer, key.pointer) == 1 else {
            let mend = "Put the key there that the chain's first certificate was issued for."
            throw .draining(.keyMismatch, "The \(places) don't belong together. \(mend)")
        }
        guard SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1 else {
            throw .draining(
                .privateKeyInvalid, "OpenSSL refuses the private key (\(identity.privateKey)). Use an RSA or EC key.")
        }
        for certificate in chain.dropFirst() {
            guard COpenSSL_SSL_CTX_add1_chain_cert(pointer, certificate.pointer) == 1 else {
                let message = "OpenSSL refuses an intermediate certificate of the chain (\(identity.certificateChain))."
                throw .draining(.certificateInvalid, "\(message) Issue or copy it again.")
            }
        }
    }
}

// MARK: - Callbacks

extension SSLContext {
    /// The pointers given to OpenSSL are not counted: `self` owns the SSL_CTX, both objects live as long as `self`, and a connection holds its
    /// ``TLSServerContext``, which holds every `SSLContext` that the connection may be moved to.
    private func installCallbacks(_ configuration: TLSServerConfiguration) {
        if !configuration.applicationProtocols.isEmpty {
            let protocols = Unmanaged.passUnretained(protocols).toOpaque()
            SSL_CTX_set_alpn_select_cb(
                pointer,
                { _, out, outLength, offered, offeredLength, list in
                    SSLContext.selectProtocol(out, outLength, offered, offeredLength, list)
                }, protocols)
        }
        if configuration.sessionTickets {
            _ = COpenSSL_SSL_CTX_set_app_data(pointer, Unmanaged.passUnretained(ticketKeys).toOpaque())
            SSL_CTX_set_tlsext_ticket_key_evp_cb(pointer) { ssl, name, vector, cipherContext, macContext, isSealing in
                SSLContext.useTicketKey(ssl, name, vector, cipherContext, macContext, isSealing)
            }
        }
    }

    private static func selectProtocol(
        _ out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        _ outLength: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?,
        _ offeredLength: UInt32,
        _ list: UnsafeMutableRawPointer?
    ) -> Int32 {
        guard let out, let outLength, let list else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        let ours = Unmanaged<ApplicationProtocolList>.fromOpaque(list).takeUnretainedValue().bytes
        var selected: UnsafeMutablePointer<UInt8>?
        let verdict = SSL_select_next_proto(
            &selected, outLength, ours.baseAddress, UInt32(ours.count), offered, offeredLength
        )
        // RFC 7301, 3.2: a server that supports none of the offered protocols ends the handshake.
        guard verdict == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        out.pointee = UnsafePointer(selected)
        return SSL_TLSEXT_ERR_OK
    }

    private static func useTicketKey(
        _ ssl: OpaquePointer?,
        _ name: UnsafeMutablePointer<UInt8>?,
        _ vector: UnsafeMutablePointer<UInt8>?,
        _ cipherContext: OpaquePointer?,
        _ macContext: OpaquePointer?,
        _ isSealing: Int32
    ) -> Int32 {
        guard let ring = COpenSSL_SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)), let name, let vector, let cipherContext,
            let macContext
        else { return -1 }
        let keys = Unmanaged<TicketKeyRing>.fromOpaque(ring).takeUnretainedValue()
        guard isSealing == 0 else {
            return keys.seal(name: name, vector: vector, cipherContext: cipherContext, macContext: macContext)
        }
        return keys.open(
            name: name, vector: vector, cipherContext: cipherContext, macContext: macContext,
            isSingleUse: SSL_version(ssl) == TLS1_3_VERSION
        )
    }
}
