import COpenSSL
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import OpenSSLNIO

/// Counts the `SSL_CTX` objects of this process by asking OpenSSL, not by asking ourselves.
private enum Objects {
    static let freedContexts = Atomic<Int>(0)
    static let freedConnections = Atomic<Int>(0)

    /// OpenSSL calls the last function for every object that it frees and that the index was used for.
    static let contextIndex = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil) {
        _, data, _, _, _, _ in
        if data != nil { freedContexts.add(1, ordering: .relaxed) }
    }
    static let connectionIndex = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL, 0, nil, nil, nil) { _, data, _, _, _, _ in
        if data != nil { freedConnections.add(1, ordering: .relaxed) }
    }
}

@Suite("Leaks", .serialized)
struct LeakTests {
    private static var marker: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 1) }

    @Test func `every connection is freed, however it ends`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let endings: [(EmbeddedPair) throws -> Void] = [
            { $0.finish() },
            { pair in
                pair.readServer()
                pair.client.close(promise: nil)
                try pair.exchange()
            },
            { pair in
                pair.server.writeAndFlush(ByteBuffer(string: "unread"), promise: nil)
                pair.server.close(promise: nil)
                pair.server.embeddedEventLoop.advanceTime(by: .minutes(1))
            },
            { pair in
                let context = try pair.server.pipeline.syncOperations.context(handlerType: TransportRecorder.self)
                context.close(promise: nil)
            },
            { pair in
                pair.readServer()
                _ = try? pair.server.writeInbound(ByteBuffer(string: "this is no record"))
                pair.server.embeddedEventLoop.advanceTime(by: .minutes(1))
            },
        ]
        let before = Objects.freedConnections.load(ordering: .relaxed)
        for ending in endings {
            #expect(try Self.contextAfter(ending, certificate) == nil)
        }
        #expect(Objects.freedConnections.load(ordering: .relaxed) - before == endings.count)
    }

    @Test func `a context that is replaced is freed`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        let before = Objects.freedContexts.load(ordering: .relaxed)
        let store = try TLSServerContextStore(configuration: certificate.configuration)
        for _ in 0..<10 {
            let ssl = try #require(store.current.makeSSL())
            SSL_CTX_set_ex_data(SSL_get_SSL_CTX(ssl), Objects.contextIndex, Self.marker)
            SSL_free(ssl)
            try store.reload()
        }
        #expect(Objects.freedContexts.load(ordering: .relaxed) - before == 10)
    }

    /// The context of a connection that has begun and ended; nil when nothing holds it any more.
    private static func contextAfter(
        _ ending: (EmbeddedPair) throws -> Void, _ certificate: TestCertificate
    ) throws -> TLSServerContext? {
        weak var context: TLSServerContext?
        func liveAndEnd() throws {
            let current = try TLSServerContext(configuration: certificate.configuration)
            context = current
            let pair = try EmbeddedPair(current)
            try pair.connect()
            let handler = try pair.server.pipeline.syncOperations.handler(type: TLSServerHandler.self)
            SSL_set_ex_data(try #require(handler.connection).ssl, Objects.connectionIndex, marker)
            try ending(pair)
            pair.client.close(promise: nil)
            for channel in [pair.client, pair.server] { channel.embeddedEventLoop.advanceTime(by: .minutes(2)) }
            #expect(!pair.server.isActive)
        }
        try liveAndEnd()
        return context
    }
}
