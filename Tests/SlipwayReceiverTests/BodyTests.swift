import Crypto
import SlipwayCore
import SlipwayReceiver
import Testing

@Suite("Bodies that are not as they should be", .timeLimit(.minutes(1)))
struct BodyTests {
    static let unreadable: [(String, [UInt8])] = [
        ("empty", []),
        ("not JSON", Array("<html>hello</html>".utf8)),
        ("cut off", Array(#"{"eventType": "build.comp"#.utf8)),
        ("an array", Array("[1, 2]".utf8)),
        ("no eventType", Array("{}".utf8)),
        ("an eventType of a wrong type", Array(#"{"eventType": {"a": 1}}"#.utf8)),
        ("bytes that are not UTF-8", Array(#"{"eventType": ""#.utf8) + [0xFF, 0xC0] + Array(#""}"#.utf8)),
        (
            "nested 100,000 deep",
            Array((#"{"eventType":"x","resource":"# + String(repeating: "[", count: 100_000)).utf8)
        ),
    ]

    @Test(
        "An authenticated body that can't be read is recorded as rejected, with its digest, and answered with 200",
        arguments: unreadable)
    func rejected(what: String, body: [UInt8]) async throws {
        try await RunningReceiver.with { server in
            let response = try #require(try await server.exchange(Hook.post(body)))
            #expect(response.status == 200)
            #expect(response.body.hasPrefix("recorded as delivery 1; rejected: "))
            let delivery = try #require(server.store.deliveries.first)
            #expect(delivery.disposition == .rejected)
            #expect(delivery.reason?.isEmpty == false)
            #expect(delivery.bodyBytes == body.count)
            #expect(delivery.bodyDigest.bytes == Array(SHA256.hash(data: body)))
            #expect(server.hints.hints.isEmpty)
        }
    }

    @Test("Fields of wrong types cost their own value only")
    func wrongTypes() async throws {
        try await RunningReceiver.with { server in
            let body = #"""
                {"id": 5, "subscriptionId": [], "notificationId": "x", "createdDate": {},
                 "eventType": "ms.vss-pipelines.job-state-changed-event",
                 "resource": {"projectId": 1, "run": {"id": "seven"}, "job": {"id": null, "state": "waiting", "attempt": "2"}}}
                """#
            let answer = try await server.exchange(Hook.post(body))
            #expect(answer?.status == 200)
            #expect(server.store.deliveries.map(\.disposition) == [.accepted])
            #expect(server.hints.hints == [JobHint(scope: .job, state: .waiting)])
            #expect(server.receiver.statistics.oddDeliveries == 1)
        }
    }

    @Test("10,000 unknown fields change nothing")
    func manyFields() async throws {
        try await RunningReceiver.with { server in
            let fields = (0..<10_000).map { "\"unknown\($0)\": {\"a\": [\($0)]}" }.joined(separator: ",")
            let response = try await server.exchange(Hook.post("{\(fields), \"eventType\": \"build.complete\"}"))
            #expect(response?.status == 200)
            #expect(server.store.deliveries.map(\.disposition) == [.accepted])
        }
    }

    @Test(
        "A body over the limit is read to its end, recorded as rejected with the whole digest, and answered with 200",
        arguments: [true, false])
    func tooLarge(isChunked: Bool) async throws {
        try await RunningReceiver.with(configure: { $0.limits.maximumBodyBytes = 1000 }) { server in
            let body = [UInt8](repeating: UInt8(ascii: " "), count: 300_000) + Array("{}".utf8)
            let chunks = stride(from: 0, to: body.count, by: 60_000).map {
                Array(body[$0..<min($0 + 60_000, body.count)])
            }
            let connection = try await server.connect()
            await connection.send(isChunked ? Hook.chunked(chunks) : Hook.post(body))
            let response = try #require(await connection.response())
            #expect(response.status == 200)
            #expect(!response.closes)
            let delivery = try #require(server.store.deliveries.first)
            #expect(delivery.disposition == .rejected)
            #expect(delivery.bodyBytes == body.count)
            #expect(delivery.bodyDigest.bytes == Array(SHA256.hash(data: body)))
            // The connection is in order after it.
            await connection.send(Hook.health)
            #expect(await connection.response()?.status == 200)
        }
    }

    @Test(
        "A body beyond everything that is read is recorded as rejected and answered with 413 on a closing connection",
        arguments: [true, false])
    func farTooLarge(isChunked: Bool) async throws {
        let configure: (inout ReceiverConfiguration) -> Void = {
            $0.limits.maximumBodyBytes = 1000
            $0.limits.maximumDrainedBodyBytes = 5000
        }
        try await RunningReceiver.with(configure: configure) { server in
            let connection = try await server.connect()
            let body = [UInt8](repeating: UInt8(ascii: "a"), count: 200_000)
            await connection.send(isChunked ? Hook.chunked([body, body]) : Hook.post(body))
            let response = try #require(await connection.response())
            #expect(response.status == 413)
            #expect(response.closes)
            await connection.close()
            #expect(server.store.deliveries.map(\.disposition) == [.rejected])
        }
    }

    @Test("A body of exactly the limit is decoded")
    func exactlyTheLimit() async throws {
        let body = Array(#"{"eventType": "build.complete"}"#.utf8)
        try await RunningReceiver.with(configure: { $0.limits.maximumBodyBytes = body.count }) { server in
            _ = try await server.exchange(Hook.post(body))
            _ = try await server.exchange(Hook.post(body + [UInt8(ascii: " ")]))
            #expect(server.store.deliveries.map(\.disposition) == [.accepted, .rejected])
        }
    }

    @Test("A body that arrives in pieces of one byte is the same body")
    func smallPieces() async throws {
        try await RunningReceiver.with { server in
            let body = Array(#"{"eventType": "build.complete"}"#.utf8)
            let connection = try await server.connect()
            await connection.send(Hook.chunked(body.map { [$0] }))
            #expect(await connection.response()?.status == 200)
            #expect(server.store.deliveries.first?.bodyDigest.bytes == Array(SHA256.hash(data: body)))
        }
    }

    @Test("A request that breaks off leaves no record")
    func truncated() async throws {
        try await RunningReceiver.with { server in
            let whole = Hook.post(try Hook.sample(Hook.waiting))
            let halfClosed = try await server.connect()
            await halfClosed.send(Array(whole.dropLast(10)))
            await halfClosed.endOutput()
            #expect(await halfClosed.response()?.status == 400)
            let gone = try await server.connect()
            await gone.send(Array(whole.dropLast(10)))
            await gone.close()
            #expect(try await server.exchange(Hook.health)?.status == 200)
            #expect(server.store.deliveries.isEmpty)
        }
    }
}
