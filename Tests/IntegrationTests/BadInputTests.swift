import Foundation
import NIOCore
import SlipwayCore
import SlipwaySQLite
import SlipwayTestSupport
import Testing

/// The built server's public listener, used badly: each gets its answer, and the next good delivery is taken.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BadInputTests {
    static let credentials: [(name: String, values: [String])] = [
        ("none", []), ("a wrong password", [HookSender.basic("slipway:wrong-password-000")]),
        ("a wrong name", [HookSender.basic("someone:\(Installation.password)")]), ("no base64", ["Basic %%%"]),
        ("another scheme", ["Bearer \(Installation.password)"]),
        ("two of them", [HookSender.credentials, "Basic eA=="]),
        ("4 KB", [HookSender.basic("slipway:" + String(repeating: "x", count: 3_000))]),
    ]

    static let bodies: [(name: String, body: String)] = [
        ("nothing", ""), ("no JSON", "hello"), ("cut JSON", #"{"eventType":"ms.vss-pipelines.job-state-chan"#),
        ("another type of JSON", "[1,2,3]"), ("only its type", #"{"eventType":"build.complete"}"#),
        ("wrong types", #"{"eventType":7,"resource":"text","id":{},"publisherId":[]}"#),
        ("an unknown type", #"{"eventType":"weather.changed","id":"1","resource":{}}"#),
        ("nested 100,000 deep", String(repeating: "[", count: 100_000)),
        (
            "10,000 unknown fields",
            "{" + (1...10_000).map { #""field\#($0)":\#($0),"# }.joined() + #""eventType":"build.complete"}"#
        ),
        ("3 MB", #"{"eventType":"build.complete","text":""# + String(repeating: "x", count: 3_000_000) + #""}"#),
    ]

    @Test func whateverIsSentIsAnsweredAndRecordedAndTheServerGoesOn() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let sender = try HookSender(trusting: installation.path("tls.crt"))
        let server = try installation.serve()
        let port = try await installation.port(of: server)
        for (name, values) in Self.credentials {
            #expect(
                await sender.answer(to: ByteBuffer(string: "{}"), port, authorization: values) == 401, "\(name)")
        }
        var bodies = Self.bodies.map { (name: $0.name, bytes: ByteBuffer(string: $0.body)) }
        bodies.append(
            ("invalid UTF-8", ByteBuffer(bytes: Array(#"{"eventType":""#.utf8) + [0xC3, 0x28, 0xFF, 0x22, 0x7D])))
        for (name, bytes) in bodies {
            // Anything else would put the subscription on probation.
            #expect(await sender.answer(to: bytes, port) == 200, "\(name)")
        }
        try await expectNoAnswer(to: "http://127.0.0.1:\(port)/", installation)
        await sender.post(to: port)
        #expect(sender.acknowledged.count == 1)
        server.send(SIGTERM)
        #expect(try await server.status(within: .seconds(30)) == 0, "\(server.output)")
        let reader = try StoreReader(path: installation.path("slipway.db"))
        #expect(try await reader.counts().deliveries == Int64(bodies.count + 1))
        #expect(try await reader.deliveries().filter { $0.disposition == .rejected }.count >= 6)
        #expect(try await reader.verify().isSound)
        await reader.close()
        try installation.expectNoSecretsInFiles()
    }

    /// Plain HTTP on the port that speaks TLS.
    private func expectNoAnswer(to plainURL: String, _ installation: Installation) async throws {
        let curl = try Program(
            "/usr/bin/env", ["curl", "--silent", "--show-error", "--max-time", "15", plainURL],
            outputTo: installation.path("curl.log"))
        let status = try await curl.status(within: .seconds(30))
        #expect(status != nil && status != 0, "\(curl.output)")
    }

    /// I1: what can't be written isn't acknowledged, and a disk that has room again is used without a restart.
    @Test func aFullDiskIsAnsweredWith503AndNothingAcknowledgedIsLost() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let sender = try HookSender(trusting: installation.path("tls.crt"))
        let server = try installation.serveIgnoringFileSizeSignal()
        let port = try await installation.port(of: server)
        for _ in 0..<5 { await sender.post(to: port) }
        #expect(sender.acknowledged.count == 5)
        try await limitFiles(of: server, toBytes: "64000", installation)
        #expect(try await postUntil(503, sender, port), "\(server.output)")
        #expect(server.isRunning)
        #expect(server.output.contains("Delivery not recorded; answered 503"))
        try await limitFiles(of: server, toBytes: "unlimited", installation)
        #expect(try await postUntil(200, sender, port), "\(server.output)")
        server.send(SIGTERM)
        #expect(try await server.status(within: .seconds(30)) == 0, "\(server.output)")
        let reader = try StoreReader(path: installation.path("slipway.db"))
        #expect(try await reader.counts().deliveries >= Int64(sender.acknowledged.count))
        #expect(try await reader.verify().isSound)
        await reader.close()
    }

    private func limitFiles(of server: Program, toBytes bytes: String, _ installation: Installation) async throws {
        let prlimit = try Program(
            "/usr/bin/env", ["prlimit", "--pid", "\(server.processID)", "--fsize=\(bytes):unlimited"],
            outputTo: installation.path("prlimit.log"))
        try #require(await prlimit.status(within: .seconds(20)) == 0, "\(prlimit.output)")
    }

    private func postUntil(_ status: Int, _ sender: HookSender, _ port: Int) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if await sender.post(to: port) == status { return true }
        }
        return false
    }
}
