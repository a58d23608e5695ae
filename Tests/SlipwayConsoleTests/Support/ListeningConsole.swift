import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SlipwayConsole
import SlipwayCore

/// A console on a free port, for what only a socket can show.
enum ListeningConsole {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Runs a console around `body`, which is given its port, then shuts it down.
    static func with<Result: Sendable>(
        configure: (inout ConsoleConfiguration) -> Void = { _ in }, _ body: (Int) async throws -> Result
    ) async throws -> Result {
        var configuration = ConsoleConfiguration()
        configuration.port = 0
        configure(&configuration)
        let (ports, told) = AsyncStream<Int>.makeStream()
        let console = try Console(
            configuration: configuration, sources: ConsoleSources(reader: MemoryReader()), time: World.StandingTime(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet,
            onListening: { told.yield($0.port ?? 0) })
        let group = ServiceGroup(services: [console], logger: quiet)
        let running = Task {
            defer { told.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw NotListening()
        }
        do {
            let result = try await body(port)
            await group.triggerGracefulShutdown()
            try await running.value
            return result
        } catch {
            await group.triggerGracefulShutdown()
            try await running.value
            throw error
        }
    }

    struct NotListening: Error {}

    static func connect(_ port: Int) async throws -> Connection {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
    }

    /// Sends the bytes of one request and reads to the connection's end.
    static func exchange(_ request: String) async throws -> String {
        try await with { port in try await read(from: connect(port), after: request) }
    }

    static func read(from connection: Connection, after request: String) async throws -> String {
        var answer = ByteBuffer()
        try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            for try await var part in inbound { answer.writeBuffer(&part) }
        }
        return String(buffer: answer)
    }
}
