import Foundation
import NIOCore
import OpenSSLNIO

/// A self-signed certificate for `localhost`, made by the `openssl` command in a directory that goes away with it.
final class TestTLS: Sendable {
    let store: TLSServerContextStore
    let certificateFile: String
    private let directory: URL

    static func make() async throws -> TestTLS {
        let directory = FileManager.default.temporaryDirectory.appending(path: "slipway-receiver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let certificate = directory.appending(path: "tls.crt").path
        let key = directory.appending(path: "tls.key").path
        let command = [
            "openssl", "req", "-x509", "-nodes", "-newkey", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out",
            certificate,
        ]
        try await run(command)
        return try TestTLS(directory, certificate, key)
    }

    private init(_ directory: URL, _ certificate: String, _ key: String) throws {
        self.directory = directory
        certificateFile = certificate
        var configuration = TLSServerConfiguration(
            identity: TLSIdentity(certificateChainFile: certificate, privateKeyFile: key))
        configuration.closeTimeout = .milliseconds(500)
        store = try TLSServerContextStore(configuration: configuration)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private static func run(_ arguments: [String]) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            process.terminationHandler = { process in
                let isFine = process.terminationStatus == 0
                continuation.resume(with: isFine ? .success(()) : .failure(CommandFailed(command: arguments[0])))
            }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    struct CommandFailed: Error {
        var command: String
    }
}
