import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import SlipwayCore
import SlipwayReceiver
import Testing

/// The receiver over TLS by OpenSSL, called with another TLS library (BoringSSL, by async-http-client).
@Suite("Hooks over TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    @Test("A hook over TLS is recorded; the next ones use the same connection")
    func hook() async throws {
        let tls = try await TestTLS.make()
        try await RunningReceiver.with(tls: tls.store) { server in
            try await withClient(trusting: tls) { client in
                let body = try Hook.sample(Hook.waiting)
                for number in 1...20 {
                    let response = try await post(body, to: server, client)
                    #expect(response.status == .ok)
                    let text = String(buffer: try await response.body.collect(upTo: 1024))
                    #expect(text.hasPrefix("recorded as delivery \(number)"))
                }
                #expect(server.receiver.statistics.openConnections == 1)
            }
        }
    }

    @Test("A body of two megabytes comes through whole, and so does one beyond the limit")
    func largeBodies() async throws {
        let tls = try await TestTLS.make()
        try await RunningReceiver.with(tls: tls.store) { server in
            try await withClient(trusting: tls) { client in
                let start = Array(#"{"eventType": "build.complete", "padding": ""#.utf8)
                let padding = [UInt8](repeating: UInt8(ascii: "x"), count: 2 * 1024 * 1024 - start.count - 2)
                let body = start + padding + Array("\"}".utf8)
                let answer = try await post(body, to: server, client)
                #expect(answer.status == .ok)
                let second = try await post(body + body, to: server, client)
                #expect(second.status == .ok)
                #expect(server.store.deliveries.map(\.disposition) == [.accepted, .rejected])
                #expect(server.store.deliveries.map(\.bodyBytes) == [body.count, 2 * body.count])
            }
        }
    }

    @Test("A stranger gets to read its 401, though its body is not read")
    func stranger() async throws {
        let tls = try await TestTLS.make()
        try await RunningReceiver.with(tls: tls.store) { server in
            try await withClient(trusting: tls) { client in
                let response = try await post(
                    [UInt8](repeating: 0x20, count: 200_000), to: server, client, authorization: "Basic eDp5")
                #expect(response.status == .unauthorized)
                #expect(server.store.deliveries.isEmpty)
            }
        }
    }

    @Test("Plain HTTP on the TLS port is a clear log line and the connection's end")
    func plainHTTP() async throws {
        let tls = try await TestTLS.make()
        let lines = LogRecorder.Lines()
        try await RunningReceiver.with(tls: tls.store, logger: LogRecorder.logger(lines)) { server in
            let connection = try await server.connect()
            await connection.send(Hook.post("{}"))
            #expect(!(await connection.rest()).hasPrefix("HTTP/1.1 200"))
            try await eventually { server.receiver.statistics.failedHandshakes == 1 }
            #expect(
                lines.all.contains { $0.contains("plain HTTP") && $0.contains("https://") && $0.contains("127.0.0.1") })
            #expect(server.store.deliveries.isEmpty)
        }
    }

    @Test(
        "A graceful end of the server finishes what is at hand over TLS too, and a silent handshake doesn't hold it up")
    func cancelled() async throws {
        let tls = try await TestTLS.make()
        try await RunningReceiver.with(tls: tls.store) { server in
            let silent = try await server.connect()
            try await eventually { server.receiver.statistics.openConnections == 1 }
            try await withClient(trusting: tls) { client in
                let answer = try await post(Array("{}".utf8), to: server, client)
                #expect(answer.status == .ok)
            }
            await silent.close()
        }
    }

    private func post(
        _ body: [UInt8], to server: RunningReceiver, _ client: HTTPClient, authorization: String = Hook.authorization()
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "https://localhost:\(server.port)/hooks/azure-devops")
        request.method = .POST
        request.headers = ["Content-Type": "application/json; charset=utf-8", "Authorization": authorization]
        request.body = .bytes(body)
        return try await client.execute(request, timeout: .seconds(20))
    }

    private func withClient(trusting tls: TestTLS, _ body: (HTTPClient) async throws -> Void) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        var tlsConfiguration = TLSConfiguration.makeClientConfiguration()
        tlsConfiguration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(tls.certificateFile))
        configuration.tlsConfiguration = tlsConfiguration
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            try await body(client)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}
