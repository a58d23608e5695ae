import NIOCore
import NIOEmbedded
import Testing

@testable import OpenSSLNIO

@Suite("Pending writes")
struct PendingWritesTests {
    private let loop = EmbeddedEventLoop()

    @Test func `small writes share a record and their promises are kept together`() throws {
        var writes = PendingWrites()
        let promises = (0..<3).map { _ in loop.makePromise(of: Void.self) }
        for (text, promise) in zip(["head", "-", "body"], promises) { writes.append(ByteBuffer(string: text), promise) }
        writes.markFlushed()
        var lead: EventLoopPromise<Void>?
        let record = writes.takeFlushed(upTo: 100, joining: &lead)
        #expect(record.map { String(buffer: $0) } == "head-body")
        #expect(writes.isEmpty)
        lead?.succeed()
        for promise in promises { try promise.futureResult.outcome() }
    }

    @Test func `a record is not filled beyond its limit`() {
        var writes = PendingWrites()
        for text in ["12345", "67890", "1"] { writes.append(ByteBuffer(string: text), nil) }
        writes.markFlushed()
        var lead: EventLoopPromise<Void>?
        #expect(writes.takeFlushed(upTo: 10, joining: &lead)?.readableBytes == 10)
        #expect(writes.byteCount == 1)
        #expect(writes.takeFlushed(upTo: 10, joining: &lead)?.readableBytes == 1)
        #expect(writes.takeFlushed(upTo: 10, joining: &lead) == nil)
    }

    @Test func `what was not flushed stays`() {
        var writes = PendingWrites()
        writes.append(ByteBuffer(string: "flushed"), nil)
        writes.markFlushed()
        writes.append(ByteBuffer(string: "not"), nil)
        var lead: EventLoopPromise<Void>?
        #expect(writes.takeFlushed(upTo: 100, joining: &lead)?.readableBytes == 7)
        #expect(writes.takeFlushed(upTo: 100, joining: &lead) == nil)
        #expect(writes.byteCount == 3)
    }

    @Test func `failing the unflushed writes spares the flushed ones`() throws {
        var writes = PendingWrites()
        let (kept, lost) = (loop.makePromise(of: Void.self), loop.makePromise(of: Void.self))
        writes.append(ByteBuffer(string: "kept"), kept)
        writes.markFlushed()
        writes.append(ByteBuffer(string: "lost"), lost)
        writes.failUnflushed(ChannelError.outputClosed)
        #expect(throws: ChannelError.outputClosed) { try lost.futureResult.outcome() }
        #expect(writes.byteCount == 4)
        writes.failAll(ChannelError.ioOnClosedChannel)
        #expect(throws: ChannelError.ioOnClosedChannel) { try kept.futureResult.outcome() }
        #expect(writes.isEmpty && writes.byteCount == 0)
    }
}
