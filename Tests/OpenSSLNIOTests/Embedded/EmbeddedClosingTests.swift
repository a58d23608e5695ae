import NIOCore
import NIOEmbedded
import Testing

@testable import OpenSSLNIO

@Suite("Handler: closing")
struct EmbeddedClosingTests {
    @Test func `our close says close_notify, then waits for the peer's end of stream`() async throws {
        let pair = try await EmbeddedPair.connected()
        let closed = pair.close()
        #expect(pair.transport.outputCloseCount == 1)
        #expect(pair.transport.closeCount == 0)
        try pair.exchange()
        // swift-nio-ssl answers close_notify by closing.
        #expect(!pair.client.isActive)
        pair.endClientStream()
        try closed.outcome()
        #expect(pair.transport.closeCount == 1)
        #expect(pair.application.errors.isEmpty)
        #expect(pair.application.isInactive)
    }

    @Test func `our close ends at the timeout when the peer does not end its stream`() async throws {
        let pair = try await EmbeddedPair.connected { $0.closeTimeout = .seconds(5) }
        defer { pair.finish() }
        let closed = pair.close()
        pair.server.embeddedEventLoop.advanceTime(by: .milliseconds(4_999))
        #expect(pair.server.isActive)
        pair.server.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        try closed.outcome()
        #expect(!pair.server.isActive)
    }

