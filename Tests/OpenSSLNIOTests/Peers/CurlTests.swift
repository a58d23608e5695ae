import Testing

@testable import OpenSSLNIO

@Suite("Peer: curl", .timeLimit(.minutes(2)))
struct CurlTests {
    @Test(arguments: [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"]])
    func `a request is answered`(version: [String]) async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(try TLSServerContextStore(configuration: certificate.configuration)) { server in
            let url = "https://localhost:\(server.port)/"
            let arguments = ["curl", "-sS", "--noproxy", "*", "--cacert", certificate.certificateFile] + version
            // Twice, so that the second request goes over the kept connection.
            let result = try await Command.run(arguments + [url, url])
            #expect(result.status == 0 && result.output == "hellohello", "\(result)")
            #expect(server.seen.handshakes.count == 1)
        }
    }

    @Test func `a large upload arrives`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let directory = try TemporaryDirectory()
        let body = try directory.write(String(repeating: "0123456789", count: 200_000), to: "body")
        try await TestServer.with(try TLSServerContextStore(configuration: certificate.configuration)) { server in
            let result = try await Command.run(
                "curl", "-sS", "--noproxy", "*", "--cacert", certificate.certificateFile, "--data-binary", "@\(body)",
                "https://localhost:\(server.port)/")
            #expect(result.status == 0 && result.output == "hello", "\(result)")
            #expect(server.seen.plaintextBytes > 2_000_000)
        }
    }

    @Test func `plain HTTP is refused and named`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(try TLSServerContextStore(configuration: certificate.configuration)) { server in
            let result = try await Command.run("curl", "-sS", "--noproxy", "*", "http://localhost:\(server.port)/")
            #expect(result.status != 0)
            #expect(try await server.seenWithErrors.errors.map(\.code) == [.plainHTTP])
        }
    }

    @Test func `a client that does not trust the certificate leaves an explanation`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(try TLSServerContextStore(configuration: certificate.configuration)) { server in
            let result = try await Command.run("curl", "-sS", "--noproxy", "*", "https://localhost:\(server.port)/")
            #expect(result.status == 60)
            let error = try await server.seenWithErrors.errors.first
            #expect(error?.message.contains("does not trust the certificate") == true, "\(String(describing: error))")
        }
    }
}
