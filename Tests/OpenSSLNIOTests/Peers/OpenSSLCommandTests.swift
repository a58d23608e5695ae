import Foundation
import Testing

@testable import OpenSSLNIO

@Suite("Peer: the openssl command", .timeLimit(.minutes(2)))
struct OpenSSLCommandTests {
    private static let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    /// `openssl s_client` with one request and more options; waits for the server to close.
    private static func connect(_ server: TestServer, _ options: String..., input: String = request) async throws
        -> String
    {
        let arguments =
            ["openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-ign_eof", "-nocommands"] + options
        return try await Command.run(arguments, input: input).output
    }

    private static func store(
        _ change: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws -> TLSServerContextStore {
        var configuration = try await TestCertificate.localhost.get().configuration
        change(&configuration)
        return try TLSServerContextStore(configuration: configuration)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `both versions are spoken, the certificate is verified, the answer comes and the close is clean`(
        version: String
    ) async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(Self.store()) { server in
            let output = try await Self.connect(
                server, version, "-CAfile", certificate.certificateFile, "-verify_return_error", "-verify_hostname",
                "localhost",
                "-servername", "localhost")
            #expect(output.contains("Verify return code: 0 (ok)"))
            #expect(output.contains("HTTP/1.1 200 OK") && output.contains("hello"))
            // With an unclean end s_client says "unexpected eof while reading".
            #expect(!output.contains("error:"), "\(output)")
            #expect(output.contains("closed"))
            #expect(output.contains("Compression: NONE") && output.contains("Secure Renegotiation IS"))
            let observed = server.seen
            #expect(observed.handshakes.map(\.version) == [version == "-tls1_2" ? .tlsv12 : .tlsv13])
            #expect(observed.errors.isEmpty)
        }
    }

    @Test(arguments: [
        "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-SHA",
        "DHE-RSA-AES256-GCM-SHA384",
    ])
    func `suites without AEAD or without ECDHE are refused`(suite: String) async throws {
        try await TestServer.with(Self.store()) { server in
            let output = try await Self.connect(server, "-tls1_2", "-cipher", suite)
            #expect(output.contains("handshake failure"), "\(output)")
            let errors = try await server.seenWithErrors.errors
            #expect(errors.map(\.code) == [.handshakeFailed])
            #expect(errors.first?.entries.first?.reason == "no shared cipher")
            #expect(errors.first?.message.contains("must offer an ECDHE cipher suite") == true)
        }
    }

    @Test(arguments: [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
    ])
    func `each suite of TLS 1.2 is spoken`(suite: String) async throws {
        try await TestServer.with(Self.store()) { server in
            let output = try await Self.connect(server, "-tls1_2", "-cipher", suite)
            #expect(output.contains("HTTP/1.1 200 OK"))
            #expect(server.seen.handshakes.map(\.cipherSuite) == [suite])
        }
    }

    @Test(arguments: ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
    func `each suite of TLS 1.3 is spoken`(suite: String) async throws {
        try await TestServer.with(Self.store()) { server in
            let output = try await Self.connect(server, "-tls1_3", "-ciphersuites", suite)
            #expect(output.contains("HTTP/1.1 200 OK"))
            #expect(server.seen.handshakes.map(\.cipherSuite) == [suite])
        }
    }

    @Test func `TLS 1.1 is refused`() async throws {
        try await TestServer.with(Self.store()) { server in
            let output = try await Self.connect(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
            #expect(output.contains("alert protocol version"), "\(output)")
            let error = try await server.seenWithErrors.errors.first
            #expect(error?.message.contains("TLS 1.2 or 1.3") == true)
        }
    }

    @Test func `TLS 1.2 is refused when 1.3 is the oldest version`() async throws {
        try await TestServer.with(Self.store { $0.minimumVersion = .tlsv13 }) { server in
            let output = try await Self.connect(server, "-tls1_2")
            #expect(output.contains("alert protocol version"), "\(output)")
        }
    }

    @Test func `the protocol is agreed on, and a client with other protocols only is refused`() async throws {
        try await TestServer.with(Self.store()) { server in
            let agreed = try await Self.connect(server, "-alpn", "h2,http/1.1")
            #expect(agreed.contains("ALPN protocol: http/1.1"))
            let refused = try await Self.connect(server, "-alpn", "h2")
            #expect(refused.contains("no application protocol"), "\(refused)")
            let observed = try await server.seenWithErrors
            #expect(observed.handshakes.map(\.applicationProtocol) == ["http/1.1"])
            #expect(observed.errors.map(\.code) == [.handshakeFailed])
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a session is resumed with its ticket, also after a reload and after one rotation of the keys, not after two`(
        version: String
    ) async throws {
        let directory = try TemporaryDirectory()
        let session = directory.file("session.pem")
        let store = try await Self.store()
        try await TestServer.with(store) { server in
            let first = try await Self.connect(server, version, "-sess_out", session)
            #expect(first.contains("New, TLSv1"))
            #expect(try await Self.connect(server, version, "-sess_in", session).contains("Reused, TLSv1"))
            try store.reload()
            #expect(try await Self.connect(server, version, "-sess_in", session).contains("Reused, TLSv1"))
            try store.rotateTicketKeys()
            #expect(try await Self.connect(server, version, "-sess_in", session).contains("Reused, TLSv1"))
            try store.rotateTicketKeys()
            #expect(try await Self.connect(server, version, "-sess_in", session).contains("New, TLSv1"))
            let resumed = server.seen.handshakes.map(\.isResumed)
            #expect(resumed == [false, true, true, true, false])
        }
    }

    @Test func `a resumed TLS 1.3 session brings a new ticket, which is good again`() async throws {
        let directory = try TemporaryDirectory()
        let sessions = (0..<4).map { directory.file("session-\($0).pem") }
        try await TestServer.with(Self.store()) { server in
            _ = try await Self.connect(server, "-tls1_3", "-sess_out", sessions[0])
            for (session, next) in zip(sessions, sessions.dropFirst()) {
                let output = try await Self.connect(server, "-tls1_3", "-sess_in", session, "-sess_out", next)
                #expect(output.contains("Reused, TLSv1.3"))
                #expect(FileManager.default.fileExists(atPath: next))
            }
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `without tickets no session is resumed`(version: String) async throws {
        let directory = try TemporaryDirectory()
        let session = directory.file("session.pem")
        try await TestServer.with(Self.store { $0.sessionTickets = false }) { server in
            _ = try await Self.connect(server, version, "-sess_out", session)
            guard FileManager.default.fileExists(atPath: session) else { return }
            #expect(try await Self.connect(server, version, "-sess_in", session).contains("New, TLSv1"))
        }
    }

    @Test func `renegotiation is refused`() async throws {
        try await TestServer.with(Self.store()) { server in
            // A line `R` asks for renegotiation; what comes in the same piece of input is thrown away, hence the pause.
            let script =
                "(echo R; sleep 1; printf 'GET / HTTP/1.1\\r\\nConnection: close\\r\\nHost: a\\r\\n\\r\\n'; sleep 1)"
            let client = "openssl s_client -connect 127.0.0.1:\(server.port) -tls1_2"
            let output = try await Command.run("sh", "-c", "\(script) | \(client)").output
            #expect(output.contains("RENEGOTIATING"))
            #expect(output.contains("no renegotiation"), "\(output)")
            #expect(server.seen.handshakes.count == 1)
        }
    }

    @Test func `the certificate is chosen by host name`() async throws {
        let hooks = try await TestCertificate.make(name: "hooks.example.com")
        let wildcard = try await TestCertificate.make(name: "*.example.com")
        let store = try await Self.store {
            $0.identitiesByHostName = ["hooks.example.com": hooks.identity, "*.example.com": wildcard.identity]
        }
        #expect(store.current.certificatesByHostName["hooks.example.com"]?.dnsNames == ["hooks.example.com"])
        try await TestServer.with(store) { server in
            for (asked, got) in [
                ("hooks.example.com", "CN = hooks.example.com"), ("HOOKS.EXAMPLE.COM", "CN = hooks.example.com"),
                ("other.example.com", "CN = *.example.com"), ("a.b.example.com", "CN = localhost"),
            ] {
                for version in ["-tls1_2", "-tls1_3"] {
                    let output = try await Self.connect(server, version, "-servername", asked, "-alpn", "http/1.1")
                    #expect(output.contains("subject=\(got)"), "\(asked)")
                    #expect(output.contains("ALPN protocol: http/1.1"))
                }
            }
            let unnamed = try await Self.connect(server, "-noservername")
            #expect(unnamed.contains("subject=CN = localhost"))
            let names = Set(server.seen.handshakes.map(\.serverName))
            #expect(names.contains("other.example.com") && names.contains(nil))
        }
    }

    @Test func `an expired certificate is served, and the client's refusal explained`() async throws {
        let directory = try TemporaryDirectory()
        let certificate = try await TestCertificate.make(in: directory)
        // `req` refuses a negative number of days; `x509` takes one.
        try await Command.check(
            "openssl", "x509", "-in", certificate.certificateFile, "-signkey", certificate.keyFile, "-days", "-1",
            "-out",
            directory.file("expired.crt"))
        let identity = TLSIdentity(
            certificateChainFile: directory.file("expired.crt"), privateKeyFile: certificate.keyFile)
        let store = try TLSServerContextStore(configuration: TLSServerConfiguration(identity: identity))
        #expect(store.current.certificates.first?.isOutsideValidity(at: Date()) == true)
        try await TestServer.with(store) { server in
            let output = try await Self.connect(
                server, "-CAfile", directory.file("expired.crt"), "-verify_return_error")
            #expect(output.contains("certificate has expired"), "\(output)")
            let error = try await server.seenWithErrors.errors.first
            #expect(error?.message.contains("does not trust the certificate") == true, "\(String(describing: error))")
        }
    }
}
