import HTTPTypes
import HummingbirdTesting
import SlipwayConsole
import Testing

@Suite("What the console gives a scraper")
struct MetricsRouteTests {
    static let token = "a-token-of-some-length"

    @Test("The text as it is, by its type")
    func text() async throws {
        let console = try World.console(metrics: { "up 1\n" })
        let response = try await World.get("/metrics", from: console)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(response.text == "up 1\n")
    }

    @Test("Not without the token, and nothing is measured for who has none")
    func access() async throws {
        let console = try World.console(
            metrics: {
                Issue.record("it was asked for")
                return ""
            }, configure: { $0.token = Self.token })
        #expect(try await World.get("/metrics", from: console).status == .unauthorized)
        let open = try World.console(metrics: { "up 1\n" }, configure: { $0.token = Self.token })
        let headers: HTTPFields = [.authorization: "Bearer \(Self.token)"]
        #expect(try await World.get("/metrics", from: open, headers: headers).text == "up 1\n")
    }

    @Test("Nothing is there where nothing is measured, nor below it")
    func absent() async throws {
        #expect(try await World.get("/metrics", from: World.console()).status == .notFound)
        let console = try World.console(metrics: { "up 1\n" })
        #expect(try await World.get("/metrics/x", from: console).status == .notFound)
    }
}
