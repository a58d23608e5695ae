import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import SlipwayConsole
@testable import SlipwayCore

/// The served document against the routes and against real answers. A program from elsewhere does the same by what the
/// document says alone: Tests/openapi/run.
@Suite("The OpenAPI document")
struct OpenAPITests {
    private typealias Object = [String: Any]

    private let document: [String: Any]

    init() throws {
        document = try #require(
            try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.text.utf8)) as? [String: Any])
    }

    private var paths: Object { document["paths"] as? Object ?? [:] }

    /// Follows `$ref`.
    private func resolve(_ value: Any?) throws -> Object {
        let object = try #require(value as? Object)
        guard let reference = object["$ref"] as? String else { return object }
        var found: Any? = document
        for name in reference.split(separator: "/").dropFirst() { found = (found as? Object)?[String(name)] }
        return try resolve(found)
    }

    @Test("It is served as it is")
    func served() async throws {
        let response = try await World.get("/api/v1/openapi.json", from: World.console())
        #expect(response.text == OpenAPIDocument.text)
        #expect(document["openapi"] as? String == "3.1.0")
    }

    @Test("It has every route of the API with every parameter, and no other")
    func routes() throws {
        var described: Set<RouteName> = []
        for (path, item) in paths {
            for (method, operation) in try #require(item as? Object) {
                let parameters = try ((operation as? Object)?["parameters"] as? [Any] ?? []).map(resolve)
                let query = parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String }
                let inPath = parameters.filter { $0["in"] as? String == "path" }.compactMap { $0["name"] as? String }
                #expect(Set(inPath) == Set(path.matches(of: /\{(\w+)\}/).map { String($0.output.1) }))
                described.insert(RouteName(method: method.uppercased(), path: path, query: query.sorted()))
            }
        }
        let routes = try World.console().routeNames.filter { $0.path.hasPrefix("/api/") }
            .map { RouteName(method: $0.method, path: $0.path, query: $0.query.sorted()) }
        #expect(described == Set(routes))
    }

    @Test("Every reference in it leads somewhere, and every schema is used")
    func references() throws {
        let pattern = /"\$ref": "#\/components\/([a-zA-Z]+)\/([a-zA-Z]+)"/
        let used = Set(OpenAPIDocument.text.matches(of: pattern).map { "\($0.output.1)/\($0.output.2)" })
        let components = try #require(document["components"] as? Object)
        var there: Set<String> = []
        for kind in ["schemas", "parameters", "responses", "headers"] {
            for name in try #require(components[kind] as? Object).keys { there.insert("\(kind)/\(name)") }
        }
        #expect(used == there)
    }

    /// A console with something of everything.
    private func fullConsole() throws -> Console {
        var launch = World.launch(5, state: .closed(LaunchOutcome(kind: .failed, reason: "no room")))
        launch.runningAt = World.now
        launch.onlineAt = World.now
        let figures = LaunchFigures(
            since: World.now, until: World.now, made: 2, madePerMinute: [1, 1], outcomes: [.failed: 1],
            phases: PhaseFigures.of([LaunchTimes(launch)]),
            failures: [.init(reason: "no room", count: 1, launch: launch.id, at: World.now)])
        return try World.console(
            MemoryReader(
                launches: (1...60).map { World.launch($0) } + [launch], records: World.records(of: launch),
                deliveries: [World.delivery(1), World.delivery(2)], figures: figures, damaged: [3],
                usage: MemoryUsage(groups: [
                    UsageGroup(key: "p", usage: .known(MemoryUsage.unit, seconds: 3_600), launches: 2)
                ])),
            checks: [
                ReadinessCheck(name: "pool x") { "gone" }, ReadinessCheck(name: "hooks", isNote: true) { "late" },
            ],
            live: StandingEngine.busy, operations: NotedOrders(),
            expiries: [Expiry(name: "certificate", at: World.now)],
            prices: PriceBook(currency: "USD", asOf: "2025-11-01", prices: []))
    }

    @Test("Real answers have what their schemas require, and nothing that they don't name")
    func answers() async throws {
        let console = try fullConsole()
        var checked = 0
        for (path, item) in paths {
            for (method, operation) in try #require(item as? Object) where path != "/api/v1/openapi.json" {
                let real = path.replacingOccurrences(of: "{id}", with: "abc123-7-5-1")
                    .replacingOccurrences(of: "{number}", with: "2")
                let body = path.contains("profiles") ? #"{"pool":"ecs-linux","profile":"small"}"# : "{}"
                let response = try await console.application.test(.router) { client in
                    try await client.execute(
                        uri: real, method: method == "get" ? .get : .post, headers: [.contentType: "application/json"],
                        body: method == "get" ? nil : ByteBuffer(string: body))
                }
                #expect(response.status == .ok, "\(path): \(response.text)")
                let answers = try #require((operation as? Object)?["responses"] as? Object)
                let content = try #require(try resolve(answers["200"])["content"] as? Object)
                let schema = try #require(content["application/json"] as? Object)["schema"]
                try check(try JSONSerialization.jsonObject(with: Data(response.text.utf8)), schema, at: path)
                checked += 1
            }
        }
        #expect(checked == paths.count - 1)
    }

    @Test("A problem is as its schema says")
    func problem() async throws {
        let response = try await World.get("/api/v1/launches?limit=0", from: World.console())
        let components = try #require(document["components"] as? Object)
        let schema = (components["schemas"] as? Object)?["Problem"]
        try check(try JSONSerialization.jsonObject(with: Data(response.text.utf8)), schema, at: "problem")
    }

    private func check(_ value: Any, _ schema: Any?, at place: String) throws {
        let schema = try resolve(schema)
        switch schema["type"] as? String {
        case "object":
            let object = try #require(value as? Object, "\(place) is no object")
            for name in schema["required"] as? [String] ?? [] {
                #expect(object[name] != nil, "\(place) lacks \(name)")
            }
            let properties = schema["properties"] as? Object ?? [:]
            guard !properties.isEmpty else { return }
            for (name, member) in object {
                #expect(properties[name] != nil, "\(place) has \(name), which is not described")
                if let own = properties[name] { try check(member, own, at: "\(place).\(name)") }
            }
        case "array":
            for item in try #require(value as? [Any], "\(place) is no array") {
                try check(item, schema["items"], at: place + "[]")
            }
        case "string":
            let text = try #require(value as? String, "\(place) is no text")
            if let choices = schema["enum"] as? [String] { #expect(choices.contains(text), "\(place): \(text)") }
        case "integer": #expect(value is Int, "\(place) is no whole number")
        case "boolean": #expect(value is Bool, "\(place) is no flag")
        default: break
        }
    }
}
