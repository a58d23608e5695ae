import Hummingbird
import Logging
import NIOCore

/// One simulator's HTTP server on 127.0.0.1, on a port the system picks.
struct SandboxServer: Sendable {
    private let name: String
    private let listening = OneShot<Int?>()
    private let logger: Logger

    init(name: String, logger: Logger) {
        self.name = name
        self.logger = logger
    }

    /// Serves until its task is cancelled.
    func run(_ responder: some HTTPResponder<SandboxRequestContext>) async throws {
        try await OrderlyApplication(responder, name: name, listening: listening, logger: logger).run()
    }

    func port() async throws -> Int {
        guard let port = await listening.value() else {
            throw SandboxError(.startFailed, "the server \(name) did not start listening")
        }
        return port
    }
}
