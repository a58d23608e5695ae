import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SlipwayCore
import Testing

@testable import SlipwayConsole

@Suite("What the API refuses")
struct RefusalTests {
    private func problem(_ response: TestResponse) throws -> (status: Int?, code: String?, detail: String?) {
        #expect(response.headers[.contentType] == "application/problem+json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
        let code = object["code"] as? String
        #expect(object["type"] as? String == "urn:slipway:problem:\(code ?? "")")
        #expect((object["title"] as? String)?.isEmpty == false)
        return (object["status"] as? Int, code, object["detail"] as? String)
    }

    /// Each path of the API that takes a GET, with ids filled in.
    private static let paths = ((try? World.console().routeNames) ?? [])
        .filter { $0.method == "GET" && $0.path.hasPrefix("/api/") }
        .map { $0.path.replacingOccurrences(of: "{id}", with: "a-1").replacingOccurrences(of: "{number}", with: "1") }

    @Test("There are such paths")
    func pathsAreThere() { #expect(Self.paths.count > 10) }

    @Test("An unknown parameter, of each path", arguments: paths)
    func unknownParameter(path: String) async throws {
        let response = try await World.get(path + "?sort=asc", from: World.console())
        #expect(response.status == .badRequest)
        #expect(try problem(response).code == "unknownParameter")
    }

    @Test("A method that a path doesn't have, with those that it has", arguments: paths)
    func wrongMethod(path: String) async throws {
        let console = try World.console()
        for method in [HTTPRequest.Method.put, .delete, .patch, .options, .trace] {
            let response = try await console.application.test(.router) { client in
                try await client.execute(uri: path, method: method)
            }
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, HEAD")
            #expect(try problem(response).code == "wrongMethod")
        }
    }

    @Test("An answer that isn't JSON", arguments: paths)
    func wrongAccept(path: String) async throws {
        for accept in ["text/html", "application/xml", "application/json;q=0", "image/*", "nonsense"] {
            let response = try await World.get(path, from: World.console(), headers: [.accept: accept])
            #expect(response.status == .notAcceptable)
            #expect(try problem(response).code == "notAcceptable")
        }
    }

    @Test(
        "What may be accepted is JSON however it is said",
        arguments: ["*/*", "application/*", "text/html, application/json;q=0.5", ""])
    func accepted(accept: String) async throws {
        #expect(try await World.get("/api/v1/pools", from: World.console(), headers: [.accept: accept]).status == .ok)
    }

    @Test(
        "Values that break a rule",
        arguments: [
            "/api/v1/launches?pool=+7", "/api/v1/launches?pool=%2B7", "/api/v1/launches?pool=2147483648",
            "/api/v1/launches?pool=1&pool=2", "/api/v1/launches?profile=", "/api/v1/launches?profile=a%00b",
            "/api/v1/launches?profile=%1b[31m", "/api/v1/launches?profile=%zz", "/api/v1/launches?profile=%ff",
            "/api/v1/launches?profile=%", "/api/v1/launches?outcome=Ran", "/api/v1/launches?since=yesterday",
            "/api/v1/launches?since=2026-13-01", "/api/v1/launches?since=99999-01-01T00:00:00Z",
            "/api/v1/launches?until=1969-12-31", "/api/v1/launches?profile=\(String(repeating: "x", count: 301))",
            "/api/v1/launches?profile=\(String(repeating: "x", count: 5_000))",
            "/api/v1/deliveries?cursor=bjA", "/api/v1/deliveries?cursor=bi0x", "/api/v1/deliveries?disposition=lost",
            "/api/v1/records?cursor=!!!!", "/api/v1/records?limit=", "/api/v1/records?subject=",
        ])
    func wrongValue(path: String) async throws {
        let response = try await World.get(path, from: World.console())
        #expect(response.status == .badRequest, "\(response.text)")
        #expect(try problem(response).status == 400)
    }

    @Test(
        "What isn't there",
        arguments: [
            "/api/v1/deliveries/0", "/api/v1/deliveries/-1", "/api/v1/deliveries/x", "/api/v1/deliveries/9",
            "/api/v1/deliveries/99999999999999999999", "/api/v1/launches/%00", "/api/v1/nothing",
            "/api/v1/launches/a/b",
            "/api/v1/",
        ])
    func missing(path: String) async throws {
        let response = try await World.get(path, from: World.console())
        #expect(response.status == .notFound)
        #expect(try problem(response).status == 404)
    }
}
