import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import NIOHTTP1
import SlipwayCore
import Testing

@testable import SlipwayReceiver

/// The default timeouts, by a clock that the test moves.
@Suite("Deadlines of a connection", .timeLimit(.minutes(1)))
struct DeadlineTests {
    /// Takes everybody's credentials for valid, except at `open`.
    private struct Echo: Endpoint {
        let methods: [HTTPMethod] = [.POST]
        var connections: OpenConnections?
        func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
            connections?.authenticated(peer, atMilliseconds: 0)
            return .accept(maximumBodyBytes: 100, maximumReadBytes: 100)
        }
        func respond(to request: PublicRequest) async -> Answer { Answer(.ok, "\(request.body.byteCount)") }
    }

    private struct Deaf: Endpoint {
        let methods: [HTTPMethod] = [.POST]
        func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
            .accept(maximumBodyBytes: 100, maximumReadBytes: 100)
        }
        func respond(to request: PublicRequest) async -> Answer {
            await withUnsafeContinuation { (_: UnsafeContinuation<Answer, Never>) in }
        }
    }

    private func connection(awaitsHandshake: Bool = false) async throws -> NIOAsyncTestingChannel {
        let connections = OpenConnections(maximumConnections: 2, reservedConnections: 1)
        let services = ListenerServices(
            limits: ReceiverLimits(),
            routes: Routes(["/": Echo(connections: connections), "/open": Echo(), "/deaf": Deaf()]),
            connections: connections,
            statistics: StatisticsBox(), time: ManualTime(), logger: RunningReceiver.quiet,
            eventLoopGroup: NIOAsyncTestingEventLoop())
        let channel = try await NIOAsyncTestingChannel { channel in
            guard case .admitted(let id, _) = connections.open(channel, from: .local, atMilliseconds: 0) else { return }
            try channel.pipeline.syncOperations.addHandlers(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
                ConnectionHandler(
                    services: services, peer: Peer(nil, connection: id), eventLoop: channel.eventLoop,
                    awaitsHandshake: awaitsHandshake)
            )
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        return channel
    }

    private static let request = ByteBuffer(string: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")

    private func answer(_ channel: NIOAsyncTestingChannel) async throws -> String {
        String(buffer: try await channel.waitForOutboundWrite(as: ByteBuffer.self))
    }

    @Test("An idle connection lives 130 seconds after its last answer, and no longer")
    func idle() async throws {
        let channel = try await connection()
        for _ in 0..<3 {
            try await channel.writeInbound(Self.request)
            #expect(try await answer(channel).hasSuffix("\r\n\r\n2"))
            await channel.testingEventLoop.advanceTime(by: .milliseconds(129_999))
            #expect(channel.isActive)
        }
        await channel.testingEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("A connection that has shown no valid credentials is idle for 10 seconds at most; later ones are enough")
    func idleStranger() async throws {
        let channel = try await connection()
        let open = ByteBuffer(string: "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        for request in [open, open, Self.request, open] {
            try await channel.writeInbound(request)
            _ = try await answer(channel)
            await channel.testingEventLoop.advanceTime(by: .milliseconds(9_999))
            #expect(channel.isActive)
        }
        await channel.testingEventLoop.advanceTime(by: .milliseconds(120_000))
        #expect(channel.isActive)

        let stranger = try await connection()
        try await stranger.writeInbound(open)
        _ = try await answer(stranger)
        await stranger.testingEventLoop.advanceTime(by: .seconds(10))
        #expect(!stranger.isActive)
    }

    @Test("A first head has 10 seconds in all, however steadily it comes")
    func slowHead() async throws {
        let channel = try await connection()
        for byte in Self.request.readableBytesView.prefix(19) {
            try await channel.writeInbound(ByteBuffer(bytes: [byte]))
            await channel.testingEventLoop.advanceTime(by: .milliseconds(500))
            #expect(channel.isActive)
        }
        await channel.testingEventLoop.advanceTime(by: .milliseconds(500))
        #expect(!channel.isActive)
        #expect(try await channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("A body has 10 seconds in all; then comes 408, and what still arrives doesn't keep the connection")
    func slowBody() async throws {
        let channel = try await connection()
        try await channel.writeInbound(ByteBuffer(string: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"))
        for _ in 0..<19 {
            try await channel.writeInbound(ByteBuffer(string: "x"))
            await channel.testingEventLoop.advanceTime(by: .milliseconds(500))
        }
        #expect(try await channel.readOutbound(as: ByteBuffer.self) == nil)
        await channel.testingEventLoop.advanceTime(by: .milliseconds(500))
        #expect(try await answer(channel).hasPrefix("HTTP/1.1 408 "))
        await channel.testingEventLoop.advanceTime(by: .milliseconds(2_000))
        #expect(!channel.isActive)
    }

    @Test("An endpoint has 5 seconds; then comes 503 and the connection's end")
    func slowEndpoint() async throws {
        let channel = try await connection()
        try await channel.writeInbound(
            ByteBuffer(string: "POST /deaf HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
        await channel.testingEventLoop.advanceTime(by: .milliseconds(4_999))
        #expect(try await channel.readOutbound(as: ByteBuffer.self) == nil)
        await channel.testingEventLoop.advanceTime(by: .milliseconds(1))
        #expect(try await answer(channel).hasPrefix("HTTP/1.1 503 "))
        #expect(!channel.isActive)
    }

    @Test("Until a TLS handshake is complete its own deadline holds, and none of ours")
    func handshake() async throws {
        let channel = try await connection(awaitsHandshake: true)
        await channel.testingEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
    }

    /// Stands at the socket's end and keeps the closing of an output from closing the testing channel whole.
    private final class CloseRecorder: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        let modes = NIOLockedValueBox<[String]>([])

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            modes.withLockedValue { $0.append("\(mode)") }
            if mode == .all { context.close(promise: promise) } else { promise?.succeed() }
        }
    }

    @Test("What arrives after an unparsable request doesn't cut its answer off")
    func inputAfterError() async throws {
        let channel = try await connection()
        let modes = try await channel.testingEventLoop.executeInContext {
            let recorder = CloseRecorder()
            try channel.pipeline.syncOperations.addHandler(recorder, position: .first)
            return recorder.modes
        }
        _ = try? await channel.writeInbound(ByteBuffer(string: "nonsense\r\n\r\n"))
        #expect(try await answer(channel).hasPrefix("HTTP/1.1 400 "))
        _ = try? await channel.writeInbound(ByteBuffer(string: "more of it"))
        #expect(modes.withLockedValue { $0 } == ["output"])
        await channel.testingEventLoop.advanceTime(by: .seconds(2))
        #expect(modes.withLockedValue { $0 } == ["output", "all"])
    }
}
