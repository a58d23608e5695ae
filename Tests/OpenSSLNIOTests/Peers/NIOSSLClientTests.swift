import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import OpenSSLNIO

@Suite("Peer: swift-nio-ssl", .timeLimit(.minutes(2)))
struct NIOSSLClientTests {
    private static func store(_ certificate: TestCertificate) throws -> TLSServerContextStore {
        try TLSServerContextStore(configuration: certificate.configuration)
    }

    @Test func `large bodies go both ways at once, and half-closure ends them in order`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(Self.store(certificate), .echo) { server in
            let client = try await TestClient.connect(to: server, trusting: certificate)
            let body = ByteBuffer(bytes: (0..<8_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 7) >> 3) })
            try await client.channel.writeAndFlush(body)
            try await client.channel.close(mode: .output)
            #expect(try await client.received.get() == body)
            let observed = server.seen
            #expect(observed.inputCloses == 1)
            #expect(observed.uncleanShutdowns == 0 && observed.errors.isEmpty)
            client.channel.close(promise: nil)
            try await client.channel.closeFuture.get()
        }
    }

    @Test func `many small writes arrive in order`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(Self.store(certificate), .echo) { server in
            let client = try await TestClient.connect(to: server, trusting: certificate)
            var sent = ByteBuffer()
            for index in 0..<2_000 {
                let piece = ByteBuffer(string: "\(index),")
                sent.writeImmutableBuffer(piece)
                client.channel.writeAndFlush(piece, promise: nil)
            }
            try await client.channel.close(mode: .output)
            #expect(try await client.received.get() == sent)
            client.channel.close(promise: nil)
            try await client.channel.closeFuture.get()
        }
    }

    @Test func `a server that does not read holds the client back instead of its data`() async throws {
        let certificate = try await TestCertificate.localhost.get()
        try await TestServer.with(Self.store(certificate), .sink) { server in
            let client = try await TestClient.connect(to: server, trusting: certificate)
            let size = 64 << 20
            let written = client.write(ByteBuffer(repeating: 1, count: size))
            let promise = NIOLockedValueBox(false)
            written.whenComplete { _ in promise.withLockedValue { $0 = true } }
            // A round trip to each loop, some times over: the socket's buffers fill up, and nothing further happens.
            for _ in 0..<50 {
                try await client.channel.eventLoop.submit {}.get()
                try await server.channel.eventLoop.submit {}.get()
            }
            #expect(server.seen.plaintextBytes == 0)
            #expect(!promise.withLockedValue { $0 })

            let connection = try #require(server.connections.withLockedValue { $0.first })
            try await connection.setOption(.autoRead, value: true).get()
            try await written.get()
            try await client.channel.close(mode: .output)
            while server.seen.inputCloses == 0 { await Task.yield() }
            #expect(server.seen.plaintextBytes == size)
            client.channel.close(promise: nil)
            connection.close(promise: nil)
            try await connection.closeFuture.get()
        }
    }

    @Test func `connections live through a reload`() async throws {
        let certificate = try await TestCertificate.make()
        let store = try Self.store(certificate)
        try await TestServer.with(store, .echo) { server in
            let client = try await TestClient.connect(to: server, trusting: certificate)
            try await client.channel.writeAndFlush(ByteBuffer(string: "before "))
            weak let old = store.current
            try store.reload()
            try await client.channel.writeAndFlush(ByteBuffer(string: "after"))
            #expect(old != nil)
            try await client.channel.close(mode: .output)
            #expect(try await String(buffer: client.received.get()) == "before after")
            client.channel.close(promise: nil)
            try await client.channel.closeFuture.get()
            for connection in server.connections.withLockedValue({ $0 }) { try await connection.closeFuture.get() }
            // The old context goes with its last connection.
            server.connections.withLockedValue { $0 = [] }
            while old != nil { await Task.yield() }
        }
    }
}