    @Test func `our close ends at the timeout when the peer does not take close_notify`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.transport.isStalled = true
        let (first, second) = (pair.close(), pair.close())
        #expect(pair.transport.outputCloseCount == 0)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(5))
        try first.outcome()
        try second.outcome()
        #expect(pair.transport.closeCount == 1)
    }

    @Test func `the answer and close_notify reach the peer in order`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.server.writeAndFlush(ByteBuffer(string: "last words"), promise: nil)
        pair.server.close(promise: nil)
        try pair.exchange()
        #expect(try String(buffer: pair.receivedByClient()) == "last words")
        pair.finish()
    }

    @Test func `unflushed and later writes fail when we close`() async throws {
        let pair = try await EmbeddedPair.connected()
        let unflushed = pair.write("never")
        pair.server.close(promise: nil)
        let late = pair.writeAndFlush("late")
        #expect(throws: ChannelError.ioOnClosedChannel) { try unflushed.outcome() }
        #expect(throws: ChannelError.ioOnClosedChannel) { try late.outcome() }
        pair.finish()
    }

    @Test func `the peer's close_notify is the end of input, once, and can still be answered`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.server.allowRemoteHalfClosure = true
        pair.client.allowRemoteHalfClosure = true
        pair.readServer()
        pair.client.writeAndFlush(ByteBuffer(string: "question"), promise: nil)
        pair.client.close(mode: .output, promise: nil)
        try pair.exchange()
        #expect(String(buffer: pair.application.received) == "question")
        #expect(pair.application.inputClosedCount == 1)
        pair.endClientStream()
        #expect(pair.application.inputClosedCount == 1)
        #expect(pair.application.uncleanShutdowns.isEmpty)

        try pair.writeAndFlush("answer").outcome()
        try pair.exchange()
        #expect(try String(buffer: pair.receivedByClient()) == "answer")
        try pair.close().outcome()
        #expect(!pair.server.isActive)
        pair.finish()
    }

    @Test func `what one read brought is complete before the end of input is told`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.server.allowRemoteHalfClosure = true
        pair.readServer()
        pair.client.writeAndFlush(ByteBuffer(string: "question"), promise: nil)
        pair.client.close(mode: .output, promise: nil)
        pair.application.onInputClosed = { [application = pair.application] in
            #expect(application.readCompleteCount == 1)
        }
        try pair.exchange()
        #expect(pair.application.inputClosedCount == 1)
    }

    @Test func `the peer's close_notify closes when half-closure is not allowed`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.readServer()
        pair.client.close(promise: nil)
        try pair.exchange()
        #expect(!pair.server.isActive)
        #expect(pair.application.inputClosedCount == 0)
        #expect(pair.application.errors.isEmpty)
        pair.finish()
    }

    @Test func `closing the output leaves the input open`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.client.allowRemoteHalfClosure = true
        pair.server.allowRemoteHalfClosure = true
        try pair.close(.output).outcome()
        #expect(pair.transport.outputCloseCount == 1)
        #expect(throws: ChannelError.outputClosed) { try pair.writeAndFlush("x").outcome() }
        #expect(throws: ChannelError.outputClosed) { try pair.close(.output).outcome() }
        try pair.exchange()
        pair.readServer()
        try pair.sendFromClient("still here")
        #expect(String(buffer: pair.application.received) == "still here")
        pair.readServer()
        pair.client.close(promise: nil)
        try pair.exchange()
        #expect(pair.application.inputClosedCount == 1)
        #expect(!pair.server.isActive)
        pair.finish()
    }

    @Test func `a connection with closed output does not stay open for ever`() async throws {
        let pair = try await EmbeddedPair.connected { $0.outputClosedTimeout = .seconds(30) }
        try pair.close(.output).outcome()
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(pair.server.isActive)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!pair.server.isActive)
        pair.finish()
    }

    @Test func `closing the output before the handshake is complete sends what waits first`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        pair.client.allowRemoteHalfClosure = true
        pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        let written = pair.writeAndFlush("waits")
        let closed = pair.close(.output)
        try pair.connect()
        try written.outcome()
        try closed.outcome()
        #expect(try String(buffer: pair.receivedByClient()) == "waits")
        pair.finish()
    }

    @Test func `closing the input stops the delivery and lets the answer out`() async throws {
        let pair = try await EmbeddedPair.connected()
        try pair.close(.input).outcome()
        #expect(pair.application.inputClosedCount == 1)
        pair.readServer()
        try pair.sendFromClient("too late")
        #expect(pair.application.readCount == 0)
        try pair.writeAndFlush("answer").outcome()
        try pair.exchange()
        #expect(try String(buffer: pair.receivedByClient()) == "answer")
        #expect(throws: ChannelError.inputClosed) { try pair.close(.input).outcome() }
        pair.server.close(promise: nil)
        pair.endClientStream()
        #expect(!pair.server.isActive)
        pair.finish()
    }

    @Test func `an end of stream between records loses nothing and is no error`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.readServer()
        try pair.sendFromClient("all of it")
        pair.endClientStream()
        #expect(String(buffer: pair.application.received) == "all of it")
        #expect(pair.application.inputClosedCount == 1)
        #expect(pair.application.uncleanShutdowns.map(\.error.code) == [.uncleanShutdown])
        #expect(pair.application.errors.isEmpty)
        try pair.writeAndFlush("answer").outcome()
    }

    @Test func `an end of stream within a record is an error wherever the cut is`() async throws {
        for kept in [1, 4, 5, 6, 20] {
            let pair = try await EmbeddedPair.connected()
            pair.readServer()
            pair.client.writeAndFlush(ByteBuffer(string: "cut off"), promise: nil)
            pair.client.embeddedEventLoop.run()
            var record = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
            try pair.server.writeInbound(record.readSlice(length: kept))
            pair.endClientStream()
            #expect(pair.application.errors.map(\.code) == [.uncleanShutdown], "\(kept) bytes")
            #expect(pair.application.uncleanShutdowns.isEmpty)
            #expect(!pair.server.isActive)
            pair.finish()
        }
    }

    @Test func `data that was held back is delivered before the end of stream`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        try pair.sendFromClient("held")
        #expect(pair.application.readCount == 0)
        pair.endClientStream()
        #expect(String(buffer: pair.application.received) == "held")
        #expect(pair.application.inputClosedCount == 1)
    }

    @Test func `a channel that goes away settles every promise`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.transport.isStalled = true
        let unflushed = pair.write("a")
        let half = pair.close(.output)
        let context = try pair.server.pipeline.syncOperations.context(handlerType: TransportRecorder.self)
        // Not through the TLS handler, as when the kernel reports a reset.
        context.close(promise: nil)
        #expect(throws: ChannelError.outputClosed) { try unflushed.outcome() }
        #expect(throws: ChannelError.ioOnClosedChannel) { try half.outcome() }
        #expect(pair.application.isInactive)
        pair.finish()
    }

    @Test func `an application that closes from within every event it gets is closed once`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.application.onRead = { context in
            context.close(mode: .output, promise: nil)
            context.close(promise: nil)
            context.close(mode: .input, promise: nil)
        }
        pair.readServer()
        pair.client.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
        pair.client.close(promise: nil)
        try pair.exchange()
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(pair.transport.closeCount == 1)
        #expect(pair.application.errors.isEmpty)
        pair.finish()
    }
}
