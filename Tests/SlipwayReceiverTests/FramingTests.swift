import SlipwayReceiver
import Testing

@Suite("Requests that two servers could read differently", .timeLimit(.minutes(1)))
struct FramingTests {
    /// After each comes what a smuggler would hide behind it. None may be taken as a request, nor anything be recorded.
    static let smuggled: [(String, String)] = [
        ("both lengths", "POST {p} HTTP/1.1\r\n{h}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (
            "both lengths, the other way round",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
        ),
        ("two different lengths", "POST {p} HTTP/1.1\r\n{h}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        ("two equal lengths", "POST {p} HTTP/1.1\r\n{h}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("a list of lengths", "POST {p} HTTP/1.1\r\n{h}Content-Length: 2, 2\r\n\r\n{}"),
        ("a signed length", "POST {p} HTTP/1.1\r\n{h}Content-Length: +2\r\n\r\n{}"),
        ("a negative length", "POST {p} HTTP/1.1\r\n{h}Content-Length: -2\r\n\r\n{}"),
        ("a hexadecimal length", "POST {p} HTTP/1.1\r\n{h}Content-Length: 0x2\r\n\r\n{}"),
        ("an empty length", "POST {p} HTTP/1.1\r\n{h}Content-Length: \r\n\r\n{}"),
        ("an overflowing length", "POST {p} HTTP/1.1\r\n{h}Content-Length: 18446744073709551618\r\n\r\n{}"),
        ("chunked and more", "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ("a coding before chunked", "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("an unknown coding", "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        (
            "chunked twice",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("chunked after a vertical tab", "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n"),
        ("chunks in HTTP/1.0", "POST {p} HTTP/1.0\r\n{h}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a space before the colon", "POST {p} HTTP/1.1\r\n{h}Content-Length : 2\r\n\r\n{}"),
        ("a tab before the colon", "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
        ("an empty field name", "POST {p} HTTP/1.1\r\n{h}: x\r\nContent-Length: 2\r\n\r\n{}"),
        ("a folded field", "POST {p} HTTP/1.1\r\n{h}X-Folded: a\r\n Content-Length: 2\r\n\r\n"),
        ("a folded first field", "POST {p} HTTP/1.1\r\n Host: a\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("a folded length", "POST {p} HTTP/1.1\r\n{h}Content-Length:\r\n 2\r\n\r\n{}"),
        ("bare line feeds", "POST {p} HTTP/1.1\n{h}Content-Length: 2\n\n{}"),
        ("one bare line feed", "POST {p} HTTP/1.1\r\n{h}X-A: b\nContent-Length: 2\r\n\r\n{}"),
        ("a bare carriage return in a value", "POST {p} HTTP/1.1\r\n{h}X-A: b\rContent-Length: 2\r\n\r\n"),
        ("a bare carriage return before the end", "POST {p} HTTP/1.1\r\n{h}Content-Length: 2\r\n\r{}"),
        ("a null in a value", "POST {p} HTTP/1.1\r\n{h}X-A: b\u{0}c\r\nContent-Length: 2\r\n\r\n{}"),
        (
            "an overflowing chunk size",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n"
        ),
        ("a signed chunk size", "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n"),
        (
            "a chunk size with a prefix",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "a chunk longer than its size",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "a chunk that ends with a bare line feed",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\n0\r\n\r\n"
        ),
        (
            "a chunk size that ends with a bare line feed",
            "POST {p} HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n"
        ),
        ("the absolute form", "POST http://slipway.example.com{p} HTTP/1.1\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("no slash", "POST * HTTP/1.1\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("no host", "POST {p} HTTP/1.1\r\n{a}Content-Length: 2\r\n\r\n{}"),
        ("two hosts", "POST {p} HTTP/1.1\r\nHost: a\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("a space in the target", "POST {p} x HTTP/1.1\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("HTTP/0.9", "POST {p}\r\n\r\n"),
        ("HTTP/2 over cleartext", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("HTTP/1.2", "POST {p} HTTP/1.2\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("an unknown method", "STEAL {p} HTTP/1.1\r\n{h}Content-Length: 2\r\n\r\n{}"),
        ("not HTTP at all", "\u{16}\u{03}\u{01}\u{02}\u{00}hello\r\n\r\n"),
    ]

    @Test("Refused with 400, the connection closed, and nothing recorded", arguments: smuggled)
    func refused(what: String, request: String) async throws {
        try await RunningReceiver.with { server in
            let authorization = "Authorization: \(Hook.authorization())\r\n"
            let text = request.replacing("{p}", with: "/hooks/azure-devops")
                .replacing("{h}", with: "Host: slipway.example.com\r\n" + authorization)
                .replacing("{a}", with: authorization)
            let connection = try await server.connect()
            await connection.send(Array(text.utf8) + Hook.post("{}"))
            let response = try #require(await connection.response())
            #expect(response.status == 400)
            #expect(response.closes)
            await connection.endOutput()
            #expect(await connection.rest() == "")
            #expect(server.store.deliveries.isEmpty)
            #expect(server.receiver.statistics.malformedRequests >= 1)
        }
    }

    @Test(
        "Heads beyond their limits are refused with 431",
        arguments: [
            ["X-Long: " + String(repeating: "a", count: 9_000)],
            (0..<80).map { "X-Field-\($0): a" },
            (0..<4).map { "X-Field-\($0): " + String(repeating: "a", count: 5_000) },
        ])
    func tooLong(fields: [String]) async throws {
        try await RunningReceiver.with { server in
            let response = try #require(try await server.exchange(Hook.post("{}", fields: fields)))
            #expect(response.status == 431)
            #expect(response.closes)
            #expect(server.store.deliveries.isEmpty)
        }
    }

    @Test("A target beyond its limit is refused with 431")
    func longTarget() async throws {
        try await RunningReceiver.with { server in
            let target = "/hooks/azure-devops?" + String(repeating: "a", count: 9_000)
            let response = try await server.exchange(Hook.post(Array("{}".utf8), path: target))
            #expect(response?.status == 431)
        }
    }

    @Test("After a request to change the protocol the connection is closed: we speak no other")
    func upgrade() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            await connection.send(Hook.post("{}", fields: ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"]))
            let response = await connection.response()
            #expect(response?.status == 200 && response?.closes == true)
        }
    }

    @Test("An expectation that nobody can meet is refused with 417")
    func expectation() async throws {
        try await RunningReceiver.with { server in
            let answer = try await server.exchange(Hook.post("{}", fields: ["Expect: 200-maybe"]))
            #expect(answer?.status == 417)
        }
    }

    @Test("An old client without a Host gets its answer and the connection's end")
    func http10() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            await connection.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let response = await connection.response()
            #expect(response?.status == 200 && response?.closes == true)
            #expect(await connection.rest() == "")
        }
    }
}
