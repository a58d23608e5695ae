import NIOCore
import NIOEmbedded
import Testing

@testable import OpenSSLNIO

@Suite("Handler: data")
struct EmbeddedDataTests {
    @Test(arguments: [1, 7, 1_000, 16_384, 70_000])
    func `data arrives whole in both directions whatever the transport's pieces`(pieceBytes: Int) async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.nextChunkBytes = { pieceBytes }
        let size = pieceBytes == 1 ? 20_000 : 300_000
        let up = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let down = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 17) })

        pair.application.onRead = { $0.read() }
        pair.readServer()
        pair.client.writeAndFlush(up, promise: nil)
        pair.server.writeAndFlush(down, promise: nil)
        try pair.exchange()

        #expect(pair.application.received == up)
        #expect(try pair.receivedByClient() == down)
        #expect(pair.application.errors.isEmpty)
    }

    @Test func `data arrives whole in pieces of random sizes`() async throws {
        var random = SeededGenerator(state: 7)
        for _ in 0..<10 {
            let pair = try await EmbeddedPair.connected()
            defer { pair.finish() }
            let sizes = (0..<1_000).map { _ in Int.random(in: 1...5_000, using: &random) }
            var index = 0
            pair.nextChunkBytes = {
                index += 1
                return sizes[index % sizes.count]
            }
            pair.application.onRead = { $0.read() }
            pair.readServer()
            var sent = ByteBuffer()
            for size in sizes.prefix(40) {
                let piece = ByteBuffer(repeating: UInt8(truncatingIfNeeded: size), count: size)
                sent.writeImmutableBuffer(piece)
                pair.client.writeAndFlush(piece, promise: nil)
                pair.server.writeAndFlush(piece, promise: nil)
                try pair.exchange()
            }
            #expect(pair.application.received == sent)
            #expect(try pair.receivedByClient() == sent)
        }
    }

    @Test func `plaintext comes only when it is asked for`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        try pair.sendFromClient("one")
        #expect(pair.application.readCount == 0)
        pair.readServer()
        #expect(String(buffer: pair.application.received) == "one")
        #expect(pair.application.readCompleteCount == 1)
        try pair.sendFromClient("two")
        #expect(pair.application.readCount == 1)
        pair.readServer()
        #expect(String(buffer: pair.application.received) == "onetwo")
    }

    @Test func `with auto-read the delivery of held data is followed by another read`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        try pair.sendFromClient("first, held ")
        pair.gate.isOpen = true
        pair.server.read()
        #expect(pair.application.readCount == 1)
        try pair.sendFromClient("second")
        #expect(String(buffer: pair.application.received) == "first, held second")
    }

    @Test func `the socket is not read while nobody asks`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        let before = pair.transport.readCount
        try pair.sendFromClient("held back")
        try pair.sendFromClient("held back")
        #expect(pair.transport.readCount == before)
    }

    @Test func `the socket is read on until a whole record is there`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.client.writeAndFlush(ByteBuffer(string: "whole"), promise: nil)
        pair.client.embeddedEventLoop.run()
        var record = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
        pair.readServer()
        let before = pair.transport.readCount
        try pair.server.writeInbound(record.readSlice(length: 10))
        #expect(pair.transport.readCount == before + 1)
        #expect(pair.application.readCompleteCount == 0)
        try pair.server.writeInbound(record)
        #expect(pair.transport.readCount == before + 1)
        #expect(pair.application.readCompleteCount == 1)
    }

    @Test func `writes before the handshake wait for it and arrive in order`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        defer { pair.finish() }
        let early = pair.write("early ")
        let flushed = pair.writeAndFlush("bird")
        pair.server.write(ByteBuffer(string: " never flushed"), promise: nil)
        try pair.connect()
        try early.outcome()
        try flushed.outcome()
        #expect(try String(buffer: pair.receivedByClient()) == "early bird")
        pair.server.flush()
        try pair.exchange()
        #expect(try String(buffer: pair.receivedByClient()) == " never flushed")
    }

    @Test func `writes before the handshake beyond the limit fail`() async throws {
        let pair = try await EmbeddedPair.unconnected { $0.bufferedWriteLimitBytes = 100 }
        defer { pair.finish() }
        let fits = pair.writeAndFlush(String(repeating: "x", count: 100))
        let exceeds = pair.writeAndFlush(String(repeating: "x", count: 1))
        #expect(throws: OpenSSLError.tooMuchBeforeHandshake) { try exceeds.outcome() }
        try pair.connect()
        try fits.outcome()
    }

    @Test func `writes that wait for a handshake that never completes fail`() async throws {
        let pair = try await EmbeddedPair.unconnected()
        pair.server.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        let flushed = pair.writeAndFlush("a")
        let unflushed = pair.write("b")
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(throws: ChannelError.ioOnClosedChannel) { try flushed.outcome() }
        #expect(throws: ChannelError.ioOnClosedChannel) { try unflushed.outcome() }
        #expect(throws: ChannelError.ioOnClosedChannel) { try pair.writeAndFlush("c").outcome() }
    }

    @Test func `small writes of one flush share one record`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        try pair.writeAndFlush("after the ticket").outcome()
        while try pair.server.readOutbound(as: ByteBuffer.self) != nil {}
        let promises = (0..<10).map { _ in pair.write("0123456789") }
        pair.server.flush()
        let sent = try #require(try pair.server.readOutbound(as: ByteBuffer.self))
        // 5 bytes of header, 1 of content type, 16 of tag.
        #expect(sent.readableBytes == 100 + 22)
        #expect(try pair.server.readOutbound(as: ByteBuffer.self) == nil)
        for promise in promises { try promise.outcome() }
    }

    @Test func `what exceeds a record does not wait for the flush`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        var written = 0
        for _ in 0..<100 {
            pair.server.write(ByteBuffer(repeating: 1, count: 1_000), promise: nil)
            written += 1_000
        }
        // An embedded channel keeps unflushed writes from `readOutbound`, so they are counted once flushed below the TLS handler.
        pair.transport.flushCount = 0
        let context = try pair.server.pipeline.syncOperations.context(handlerType: TransportRecorder.self)
        context.flush()
        var sent = 0
        while let bytes = try pair.server.readOutbound(as: ByteBuffer.self) { sent += bytes.readableBytes }
        #expect(sent >= written - TLSConnection.recordLimitBytes)
        #expect(pair.transport.flushCount == 0)
    }

    @Test func `empty writes are kept and send nothing`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        try pair.writeAndFlush("after the ticket").outcome()
        while try pair.server.readOutbound(as: ByteBuffer.self) != nil {}
        try pair.writeAndFlush("").outcome()
        #expect(try pair.server.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test func `answers to one read, and the close after them, leave in one flush`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.application.onRead = { context in
            context.writeAndFlush(NIOAny(ByteBuffer(string: "first ")), promise: nil)
            context.writeAndFlush(NIOAny(ByteBuffer(string: "second")), promise: nil)
        }
        pair.transport.flushCount = 0
        pair.readServer()
        try pair.sendFromClient("ping")
        #expect(pair.transport.flushCount == 1)
        #expect(try String(buffer: pair.receivedByClient()) == "first second")

        pair.application.onRead = { context in
            context.writeAndFlush(NIOAny(ByteBuffer(string: "third")), promise: nil)
            context.close(promise: nil)
        }
        pair.transport.flushCount = 0
        pair.readServer()
        try pair.sendFromClient("ping")
        #expect(pair.transport.flushCount == 1)
        #expect(try String(buffer: pair.receivedByClient()) == "third")
    }

    @Test func `a write from within a read is answered in the same turn`() async throws {
        let pair = try await EmbeddedPair.connected()
        defer { pair.finish() }
        pair.application.onRead = { context in
            context.writeAndFlush(NIOAny(ByteBuffer(string: "pong")), promise: nil)
        }
        pair.readServer()
        try pair.sendFromClient("ping")
        #expect(try String(buffer: pair.receivedByClient()) == "pong")
    }

    @Test func `a broken record is an error, answered with an alert and a close`() async throws {
        let pair = try await EmbeddedPair.connected()
        pair.readServer()
        pair.client.writeAndFlush(ByteBuffer(string: "tampered with"), promise: nil)
        pair.client.embeddedEventLoop.run()
        var record = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
        record.setInteger(record.getInteger(at: 8, as: UInt8.self).map { $0 ^ 1 } ?? 0, at: 8)
        _ = try? pair.server.writeInbound(record)
        #expect(pair.application.errors.map(\.code) == [.connectionFailed])
        #expect(pair.application.errors.first?.entries.first?.reason == "decryption failed or bad record mac")
        #expect(pair.application.received.readableBytes == 0)
        #expect(try pair.server.readOutbound(as: ByteBuffer.self) != nil)
        #expect(pair.transport.outputCloseCount == 1)
        pair.server.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(!pair.server.isActive)
        pair.finish()
    }
}

/// Small and repeatable: splitmix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
