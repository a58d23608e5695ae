import Foundation
import NIOCore
import NIOPosix

/// A client that sends exactly the bytes it is given: what an HTTP library would not let a test send.
final class RawConnection {
    struct Response: Equatable {
        var status: Int
        /// In lower case.
        var fields: [String: String]
        var body: String

        var closes: Bool { fields["connection"] == "close" }
    }

    private let channel: any Channel
    private var iterator: AsyncStream<ByteBuffer>.Iterator
    private var received = ByteBuffer()
    private(set) var hasEnded = false

    /// Nothing in these tests takes as long as `patience`; a connection that is still open then is closed, so that a
    /// failing test ends.
    init(
        port: Int, from address: String? = nil, patience: TimeAmount = .seconds(20), readsNothing: Bool = false
    ) async throws {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
        iterator = stream.makeAsyncIterator()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let address { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0)) }
        channel =
            try await bootstrap
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: !readsNothing)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let channel = channel
        channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    /// An error here means that the server has closed already, which the next read shows.
    func send(_ bytes: [UInt8]) async { try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    func send(_ text: String) async { await send(Array(text.utf8)) }
    /// Sends one byte after the other, until cancelled.
    func trickle(_ bytes: [UInt8], everyMilliseconds pause: Int64) -> Task<Void, any Error> {
        Task { [channel] in
            for byte in bytes {
                try await channel.writeAndFlush(ByteBuffer(bytes: [byte]))
                try await Task.sleep(for: .milliseconds(pause))
            }
        }
    }

    var isOpen: Bool { channel.isActive }
    func endOutput() async { try? await channel.close(mode: .output) }
    func close() async { try? await channel.close() }

    /// The next response; nil if the connection ends before it is complete.
    func response(withoutBody: Bool = false) async -> Response? {
        while true {
            if let response = parse(withoutBody) { return response }
            guard await receiveMore() else { return nil }
        }
    }

    /// Waits for the end; what came before it.
    func rest() async -> String {
        while await receiveMore() {}
        return String(buffer: received)
    }

    private func receiveMore() async -> Bool {
        guard var buffer = await iterator.next() else {
            hasEnded = true
            return false
        }
        received.writeBuffer(&buffer)
        return true
    }

    private func parse(_ withoutBody: Bool) -> Response? {
        let text = String(buffer: received)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let fields = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (parts[0].lowercased(), parts[1].drop { $0 == " " }.description)
            }, uniquingKeysWith: { first, _ in first })
        let headBytes = text[..<end.upperBound].utf8.count
        let bodyBytes = withoutBody ? 0 : Int(fields["content-length"] ?? "0") ?? 0
        guard received.readableBytes >= headBytes + bodyBytes else { return nil }
        received.moveReaderIndex(forwardBy: headBytes)
        let body = received.readString(length: bodyBytes) ?? ""
        return Response(status: Int(lines[0].split(separator: " ")[1]) ?? 0, fields: fields, body: body)
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { continuation.finish() }
        }
    }
}
