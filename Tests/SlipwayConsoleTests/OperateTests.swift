import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SlipwayConsole
import SlipwayCore
import Synchronization
import Testing

@Suite("Operating through the API")
struct OperateTests {
    static let reader = "a-token-that-reads-only"
    static let operate = "a-token-that-may-operate"

    private func post(
        _ path: String, _ body: String = "{}", to console: Console, headers: HTTPFields = [:],
        type: String? = "application/json"
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = type
        return try await console.application.test(.router) { [headers] client in
            try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        }
    }

    private func tokens(_ configuration: inout ConsoleConfiguration) {
        configuration.tokens = [
            .init(name: "grafana", scope: .read, token: Self.reader),
            .init(name: "ops", scope: .operate, token: Self.operate),
        ]
    }

    @Test("Each order reaches the engine with who gave it and why")
    func orders() async throws {
        let engine = NotedOrders()
        let console = try World.console(operations: engine, configure: tokens)
        let headers: HTTPFields = [.authorization: "Bearer \(Self.operate)"]
        let id = try #require(LaunchID(rawValue: "abc123-7-5-1"))
        let key = ProfileKey(pool: "ecs-linux", profile: "small")
        let cases: [(path: String, body: String, action: OperatorAction)] = [
            ("drain", #"{"reason":"the cluster moves"}"#, .drain), ("resume", "{}", .resume),
            ("profiles/pause", #"{"pool":"ecs-linux","profile":"small"}"#, .pauseProfile(key)),
            ("profiles/resume", #"{"pool":"ecs-linux","profile":"small"}"#, .resumeProfile(key)),
            ("launches/abc123-7-5-1/stop", "{}", .stopLaunch(id, isForced: false)),
            ("launches/abc123-7-5-1/stop", #"{"force":true,"reason":"it hangs"}"#, .stopLaunch(id, isForced: true)),
            ("launches/abc123-7-5-1/retry", "{}", .retryLaunch(id)),
        ]
        for item in cases {
            let response = try await post("/api/v1/" + item.path, item.body, to: console, headers: headers)
            #expect(response.status == .ok, "\(response.text)")
            #expect(response.text == #"{"message":"done","wasSo":false}"# + "\n")
        }
        let orders = engine.orders.withLock { $0 }
        #expect(orders.map(\.action) == cases.map(\.action))
        #expect(orders.allSatisfy { $0.by == "ops" })
        #expect(orders.map(\.reason) == ["the cluster moves", nil, nil, nil, nil, "it hangs", nil])
    }

    @Test("A token that only reads, and no token, change nothing")
    func scopes() async throws {
        let engine = NotedOrders()
        let console = try World.console(operations: engine, configure: tokens)
        let read = try await post(
            "/api/v1/drain", to: console, headers: [.authorization: "Bearer \(Self.reader)"])
        #expect(read.status == .forbidden && read.text.contains(#""code":"scope""#))
        #expect(try await post("/api/v1/drain", to: console).status == .unauthorized)
        let old = try World.console(operations: engine, configure: { $0.token = Self.reader })
        let denied = try await post("/api/v1/drain", to: old, headers: [.authorization: "Bearer \(Self.reader)"])
        #expect(denied.status == .forbidden)
        #expect(engine.orders.withLock { $0.isEmpty })
    }

    @Test(
        "On this machine, without any token, orders come from loopback; beside a token that operates, reading stays open"
    )
    func loopback() async throws {
        let engine = NotedOrders()
        let open = try World.console(operations: engine)
        #expect(try await post("/api/v1/drain", to: open).status == .ok)
        #expect(engine.orders.withLock { $0.map(\.by) } == ["loopback"])
        let guarded = try World.console(
            operations: engine,
            configure: { configuration in
                configuration.tokens = [.init(name: "ops", scope: .operate, token: Self.operate)]
            })
        #expect(try await World.get("/api/v1/pools", from: guarded).status == .ok)
        #expect(try await post("/api/v1/drain", to: guarded).status == .forbidden)
    }

    @Test(
        "A page of another origin can't make a browser operate, whatever the browser adds by itself",
        arguments: [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"],
            ["Origin": "https://evil.example.com"], ["Origin": "null"], ["Origin": "http://localhost.evil.example.com"],
            ["Origin": "http://localhost:9999"],
            ["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"],
        ])
    func crossSite(fields: [String: String]) async throws {
        let engine = NotedOrders()
        var headers = HTTPFields()
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        let open = try World.console(operations: engine)
        let response = try await post("/api/v1/drain", to: open, headers: headers)
        #expect(response.status == .forbidden && response.text.contains(#""code":"crossSite""#))
        headers[.authorization] = "Basic " + Data("x:\(Self.operate)".utf8).base64EncodedString()
        let guarded = try World.console(operations: engine, configure: tokens)
        #expect(try await post("/api/v1/drain", to: guarded, headers: headers).status == .forbidden)
        #expect(engine.orders.withLock { $0.isEmpty })
        // A bearer is never added by a browser itself.
        headers[.authorization] = "Bearer \(Self.operate)"
        #expect(try await post("/api/v1/drain", to: guarded, headers: headers).status == .ok)
    }

    @Test(
        "What isn't JSON isn't taken: a form can be sent from anywhere",
        arguments: [
            nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx",
            "application/json; charset=utf-16", "application/json, text/plain",
        ])
    func contentType(type: String?) async throws {
        let response = try await post("/api/v1/drain", to: World.console(operations: NotedOrders()), type: type)
        #expect(response.status == .unsupportedMediaType)
    }

    @Test("A GET changes nothing", arguments: ["/api/v1/drain", "/api/v1/resume", "/api/v1/launches/a/stop"])
    func get(path: String) async throws {
        let engine = NotedOrders()
        let response = try await World.get(path, from: World.console(operations: engine))
        #expect(response.status == .methodNotAllowed && response.headers[.allow] == "POST")
        #expect(engine.orders.withLock { $0.isEmpty })
    }

    static let wrongBodies = [
        #"{"reason":"a","reason":"b"}"#, #"{"reason":"a","re\u0061son":"b"}"#, "{\u{0}}", #"{"reason":"a:b{","x":1}"#,
        "", "[]", "null", "\"x\"", "{", "{}{}", #"{"reason":1}"#, #"{"reason":""}"#, #"{"reason":null}"#,
        #"{"reason":"a\u0000b"}"#, #"{"reason":"a\u001b[31mb"}"#, #"{"force":true}"#, #"{"why":"x"}"#,
        #"{"reason":"\#(String(repeating: "x", count: 501))"}"#, String(repeating: "[", count: 8_000),
    ]

    @Test("Bodies that aren't as they must be", arguments: wrongBodies)
    func body(body: String) async throws {
        let engine = NotedOrders()
        let response = try await post("/api/v1/drain", body, to: World.console(operations: engine))
        #expect(response.status == .badRequest, "\(response.text)")
        #expect(engine.orders.withLock { $0.isEmpty })
    }

    @Test("A body beyond the limit, and a force that is no flag")
    func bodyDetails() async throws {
        let console = try World.console(operations: NotedOrders())
        let long = #"{"reason":"\#(String(repeating: "x", count: 10_000))"}"#
        let tooLong = try await post("/api/v1/drain", long, to: console)
        #expect(tooLong.status == .badRequest && tooLong.text.contains("tooLong"))
        for force in ["1", "0", "\"true\"", "null"] {
            let body = #"{"force":\#(force)}"#
            #expect(try await post("/api/v1/launches/a/stop", body, to: console).status == .badRequest)
        }
        #expect(try await post("/api/v1/profiles/pause", "{}", to: console).status == .badRequest)
    }

    @Test(
        "A refusal says why, by its status and code",
        arguments: [
            (OperatorRefusal.Code.busy, 409), (.over, 409), (.notRetryable, 409), (.noSuchLaunch, 404),
            (.noSuchProfile, 404), (.reasonNeeded, 400), (.unavailable, 503),
        ])
    func refusal(code: OperatorRefusal.Code, status: Int) async throws {
        let engine = NotedOrders(refusal: OperatorRefusal(code, "its agent has a job"))
        let response = try await post("/api/v1/launches/a/stop", to: World.console(operations: engine))
        #expect(response.status.code == status)
        #expect(response.text.contains(#""code":"\#(code.rawValue)""#))
        #expect(response.text.contains("Its agent has a job."))
    }
}
