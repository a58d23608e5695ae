import Foundation
import Testing

@testable import OpenSSLNIO

/// Chains made by the `openssl` command: a root, an intermediate and a server's certificate.
@Suite("Chain trust")
struct TLSChainTrustTests {
    private struct Authority {
        let folder: TemporaryDirectory

        init() async throws {
            folder = try TemporaryDirectory()
            try await openssl(
                "req", "-x509", "-nodes", "-newkey", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=Root",
                "-days", "30", "-keyout", folder.file("root.key"), "-out", folder.file("root.crt"))
            try await issue("intermediate", by: "root", "basicConstraints=critical,CA:TRUE")
            try await issue("server", by: "intermediate", "subjectAltName=DNS:slipway.example.com")
        }

        func issue(
            _ name: String, by issuer: String, _ extensions: String, days: Int = 30, renews: Bool = false
        ) async throws {
            if !renews { try await request(name) }
            try folder.write(extensions, to: "\(name).ext")
            try await openssl(
                "x509", "-req", "-in", folder.file("\(name).csr"), "-CA", folder.file("\(issuer).crt"), "-CAkey",
                folder.file("\(issuer).key"), "-CAcreateserial", "-days", "\(days)", "-extfile",
                folder.file("\(name).ext"), "-out", folder.file("\(name).crt"))
        }

        private func request(_ name: String) async throws {
            try await openssl(
                "req", "-new", "-nodes", "-newkey", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=\(name)",
                "-keyout", folder.file("\(name).key"), "-out", folder.file("\(name).csr"))
        }

        private func openssl(_ arguments: String...) async throws {
            let result = try await Command.run(["openssl"] + arguments)
            guard result.status == 0 else { throw Command.Failure(description: result.output) }
        }

        /// What becomes of a file with these certificates, for a client that trusts the root.
        func trust(_ names: String..., roots: String = "root") throws -> TLSChainTrust {
            let text = try names.map { try folder.read($0 + ".crt") }.joined()
            let path = try folder.write(text, to: names.joined(separator: "-") + ".chain")
            let identity = TLSIdentity(certificateChainFile: path, privateKeyFile: folder.file("server.key"))
            return try TLSChainTrust(of: identity, roots: .file(folder.file(roots + ".crt")))
        }
    }

    @Test func `a whole chain is followed to its root, in whatever order`() async throws {
        let authority = try await Authority()
        #expect(try authority.trust("server", "intermediate") == .trusted(root: "CN=Root"))
        #expect(try authority.trust("server", "intermediate", "root") == .trusted(root: "CN=Root"))
        #expect(try authority.trust("server", "root", "intermediate") == .trusted(root: "CN=Root"))
    }

    @Test func `a missing intermediate is named by what it would have issued`() async throws {
        let authority = try await Authority()
        #expect(try authority.trust("server") == .missingIssuer(of: "CN=server", issuer: "CN=intermediate"))
        #expect(try authority.trust("server", "root") == .missingIssuer(of: "CN=server", issuer: "CN=intermediate"))
    }

    @Test func `a root that nobody trusts is named`() async throws {
        let (authority, other) = (try await Authority(), try await Authority())
        try FileManager.default.copyItem(
            atPath: other.folder.file("root.crt"), toPath: authority.folder.file("other.crt"))
        let verdict = try authority.trust("server", "intermediate", "root", roots: "other")
        #expect(verdict == .unknownRoot("CN=Root"))
        #expect(
            try authority.trust("server", "intermediate", roots: "other")
                == .missingIssuer(of: "CN=intermediate", issuer: "CN=Root"))
    }

    @Test func `a certificate that is its own issuer is told from a private authority's`() async throws {
        let authority = try await Authority()
        let own = try await TestCertificate.localhost.get()
        #expect(try TLSChainTrust(of: own.identity, roots: .file(authority.folder.file("root.crt"))) == .selfSigned)
        #expect(
            try TLSChainTrust(of: own.identity, roots: .file(own.certificateFile)) == .trusted(root: "CN=localhost"))
        #expect(try TLSChainTrust(of: own.identity) == .selfSigned, "this machine trusts no test's certificate")
    }

    @Test func `one that may not serve is refused, and dates are not looked at`() async throws {
        let authority = try await Authority()
        try await authority.issue("server", by: "intermediate", "extendedKeyUsage=clientAuth")
        guard case .refused(let reason) = try authority.trust("server", "intermediate") else {
            Issue.record("a client's certificate serves")
            return
        }
        #expect(reason.contains("purpose"))
        try await authority.issue("server", by: "intermediate", "subjectAltName=DNS:x.example.com", days: -1)
        #expect(
            try authority.trust("server", "intermediate") == .trusted(root: "CN=Root"),
            "that it is over is told by its dates")
    }

    @Test func `an intermediate that is over is named`() async throws {
        let authority = try await Authority()
        try await authority.issue("intermediate", by: "root", "basicConstraints=critical,CA:TRUE", days: -1)
        try await authority.issue("server", by: "intermediate", "subjectAltName=DNS:slipway.example.com")
        #expect(try authority.trust("server", "intermediate") == .outOfDate("CN=intermediate"))
        try FileManager.default.moveItem(
            atPath: authority.folder.file("intermediate.crt"), toPath: authority.folder.file("old.crt"))
        let constraints = "basicConstraints=critical,CA:TRUE"
        try await authority.issue("intermediate", by: "root", constraints, renews: true)
        let trusted = TLSChainTrust.trusted(root: "CN=Root")
        #expect(try authority.trust("server", "old", "intermediate") == trusted, "the renewed one is there too")
        #expect(try authority.trust("server", "old") == .outOfDate("CN=intermediate"))
    }

    @Test func `files that can't be read are errors, and no verdict`() async throws {
        let authority = try await Authority()
        #expect(throws: OpenSSLError.self) { try authority.trust("server", roots: "absent") }
        let absent = TLSIdentity(certificateChainFile: "/absent", privateKeyFile: "/absent")
        #expect(throws: OpenSSLError.self) { try TLSChainTrust(of: absent) }
    }
}
