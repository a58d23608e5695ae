import Logging
import NIOCore
import NIOPosix
import OpenSSLNIO
import SlipwayCore
import SlipwayReceiver

/// A receiver on a free port of 127.0.0.1, over doubles.
struct RunningReceiver {
    let receiver: Receiver
    let port: Int
    let store: MemoryStore
    let hints: HintRecorder
    let time: ManualTime

    /// Runs a receiver around `body`, then ends it.
    static func with(
        store: MemoryStore = MemoryStore(), credentials: HookCredentials? = nil, tls: TLSServerContextStore? = nil,
        claims: (any ClaimPort)? = nil, bookings: (any BookingPort)? = nil, logger: Logger = quiet,
        configure: (inout ReceiverConfiguration) -> Void = { _ in },
        body: (RunningReceiver) async throws -> Void
    ) async throws {
        var configuration = ReceiverConfiguration(credentials: try credentials ?? Hook.credentials())
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configure(&configuration)
        let (ports, told) = AsyncStream<Int>.makeStream()
        let hints = HintRecorder()
        let time = ManualTime()
        let receiver = try Receiver(
            configuration: configuration, store: store, listener: hints, claims: claims, bookings: bookings,
            time: time, tls: tls,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            onListening: { told.yield($0.port ?? 0) })
        let running = Task {
            defer { told.finish() }
            try await receiver.run()
        }
        defer { running.cancel() }
        guard let port = await ports.first(where: { _ in true }) else { return try await running.value }
        try await body(
            RunningReceiver(receiver: receiver, port: port, store: store, hints: hints, time: time))
        running.cancel()
        try? await running.value
    }

    /// - Parameter address: Of this machine: all of 127.0.0.0/8 is, on Linux.
    func connect(from address: String? = nil) async throws -> RawConnection {
        try await RawConnection(port: port, from: address)
    }

    /// One request on a connection of its own.
    func exchange(_ request: [UInt8]) async throws -> RawConnection.Response? {
        let connection = try await connect()
        await connection.send(request)
        let response = await connection.response()
        await connection.close()
        return response
    }

    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}
