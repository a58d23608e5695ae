import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

@testable import OpenSSLNIO

/// A server on a port of 127.0.0.1 with the handler under test, for peers that are commands or other libraries.
final class TestServer: Sendable {
    enum Application {
        /// Answers every request with 200 and the text `hello`.
        case http
        /// Sends back what comes in; closes its output when the input is closed.
        case echo
        /// Counts what comes in, and reads only when told.
        case sink
    }

    struct Observed {
        var handshakes: [TLSHandshakeCompleted] = []
        var errors: [OpenSSLError] = []
        var uncleanShutdowns = 0
        var inputCloses = 0
        var plaintextBytes = 0
    }

    let channel: any Channel
    private let observed: NIOLockedValueBox<Observed>
    let connections: NIOLockedValueBox<[any Channel]>
    /// What has been observed up to now.
    var seen: Observed { observed.withLockedValue { $0 } }
    /// As ``seen``, once there is an error: a peer has its alert before the handler's observers are told, at times.
    /// Without any within ten seconds: as it is then.
    var seenWithErrors: Observed {
        get async throws {
            let end = ContinuousClock.now + .seconds(10)
            while seen.errors.isEmpty, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(2)) }
            return seen
        }
    }
    var port: Int { channel.localAddress?.port ?? 0 }

    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    static func with<Value: Sendable>(
        _ store: TLSServerContextStore,
        _ application: Application = .http,
        _ body: (TestServer) async throws -> Value
    ) async throws -> Value {
        let server = try await TestServer(store, application)
        do {
            let value = try await body(server)
            try await server.stop()
            return value
        } catch {
            try await server.stop()
            throw error
        }
    }

    private init(_ store: TLSServerContextStore, _ application: Application) async throws {
        let observed = NIOLockedValueBox(Observed())
        let connections = NIOLockedValueBox<[any Channel]>([])
        channel = try await ServerBootstrap(group: Self.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: application != .sink)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.withLockedValue { $0.append(channel) }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandlers([store.makeHandler(), Observer(observed)])
                    switch application {
                    case .http:
                        try pipeline.configureHTTPServerPipeline()
                        try pipeline.addHandler(HelloHandler())
                    case .echo: try pipeline.addHandler(EchoHandler())
                    case .sink: break
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        self.observed = observed
        self.connections = connections
    }

    /// Ends the listener and whatever connection is left.
    private func stop() async throws {
        try await channel.close()
        for connection in connections.withLockedValue({ $0 }) {
            connection.close(promise: nil)
            try await connection.closeFuture.get()
        }
    }
}

private final class Observer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let observed: NIOLockedValueBox<TestServer.Observed>

    init(_ observed: NIOLockedValueBox<TestServer.Observed>) {
        self.observed = observed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        observed.withLockedValue { $0.plaintextBytes += count }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        observed.withLockedValue { observed in
            switch event {
            case let event as TLSHandshakeCompleted: observed.handshakes.append(event)
            case is TLSUncleanShutdown: observed.uncleanShutdowns += 1
            case let event as ChannelEvent where event == .inputClosed: observed.inputCloses += 1
            default: break
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? OpenSSLError { observed.withLockedValue { $0.errors.append(error) } }
    }
}

private final class HelloHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var isKeptAlive = true

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isKeptAlive = head.isKeepAlive
        case .body:
            break
        case .end:
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "5"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "hello")))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            if !isKeptAlive { context.close(promise: nil) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
    }
}

private final class EchoHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var wantsRead = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    /// Reads only as fast as the answer is taken.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { wantsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard wantsRead, context.channel.isWritable else { return }
        wantsRead = false
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(mode: .output, promise: nil) }
    }
}
