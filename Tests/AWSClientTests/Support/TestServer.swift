import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server for one test, on a free loopback port. It reads whole requests and answers what the closure says,
/// to the byte, so that it can also misbehave. One request per connection.
final class TestServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [(name: String, value: String)]
        var body: String

        func header(_ name: String) -> String? {
            self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    enum Reply: Sendable {
        case answer(Int, String, headers: [String: String] = [:])
        /// Bytes as they are, then the connection closes.
        case raw(String)
        /// Nothing, ever.
        case hang
        /// A head that promises `bytes`, of which only a part comes.
        case trickle(bytes: Int)
        case close
    }

    private let channel: any Channel
    private let log: RequestLog
    let url: String

    var requests: [Request] { self.log.requests.withLock { $0 } }

    final class RequestLog: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
        self.url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// Runs a server while `body` runs.
    ///
    /// - Parameter greeting: sent to each connection before anything was asked; then it closes.
    static func with<Result>(
        _ respond: @escaping @Sendable (Request) -> Reply, greeting: String? = nil,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(respond: respond, greeting: greeting, log: log)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = TestServer(channel: channel, log: log)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let respond: @Sendable (Request) -> Reply
        private let greeting: String?
        private let log: RequestLog
        private var received = ""

        init(respond: @escaping @Sendable (Request) -> Reply, greeting: String?, log: RequestLog) {
            self.respond = respond
            self.greeting = greeting
            self.log = log
        }

        func channelActive(context: ChannelHandlerContext) {
            if let greeting { send(greeting, thenClose: true, context) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received += String(buffer: self.unwrapInboundIn(data))
            guard let request = wholeRequest() else { return }
            self.received = ""
            self.log.requests.withLock { $0.append(request) }
            switch self.respond(request) {
            case .answer(let status, let body, let headers):
                let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
                send(
                    "HTTP/1.1 \(status) Status\r\n\(lines)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
                        + body, thenClose: true, context
                )
            case .raw(let text):
                send(text, thenClose: true, context)
            case .trickle(let bytes):
                send("HTTP/1.1 200 OK\r\nContent-Length: \(bytes)\r\n\r\n{", thenClose: false, context)
            case .hang:
                break
            case .close:
                context.close(promise: nil)
            }
        }

        private func send(_ text: String, thenClose closes: Bool, _ context: ChannelHandlerContext) {
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            if closes { context.close(promise: nil) }
        }

        private func wholeRequest() -> Request? {
            guard let head = self.received.range(of: "\r\n\r\n") else { return nil }
            let lines = self.received[..<head.lowerBound].components(separatedBy: "\r\n")
            let words = lines[0].split(separator: " ")
            let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
                let parts = line.split(separator: ":", maxSplits: 1)
                return parts.count == 2
                    ? (name: String(parts[0]), value: parts[1].trimmingCharacters(in: .whitespaces)) : nil
            }
            var request = Request(
                method: String(words[0]), path: String(words[1]), headers: headers,
                body: String(self.received[head.upperBound...])
            )
            let length = request.header("content-length").flatMap { Int($0) } ?? 0
            guard request.body.utf8.count >= length else { return nil }
            request.body = String(request.body.prefix(length))
            return request
        }
    }
}
