import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization

@testable import SlipwaySandbox

/// A receiver of hooks that answers as told.
final class HookReceiver: Sendable {
    struct Post: Sendable {
        let body: JSONValue
        let bytes: Int
        let authorization: String?
        let contentType: String?
    }

    private struct State {
        var posts: [Post] = []
        var answers: [Int] = []
        var usual = 200
    }

    private let state = Mutex(State())

    var posts: [Post] { state.withLock(\.posts) }

    /// Answers these codes, one each, and then `usual`.
    func script(_ answers: [Int], usual: Int = 200) {
        state.withLock { state in
            state.answers = answers
            state.usual = usual
        }
    }

    /// Serves while `body` runs, which is given the receiver's URL.
    func serve<Result: Sendable>(
        certificate: SelfMadeCertificate? = nil, _ body: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        let port = OneShot<Int?>()
        let responder = CallbackResponder<SandboxRequestContext> { request, _ in try await self.answer(request) }
        var server = HTTPServerBuilder.http1()
        if let certificate { server = try .tls(tlsConfiguration: certificate.serverConfiguration) }
        let application = OrderlyApplication(
            responder, server: server, name: "receiver", listening: port,
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            guard let port = await port.value() else { throw SandboxError(.startFailed, "no receiver") }
            return try await body("\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)/hooks")
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 4 * 1024 * 1024)
        let post = Post(
            body: try JSONBody.decode(JSONValue.self, from: buffer), bytes: buffer.readableBytes,
            authorization: request.headers[.authorization], contentType: request.headers[.contentType]
        )
        let status = state.withLock { state in
            state.posts.append(post)
            return state.answers.isEmpty ? state.usual : state.answers.removeFirst()
        }
        return Response(status: .init(code: status))
    }
}

/// A certificate for 127.0.0.1, made by the `openssl` command in a folder of its own.
struct SelfMadeCertificate: Sendable {
    let folder: String

    var file: String { folder + "/certificate.pem" }

    init() throws {
        folder = NSTemporaryDirectory() + "slipway-sandbox-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj",
            "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem", "-out", file,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SandboxError(.startFailed, "openssl made no certificate") }
    }

    var serverConfiguration: TLSConfiguration {
        get throws {
            .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: folder + "/key.pem", format: .pem))
            )
        }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
