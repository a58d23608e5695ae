import Foundation
import OpenSSLNIO

/// A self-signed certificate with its key, made by the `openssl` command.
struct TestCertificate: Sendable {
    let directory: TemporaryDirectory
    let certificateFile: String
    let keyFile: String

    var identity: TLSIdentity {
        TLSIdentity(certificateChainFile: certificateFile, privateKeyFile: keyFile)
    }

    var configuration: TLSServerConfiguration {
        TLSServerConfiguration(identity: identity)
    }

    /// Good for `localhost`, made once for all tests that don't change it.
    static let localhost = SharedCertificate(name: "localhost")

    static func make(
        name: String = "localhost",
        algorithm: [String] = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        days: Int = 30,
        in directory: TemporaryDirectory? = nil
    ) async throws -> TestCertificate {
        let directory = try directory ?? TemporaryDirectory()
        let stem = UUID().uuidString
        let certificate = TestCertificate(
            directory: directory,
            certificateFile: directory.file(stem + ".crt"),
            keyFile: directory.file(stem + ".key")
        )
        let names = "subjectAltName=DNS:\(name),IP:127.0.0.1"
        let arguments =
            [
                "openssl", "req", "-x509", "-nodes", "-subj", "/CN=\(name)", "-addext", names, "-days", "\(days)",
                "-newkey",
            ]
            + algorithm + ["-keyout", certificate.keyFile, "-out", certificate.certificateFile]
        let result = try await Command.run(arguments)
        guard result.status == 0 else { throw Command.Failure(description: result.output) }
        return certificate
    }
}

/// Makes a certificate at the first use and hands out the same one afterwards.
actor SharedCertificate {
    private let name: String
    private var making: Task<TestCertificate, any Error>?

    init(name: String) {
        self.name = name
    }

    func get() async throws -> TestCertificate {
        let name = name
        let task = making ?? Task { try await TestCertificate.make(name: name) }
        making = task
        return try await task.value
    }
}
