import Logging
import NIOCore
import NIOPosix
import SlipwayConsole
import SlipwayCore

/// A console on a free port, for what only a socket can show.
enum ListeningConsole {
    /// Sends the bytes of one request and reads to the connection's end.
    static func exchange(_ request: String) async throws -> String {
        var configuration = ConsoleConfiguration()
        configuration.port = 0
        let (ports, told) = AsyncStream<Int>.makeStream()
        let console = try Console(
            configuration: configuration, reader: MemoryReader(), time: World.StandingTime(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            onListening: { told.yield($0.port ?? 0) })
        let running = Task {
            defer { told.finish() }
            try await console.run()
        }
        defer { running.cancel() }
        var answer = ByteBuffer()
        for await port in ports {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: request))
                for try await var part in inbound { answer.writeBuffer(&part) }
            }
            break
        }
        return String(buffer: answer)
    }
}
