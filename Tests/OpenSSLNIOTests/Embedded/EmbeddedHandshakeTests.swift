import NIOCore
import NIOEmbedded
import Testing

@testable import OpenSSLNIO

@Suite("Handler: handshake")
struct EmbeddedHandshakeTests {
    @Test func `the handshake is announced once, with what was agreed on`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        let handshake = try #require(pair.application.handshakes.first)
        #expect(pair.application.handshakes.count == 1)
        #expect(handshake.version == .tlsv13)
        #expect(handshake.cipherSuite == "TLS_AES_128_GCM_SHA256")
        #expect(handshake.applicationProtocol == "http/1.1")
        #expect(handshake.serverName == "localhost")
        #expect(!handshake.isResumed)
        #expect(pair.application.errors.isEmpty)
    }

    @Test func `the handshake survives a transport that brings one byte at a time`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        defer { pair.finish() }
        pair.nextChunkBytes = { 1 }
        try pair.connect()
        #expect(pair.application.handshakes.count == 1)
    }

    @Test func `each flight of the handshake leaves in one write`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        // ServerHello to Finished.
        #expect(pair.transport.flushCount == 1)
    }

    @Test func `the session ticket leaves with the first answer`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.transport.flushCount = 0
        try pair.writeAndFlush("answer").outcome()
        #expect(pair.transport.flushCount == 1)
        let sent = try #require(try pair.server.readOutbound(as: ByteBuffer.self))
        #expect(sent.readableBytes > 100)
        #expect(try pair.server.readOutbound(as: ByteBuffer.self) == nil)
        try pair.client.writeInbound(sent)
        #expect(try String(buffer: pair.receivedByClient()) == "answer")
    }

    @Test func `the handshake asks for its own bytes when nobody reads`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        #expect(pair.application.handshakes.count == 1)
        // Once to begin with and once after the client's first message; the client's second one completes the handshake.
        #expect(pair.transport.readCount == 2)
    }

    @Test func `a silent peer is closed at the handshake timeout, not before`() async throws {
        let pair = try await EmbeddedPair.unconnected { $0.handshakeTimeout = .seconds(10) }
        pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(pair.server.isActive)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!pair.server.isActive)
        #expect(pair.application.errors.map(\.code) == [.handshakeTimeout])
    }

    @Test func `a peer that trickles its handshake is closed at the timeout too`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        pair.server.connect(to: address, promise: nil)
        pair.client.connect(to: address, promise: nil)
        var hello = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
        for _ in 0..<9 {
            try pair.server.writeInbound(hello.readSlice(length: 1))
            pair.server.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(pair.server.isActive)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(pair.application.errors.map(\.code) == [.handshakeTimeout])
        #expect(!pair.server.isActive)
    }

    @Test func `after the handshake no timeout is left`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.server.embeddedEventLoop.advanceTime(by: .hours(24))
        #expect(pair.server.isActive)
        #expect(pair.application.errors.isEmpty)
    }

    @Test func `a peer that leaves during the handshake is reported`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        pair.server.close(mode: .all, promise: nil)
        // Our own close is no failure of the peer.
        #expect(pair.application.errors.isEmpty)

        let left = try await EmbeddedPair.unconnected()
        left.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        left.endClientStream()
        #expect(left.application.errors.map(\.code) == [.peerLeftDuringHandshake])
        #expect(!left.server.isActive)
    }

    @Test func `plain HTTP is recognised and the connection closed`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        _ = try? pair.server.writeInbound(ByteBuffer(string: "POST /hooks/azure-devops HTTP/1.1\r\nHost: a\r\n\r\n"))
        let error = try #require(pair.application.errors.first)
        #expect(error.code == .plainHTTP)
        #expect(error.message.contains("https://"))
        #expect(error.entries.contains { $0.reason == "http request" })
        #expect(pair.application.errors.count == 1)
        #expect(!pair.server.isActive)
    }

    @Test(arguments: [
        "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", "SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{3}\u{1}\u{0}\u{5}hello",
        "\n\n\n\n\n\n",
    ])
    func `garbage fails the handshake and closes the connection`(garbage: String) async throws {
        let pair = try await EmbeddedPair.unconnected()
        pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        _ = try? pair.server.writeInbound(ByteBuffer(string: garbage))
        let error = try #require(pair.application.errors.first)
        #expect(error.code == .handshakeFailed)
        #expect(!error.entries.isEmpty)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(!pair.server.isActive)
        #expect(pair.application.errors.count == 1)
    }

    @Test func `every single wrong byte in the first flight ends in one clear error, or is not noticed`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let context = try TLSServerContext(configuration: certificate.configuration)
        let length = 60
        for position in 0..<length {
            let pair = try EmbeddedPair(context)
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
            pair.server.connect(to: address, promise: nil)
            pair.client.connect(to: address, promise: nil)
            var hello = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
            hello.setInteger(hello.getInteger(at: position, as: UInt8.self).map { $0 ^ 0xff } ?? 0, at: position)
            _ = try? pair.server.writeInbound(hello)
            #expect(pair.application.errors.count <= 1, "byte \(position)")
            pair.server.embeddedEventLoop.advanceTime(by: .seconds(15))
            #expect(!pair.server.isActive, "byte \(position)")
            _ = try? pair.client.finish()
        }
    }

    @Test func `a failed handshake sends its alert before the connection closes`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let context = try TLSServerContext(configuration: certificate.configuration)
        let pair = try EmbeddedPair(context, protocols: ["spdy/1"])
        pair.transport.isStalled = true
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        pair.server.connect(to: address, promise: nil)
        pair.client.connect(to: address, promise: nil)
        let hello = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
        _ = try? pair.server.writeInbound(hello)
        let alert = try #require(try pair.server.readOutbound(as: ByteBuffer.self))
        // RFC 8446, 6: a record of type alert; level fatal; no_application_protocol is 120.
        #expect(Array(alert.readableBytesView) == [21, 3, 3, 0, 2, 2, 120])
        #expect(pair.application.errors.map(\.code) == [.handshakeFailed])
        #expect(pair.server.isActive)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(!pair.server.isActive)
    }

    @Test func `a peer that does not read while the server must answer is given up`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        pair.server.isWritable = false
        try pair.connect()
        #expect(pair.application.errors.map(\.code) == [.peerNotReading])
        #expect(!pair.server.isActive)
    }

    @Test func `the handler can be added to a channel that is active already`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let context = try TLSServerContext(configuration: certificate.configuration)
        let server = EmbeddedChannel()
        server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        let application = ApplicationRecorder()
        try server.pipeline.syncOperations.addHandlers([TLSServerHandler(context: context), application])
        server.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(application.errors.map(\.code) == [.handshakeTimeout])
    }
}
