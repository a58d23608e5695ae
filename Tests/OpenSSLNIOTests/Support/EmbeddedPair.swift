import NIOCore
import NIOEmbedded
import NIOSSL

@testable import OpenSSLNIO

/// The handler under test and swift-nio-ssl's client, back to back, without sockets, threads or time.
///
/// Plaintext is delivered to the server's application only on demand: call ``readServer()``, once for each piece.
final class EmbeddedPair {
    let server = EmbeddedChannel()
    let client = EmbeddedChannel()
    let transport = TransportRecorder()
    let application = ApplicationRecorder()
    let gate = ReadGate()
    /// How many bytes go over at a time; nil: as they come.
    var nextChunkBytes: (() -> Int)?

    init(_ context: TLSServerContext, trusting certificate: TestCertificate? = nil, protocols: [String] = ["http/1.1"])
        throws
    {
        let pipeline = server.pipeline.syncOperations
        try pipeline.addHandlers([transport, TLSServerHandler(context: context), application, gate])
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        if let certificate {
            configuration.trustRoots = .file(certificate.certificateFile)
            configuration.certificateVerification = .fullVerification
        }
        configuration.applicationProtocols = protocols
        let clientContext = try NIOSSLContext(configuration: configuration)
        let clientHandler = try NIOSSLClientHandler(context: clientContext, serverHostname: "localhost")
        try client.pipeline.syncOperations.addHandlers([TransportRecorder(), clientHandler])
    }

    /// A pair with the shared certificate, connected.
    static func connected(_ change: (inout TLSServerConfiguration) -> Void = { _ in }) async throws -> EmbeddedPair {
        let pair = try await unconnected(change)
        try pair.connect()
        return pair
    }

    static func unconnected(_ change: (inout TLSServerConfiguration) -> Void = { _ in }) async throws -> EmbeddedPair {
        let certificate = try await TestCertificate.localhost.get()
        var configuration = certificate.configuration
        change(&configuration)
        return try EmbeddedPair(TLSServerContext(configuration: configuration), trusting: certificate)
    }

    /// Makes both channels active and carries the handshake out.
    func connect() throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        server.connect(to: address, promise: nil)
        client.connect(to: address, promise: nil)
        try exchange()
    }

    /// Carries bytes until neither side has more to say.
    func exchange() throws {
        var isMoving = true
        while isMoving {
            isMoving = try carry(from: client, to: server)
            isMoving = try carry(from: server, to: client) || isMoving
        }
    }

    private func carry(from source: EmbeddedChannel, to destination: EmbeddedChannel) throws -> Bool {
        source.embeddedEventLoop.run()
        guard var bytes = try source.readOutbound(as: ByteBuffer.self) else { return false }
        while let more = try source.readOutbound(as: ByteBuffer.self) { bytes.writeImmutableBuffer(more) }
        while bytes.readableBytes > 0, destination.isActive {
            let count = min(nextChunkBytes?() ?? bytes.readableBytes, bytes.readableBytes)
            // Errors that the pipeline throws are what the recorders are for.
            _ = try? destination.writeInbound(bytes.readSlice(length: count))
        }
        return true
    }

    /// The server's application asks for data.
    func readServer() {
        gate.allowedCount += 1
        server.read()
    }

    func sendFromClient(_ text: String) throws {
        client.writeAndFlush(ByteBuffer(string: text), promise: nil)
        try exchange()
    }

    func receivedByClient() throws -> ByteBuffer {
        var all = ByteBuffer()
        while let bytes = try client.readInbound(as: ByteBuffer.self) { all.writeImmutableBuffer(bytes) }
        return all
    }

    /// The client's TCP stream ends: as a half-closure where the option allows it.
    func endClientStream() {
        server.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// Closes both sides and lets every timeout pass.
    func finish() {
        for channel in [client, server] { channel.close(promise: nil) }
        for channel in [client, server] { channel.embeddedEventLoop.advanceTime(by: .minutes(1)) }
    }
}

// In an asynchronous test the channel's own methods would be their waiting variants.
extension EmbeddedPair {
    func write(_ text: String) -> EventLoopFuture<Void> {
        server.write(ByteBuffer(string: text))
    }

    func writeAndFlush(_ text: String) -> EventLoopFuture<Void> {
        server.writeAndFlush(ByteBuffer(string: text))
    }

    func close(_ mode: CloseMode = .all) -> EventLoopFuture<Void> {
        server.close(mode: mode)
    }
}

extension EventLoopFuture where Value: Sendable {
    /// The outcome on an embedded loop, where everything has happened already. Throws ``Unsettled`` when it has not.
    func outcome() throws -> Value {
        var result: Result<Value, any Error> = .failure(Unsettled())
        assumeIsolated().whenComplete { result = $0 }
        return try result.get()
    }
}

struct Unsettled: Error {}
