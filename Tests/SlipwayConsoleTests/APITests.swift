import Foundation
import HTTPTypes
import HummingbirdTesting
import SlipwayConsole
import SlipwayCore
import Testing

@Suite("The console's API")
struct APITests {
    private struct List: Decodable {
        struct Item: Decodable {
            var id: String
            var state: String
            var pool: Int
            var createdAt: String
            var outcome: Outcome?
        }
        struct Outcome: Decodable, Equatable {
            var kind: String
            var reason: String
        }
        var launches: [Item]
        var nextCursor: String?
    }

    private func list(_ query: String, _ reader: MemoryReader) async throws -> List {
        let response = try await World.get("/api/v1/launches" + query, from: World.console(reader))
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/json")
        return try JSONDecoder().decode(List.self, from: Data(response.text.utf8))
    }

    @Test("Launches come newest first, page by page, each once")
    func paging() async throws {
        let reader = MemoryReader(launches: (1...7).map { World.launch($0) })
        var ids: [String] = []
        var query = "?limit=3"
        for isLast in [false, false, true] {
            let page = try await list(query, reader)
            ids += page.launches.map(\.id)
            #expect((page.nextCursor == nil) == isLast)
            query = "?limit=3&cursor=\(page.nextCursor ?? "")"
        }
        #expect(ids == (1...7).reversed().map { "abc123-7-\($0)-1" })
    }

    @Test("They can be asked for by state and by pool")
    func filters() async throws {
        let closed = LaunchState.closed(LaunchOutcome(kind: .ran, reason: "its agent ran one job"))
        let reader = MemoryReader(launches: [
            World.launch(1), World.launch(2, pool: 9), World.launch(3, state: .online), World.launch(4, state: closed),
        ])
        #expect(try await list("?state=online", reader).launches.map(\.id) == ["abc123-7-3-1"])
        #expect(try await list("?state=open&pool=7", reader).launches.count == 2)
        #expect(try await list("?pool=9", reader).launches.map(\.pool) == [9])
        let outcome = try await list("?state=closed", reader).launches.first?.outcome
        #expect(outcome == List.Outcome(kind: "ran", reason: "its agent ran one job"))
        #expect(try await list("?state=busy", reader).launches.isEmpty)
    }

    @Test(
        "A wrong parameter is a problem document that names it and its rule",
        arguments: [
            ("?state=sleeping", "state"), ("?state=", "state"), ("?pool=x", "pool"), ("?pool=-1", "pool"),
            ("?limit=0", "limit"),
            ("?limit=201", "limit"), ("?limit=1e3", "limit"), ("?limit=99999999999999999999", "limit"),
            ("?cursor=x", "cursor"),
            ("?cursor=1.%00", "cursor"), ("?cursor=1764000000000.", "cursor"),
        ])
    func wrongParameter(query: String, name: String) async throws {
        let response = try await World.get("/api/v1/launches" + query, from: World.console())
        #expect(response.status == .badRequest)
        #expect(response.headers[.contentType] == "application/problem+json")
        let problem = try #require(
            try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
        #expect(problem["status"] as? Int == 400)
        #expect((problem["detail"] as? String)?.contains("The parameter \(name) must be") == true)
    }

    @Test("One launch comes with its records, facts as JSON of their types")
    func detail() async throws {
        let launch = World.launch(5)
        let reader = MemoryReader(launches: [launch], records: World.records(of: launch))
        let response = try await World.get("/api/v1/launches/abc123-7-5-1", from: World.console(reader))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
        let records = try #require(object["records"] as? [[String: Any]])
        #expect(records.map { $0["sequence"] as? Int } == [1, 2])
        let facts = try #require(records[1]["facts"] as? [String: Any])
        #expect(facts["problem"] as? String == "no capacity <in> Spot")
        #expect(facts["attempt"] as? Int == 2)
        #expect(facts["retried"] as? Bool == true)
        let shown = try #require(object["launch"] as? [String: Any])
        #expect(shown["agentName"] as? String == "slipway-abc123-7-5-1")
        #expect((shown["origin"] as? [String: Any])?["pipelineName"] as? String == "nightly")
    }

    @Test("Facts that somebody has made unreadable are shown as they are")
    func damagedFacts() async throws {
        let launch = World.launch(5)
        var records = World.records(of: launch)
        records[1].facts = "{\"a\": [1"
        let reader = MemoryReader(launches: [launch], records: records)
        let response = try await World.get("/api/v1/launches/abc123-7-5-1", from: World.console(reader))
        #expect(response.status == .ok)
        #expect(response.text.contains(#""unreadable":"{\"a\": [1""#))
    }

    @Test(
        "Unknown launches and paths are problem documents with 404",
        arguments: [
            "/api/v1/launches/none", "/api/v1/launches/%3Cb%3E", "/api/v1", "/api/v2/launches", "/favicon.ico",
        ])
    func notFound(path: String) async throws {
        let response = try await World.get(path, from: World.console(), headers: [.accept: "application/json"])
        #expect(response.status == .notFound)
        #expect(response.headers[.contentType] == "application/problem+json")
    }

    @Test("A store that can't be read is 503 with nothing of the inside")
    func unreadable() async throws {
        let console = try World.console(MemoryReader(isBroken: true))
        for path in ["/api/v1/launches", "/api/v1/launches/abc123-7-5-1"] {
            let response = try await World.get(path, from: console)
            #expect(response.status == .serviceUnavailable)
            #expect(!response.text.contains("Broken"))
        }
    }
}

@Suite("The console's health")
struct HealthTests {
    @Test("/healthz answers whatever else is broken")
    func liveness() async throws {
        let console = try World.console(MemoryReader(isBroken: true))
        #expect(try await World.get("/healthz", from: console).status == .ok)
    }

    @Test("/readyz is 200 when everything works")
    func ready() async throws {
        let response = try await World.get("/readyz", from: World.console(checks: [ReadinessCheck(name: "a") { nil }]))
        #expect(response.status == .ok)
        #expect(response.text == "{\"problems\":[],\"status\":\"ready\"}\n")
    }

    @Test("/readyz tells a note, and is ready all the same")
    func note() async throws {
        let checks = [ReadinessCheck(name: "hooks", isNote: true) { "on probation" }]
        let response = try await World.get("/readyz", from: World.console(checks: checks))
        #expect(response.status == .ok)
        #expect(
            response.text
                == #"{"notes":[{"name":"hooks","reason":"on probation"}],"problems":[],"status":"ready"}"# + "\n")
        let page = try await World.get("/", from: World.console(checks: checks))
        #expect(page.text.contains("hooks: on probation"))
        #expect(!page.text.contains("Not ready"))
    }

    @Test("/readyz tells everything that doesn't work, and a check that hangs doesn't hide the others")
    func notReady() async throws {
        let checks = [
            ReadinessCheck(name: "hangs") {
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                return nil
            },
            ReadinessCheck(name: "works") { nil },
            ReadinessCheck(name: "ecs") { "the credentials have expired" },
        ]
        let console = try World.console(
            MemoryReader(isBroken: true), checks: checks, configure: { $0.readinessTimeoutMilliseconds = 50 })
        let response = try await World.get("/readyz", from: console)
        #expect(response.status == .serviceUnavailable)
        #expect(
            response.text == #"{"problems":[{"name":"store","reason":"it can't be read; the server's log says why"},"#
                + #"{"name":"hangs","reason":"did not answer in time"},"#
                + #"{"name":"ecs","reason":"the credentials have expired"}],"status":"not ready"}"# + "\n")
    }
}
