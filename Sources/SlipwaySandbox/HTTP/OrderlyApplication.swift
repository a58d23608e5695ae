import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP server on 127.0.0.1 that comes to an orderly end when its task is cancelled: it closes its listener, cancels
/// the requests at hand, and returns when every connection is closed.
///
/// Hummingbird's own end by cancellation drops connections that were accepted in that moment, over which SwiftNIO ends
/// the process.
struct OrderlyApplication: Sendable {
    private let group: ServiceGroup
    /// The port, once it listens; nil if it never will.
    private let listening: OneShot<Int?>

    /// Opens nothing yet.
    init(
        _ responder: some HTTPResponder<SandboxRequestContext>, server: HTTPServerBuilder = .http1(), name: String,
        listening: OneShot<Int?>,
        logger: Logger
    ) {
        let application = Application(
            responder: ShutdownObservingResponder(responder: responder),
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: 0), serverName: name, backlog: 1024),
            onServerRunning: { channel in listening.fulfil(channel.localAddress?.port) },
            logger: logger)
        var shape = ServiceGroupConfiguration(services: [.init(service: application)], logger: logger)
        // A client that stays in the middle of its request.
        shape.maximumGracefulShutdownDuration = Duration.seconds(5)
        group = ServiceGroup(configuration: shape)
        self.listening = listening
    }

    func run() async throws {
        // Whoever waits for the port learns it, or learns that there will be none.
        defer { listening.fulfil(nil) }
        // Detached, so that neither a cancellation nor a graceful shutdown around it reaches the server by itself.
        let running = Task.detached { [group, listening] in
            defer { listening.fulfil(nil) }
            try await group.run()
        }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: { [group, listening] in
            Task {
                // One that is just being opened can't be ended yet.
                _ = await listening.value()
                await group.triggerGracefulShutdown()
            }
        }
    }
}

/// Cancels what hangs when the server shuts down: a long poll, or a scripted silence.
private struct ShutdownObservingResponder<Responder: HTTPResponder>: HTTPResponder
where Responder.Context: Sendable {
    let responder: Responder

    func respond(to request: Request, context: Responder.Context) async throws -> Response {
        try await cancelWhenGracefulShutdown { try await responder.respond(to: request, context: context) }
    }
}
