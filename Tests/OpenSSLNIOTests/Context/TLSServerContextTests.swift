import Foundation
import NIOCore
import Testing

@testable import OpenSSLNIO

@Suite("Context")
struct TLSServerContextTests {
    private static func failure(_ configuration: TLSServerConfiguration) -> OpenSSLError? {
        do {
            _ = try TLSServerContext(configuration: configuration)
            return nil
        } catch {
            return error
        }
    }

    private static func failure(certificate: String, key: String) -> OpenSSLError? {
        failure(TLSServerConfiguration(identity: TLSIdentity(certificateChainFile: certificate, privateKeyFile: key)))
    }

    @Test(arguments: [
        ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["ED25519"],
    ])
    func `keys of the usual kinds are accepted`(algorithm: [String]) async throws {
        let certificate = try await TestCertificate.make(algorithm: algorithm)
        let context = try TLSServerContext(configuration: certificate.configuration)
        #expect(context.certificates.map(\.subject) == ["CN=localhost"])
        #expect(context.certificates.first?.dnsNames == ["localhost"])
    }

    @Test func `PEM text in memory serves as well as files`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let chain = try Array(String(contentsOfFile: certificate.certificateFile, encoding: .utf8).utf8)
        let key = try Array(String(contentsOfFile: certificate.keyFile, encoding: .utf8).utf8)
        let identity = TLSIdentity(certificateChain: .bytes(chain), privateKey: .bytes(key))
        let context = try TLSServerContext(configuration: TLSServerConfiguration(identity: identity))
        let fromFile = try TLSServerContext(configuration: certificate.configuration)
        #expect(context.certificates == fromFile.certificates)
        #expect(TLSServerConfiguration(identity: identity).paths.isEmpty)
    }

    @Test func `a key that is not the certificate's is refused, naming both files`() async throws {
        let (one, other) = (try await TestCertificate.make(), try await TestCertificate.make())
        let error = try #require(Self.failure(certificate: one.certificateFile, key: other.keyFile))
        #expect(error.code == .keyMismatch)
        #expect(error.message.contains(one.certificateFile) && error.message.contains(other.keyFile))
        #expect(!error.entries.isEmpty)
    }

    @Test func `a key of another kind than the certificate's is refused in the same way`() async throws {
        let ec = try await TestCertificate.make()
        let rsa = try await TestCertificate.make(algorithm: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        #expect(Self.failure(certificate: ec.certificateFile, key: rsa.keyFile)?.code == .keyMismatch)
    }

    @Test func `an encrypted key is refused with the command that decrypts it`() async throws {
        let certificate = try await TestCertificate.make()
        let encrypted = certificate.directory.file("encrypted.key")
        try await Command.check(
            "openssl", "pkey", "-in", certificate.keyFile, "-aes256", "-passout", "pass:secret", "-out", encrypted)
        let error = try #require(Self.failure(certificate: certificate.certificateFile, key: encrypted))
        #expect(error.code == .privateKeyEncrypted)
        #expect(error.message.contains(encrypted) && error.message.contains("openssl pkey"))

        let traditional = certificate.directory.file("traditional.key")
        try await Command.check(
            "openssl", "ec", "-in", certificate.keyFile, "-aes256", "-passout", "pass:secret", "-out", traditional)
        #expect(Self.failure(certificate: certificate.certificateFile, key: traditional)?.code == .privateKeyEncrypted)
    }

    @Test func `files that are missing, empty, no files or no PEM are named`() async throws {
        let certificate = try await TestCertificate.make()
        let directory = certificate.directory
        let missing = directory.file("missing.pem")
        let empty = try directory.write("", to: "empty.pem")
        let garbage = try directory.write("certainly not PEM\n", to: "garbage.pem")
        let pipe = directory.file("pipe.pem")
        try await Command.check("mkfifo", pipe)
        let expected: [(String, OpenSSLError.Code, OpenSSLError.Code)] = [
            (missing, .fileUnreadable, .fileUnreadable), (empty, .fileUnreadable, .fileUnreadable),
            (directory.path, .fileUnreadable, .fileUnreadable), (pipe, .fileUnreadable, .fileUnreadable),
            (garbage, .certificateInvalid, .privateKeyInvalid),
        ]
        for (path, asCertificate, asKey) in expected {
            let chain = try #require(Self.failure(certificate: path, key: certificate.keyFile))
            #expect(chain.code == asCertificate && chain.message.contains(path), "\(chain)")
            let key = try #require(Self.failure(certificate: certificate.certificateFile, key: path))
            #expect(key.code == asKey && key.message.contains(path), "\(key)")
        }
    }

    @Test func `a file that is too large is not read to its end`() async throws {
        let certificate = try await TestCertificate.make()
        let large = try certificate.directory.write(
            String(repeating: "x", count: PEMReader.sizeLimitBytes + 1), to: "large.pem")
        #expect(Self.failure(certificate: large, key: certificate.keyFile)?.code == .fileUnreadable)
        #expect(Self.failure(certificate: "/dev/zero", key: certificate.keyFile)?.code == .fileUnreadable)
    }

    @Test func `key and certificate in the wrong places are refused`() async throws {
        let certificate = try await TestCertificate.make()
        let error = try #require(Self.failure(certificate: certificate.keyFile, key: certificate.certificateFile))
        #expect(error.code == .certificateInvalid)
    }

    @Test func `a chain whose second certificate is broken is refused`() async throws {
        let certificate = try await TestCertificate.make()
        let good = try String(contentsOfFile: certificate.certificateFile, encoding: .utf8)
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        let path = try certificate.directory.write(good + broken, to: "chain.pem")
        let error = try #require(Self.failure(certificate: path, key: certificate.keyFile))
        #expect(error.code == .certificateInvalid)
        #expect(error.message.contains("certificate 2"))
    }

    @Test func `a key that is too weak is refused`() async throws {
        let certificate = try await TestCertificate.make(algorithm: ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"])
        let error = try #require(Self.failure(certificate.configuration))
        #expect(error.code == .certificateInvalid)
        #expect(error.message.contains("2048"))
    }

    @Test func `an expired certificate is taken and reported`() async throws {
        let certificate = try await TestCertificate.make(days: 1)
        let context = try TLSServerContext(configuration: certificate.configuration)
        let info = try #require(context.certificates.first)
        let day: TimeInterval = 86_400
        #expect(abs(info.notAfter.timeIntervalSince(info.notBefore) - day) < 1)
        #expect(!info.isOutsideValidity(at: info.notBefore))
        #expect(!info.isOutsideValidity(at: info.notAfter))
        #expect(info.isOutsideValidity(at: info.notAfter.addingTimeInterval(1)))
        #expect(info.isOutsideValidity(at: info.notBefore.addingTimeInterval(-1)))
        #expect(abs(info.notBefore.timeIntervalSinceNow) < day)
    }

    @Test func `the fingerprint is the one that openssl prints`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let context = try TLSServerContext(configuration: certificate.configuration)
        let printed = try await Command.run(
            "openssl", "x509", "-in", certificate.certificateFile, "-noout", "-fingerprint", "-sha256")
        let hex = printed.output.split(separator: "=").last?.filter(\.isHexDigit).lowercased()
        #expect(context.certificates.first?.sha256Fingerprint == hex)
    }

    @Test(arguments: ["ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"])
    func `suites without AEAD or without ECDHE are refused`(suite: String) async throws {
        var configuration = try await TestCertificate.localhost.get().configuration
        configuration.cipherSuitesTLS12.append(suite)
        let error = try #require(Self.failure(configuration))
        #expect(error.code == .configurationInvalid)
        #expect(error.message.contains(suite))
    }

    @Test func `values that TLS has no place for are refused`() async throws {
        let good = try await TestCertificate.localhost.get().configuration
        let changes: [(inout TLSServerConfiguration) -> Void] = [
            { $0.minimumVersion = TLSVersion(rawValue: 0x0301) },
            { $0.cipherSuitesTLS12 = ["NO-SUCH-SUITE"] },
            { $0.cipherSuitesTLS13 = ["TLS_NO_SUCH_SUITE"] },
            { $0.applicationProtocols = [""] },
            { $0.applicationProtocols = [String(repeating: "x", count: 256)] },
            { $0.sessionTicketLifetime = .zero },
            { $0.sessionTicketLifetime = .hours(24 * 8) },
            { $0.sessionTicketsPerHandshake = -1 },
            { $0.identitiesByHostName = ["not a name": $0.identity] },
        ]
        for (index, change) in changes.enumerated() {
            var configuration = good
            change(&configuration)
            #expect(Self.failure(configuration)?.code == .configurationInvalid, "change \(index)")
        }
    }

    @Test func `no description shows a private key`() async throws {
        let identity = TLSIdentity(
            certificateChain: .bytes(Array("chain".utf8)), privateKey: .bytes(Array("SECRET".utf8)))
        let configuration = TLSServerConfiguration(identity: identity)
        var dumped = ""
        dump(configuration, to: &dumped)
        let secret = "83"  // The first byte of the key as a number.
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("SECRET") && !text.contains(secret), "\(text)")
        }
    }
}
