internal import Foundation

/// A certificate for this machine alone, made by the `openssl` command in a folder.
public struct SelfSignedCertificate: Sendable {
    public let certificate: String
    public let key: String

    public init(in folder: Folder, commonName: String = "localhost") async throws {
        certificate = folder.path("tls.crt")
        key = folder.path("tls.key")
        let openssl = try Program(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-subj", "/CN=\(commonName)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                key, "-out", certificate,
            ], outputTo: folder.path("openssl.log"))
        guard try await openssl.status(within: .seconds(30)) == 0 else {
            throw TestSupportError("openssl made no certificate: \(openssl.output)")
        }
    }
}
