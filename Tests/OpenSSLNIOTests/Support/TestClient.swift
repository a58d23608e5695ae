import NIOCore
import NIOPosix
import NIOSSL

/// swift-nio-ssl's client on a real socket.
struct TestClient {
    let channel: any Channel
    /// All that the server sends until it ends its stream.
    let received: EventLoopFuture<ByteBuffer>

    static func connect(to server: TestServer, trusting certificate: TestCertificate) async throws -> TestClient {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate.certificateFile)
        let context = try NIOSSLContext(configuration: configuration)
        let loop = TestServer.group.next()
        let received = loop.makePromise(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandlers([handler, Collector(received)])
                }
            }
            .connect(host: "127.0.0.1", port: server.port)
            .get()
        return TestClient(channel: channel, received: received.futureResult)
    }

    /// In an asynchronous test the channel's own method would be its waiting variant.
    func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void> {
        channel.writeAndFlush(bytes)
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var bytes = ByteBuffer()
    private let promise: EventLoopPromise<ByteBuffer>

    init(_ promise: EventLoopPromise<ByteBuffer>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { promise.succeed(bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(bytes)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
    }
}
