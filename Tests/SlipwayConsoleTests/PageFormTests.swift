import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SlipwayConsole
import SlipwayCore
import Synchronization
import Testing

@Suite("The pages' forms")
struct PageFormTests {
    private func send(_ fields: String, to console: Console, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await console.application.test(.router) { [headers] client in
            try await client.execute(uri: "/operate", method: .post, headers: headers, body: ByteBuffer(string: fields))
        }
    }

    private func token(_ console: Console) async throws -> String {
        let page = try await World.get("/", from: console).text
        return String(try #require(page.firstMatch(of: /name="form" value="([a-z0-9]+)"/)?.output.1))
    }

    @Test("A form of the page operates and leads back, without any script")
    func operates() async throws {
        let engine = NotedOrders()
        let console = try World.console(live: StandingEngine.busy, operations: engine)
        let form = try await token(console)
        let response = try await send("form=\(form)&back=%2F&action=drain&reason=the+cluster+moves", to: console)
        let location = try #require(response.headers[.location])
        #expect(response.status == .seeOther && location.hasPrefix("/?done="))
        #expect(try await World.get(location, from: console).text.contains(">Done. <span"))
        #expect(try await !World.get("/?done=other", from: console).text.contains(">Done. <span"))
        let order = try #require(engine.orders.withLock { $0.first })
        #expect(order == OperatorOrder(.drain, by: "loopback", reason: "the cluster moves"))
        _ = try await send(
            "form=\(form)&back=/launches/a-1&action=pauseProfile&pool=ecs-linux&profile=small", to: console)
        #expect(
            engine.orders.withLock { $0.last?.action }
                == .pauseProfile(ProfileKey(pool: "ecs-linux", profile: "small")))
    }

    @Test(
        "Without the token of this start, or with that of another, nothing is done",
        arguments: ["", "form=x&", "form=&"])
    func token(form: String) async throws {
        let engine = NotedOrders()
        let console = try World.console(operations: engine)
        let response = try await send("\(form)action=drain", to: console)
        #expect(response.status == .forbidden)
        let other = try await token(World.console(operations: engine))
        #expect(try await send("form=\(other)&action=drain", to: console).status == .forbidden)
        #expect(engine.orders.withLock { $0.isEmpty })
    }

    @Test("A page of another origin that knows the token still changes nothing")
    func crossSite() async throws {
        let engine = NotedOrders()
        let console = try World.console(operations: engine)
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = "cross-site"
        let response = try await send("form=\(try await token(console))&action=drain", to: console, headers: headers)
        #expect(response.status == .forbidden && engine.orders.withLock { $0.isEmpty })
    }

    @Test(
        "It leads back to pages of ours alone",
        arguments: [
            "//evil.example.com", "https://evil.example.com", "/launches//evil.example.com", "/launches/\\evil", "x",
            "",
        ])
    func back(path: String) async throws {
        let console = try World.console(operations: NotedOrders())
        let encoded = try #require(path.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let response = try await send("form=\(try await token(console))&back=\(encoded)&action=resume", to: console)
        #expect(response.headers[.location]?.hasPrefix("/?done=") == true)
    }

    @Test(
        "Fields that aren't as they must be are refused",
        arguments: [
            "", "&action=explode", "&action=stop", "&action=stop&launch=%00", "&action=pauseProfile",
            "&action=drain&reason=%1b", "&action=drain&action=drain", "&action=drain&x=1",
        ])
    func fields(rest: String) async throws {
        let engine = NotedOrders()
        let console = try World.console(operations: engine)
        let response = try await send("form=\(try await token(console))" + rest, to: console)
        #expect([400, 404].contains(response.status.code))
        #expect(engine.orders.withLock { $0.isEmpty })
    }

    @Test("Who may only read sees no form")
    func readOnly() async throws {
        let secret = "a-token-that-reads-only"
        let console = try World.console(operations: NotedOrders(), configure: { $0.token = secret })
        let page = try await World.get("/", from: console, headers: [.authorization: "Bearer \(secret)"]).text
        #expect(!page.contains("<form class=\"order\""))
    }

    @Test("A body that isn't as a form sends it is the caller's fault")
    func oddBody() async throws {
        let engine = NotedOrders()
        let console = try World.console(operations: engine)
        let form = try await token(console)
        let bodies = ["form=\(form)&action=drain&reason=a&reason=b", "form=\(form)&action=drain&reason=%ff"]
        for body in bodies { #expect(try await send(body, to: console).status == .badRequest) }
        for type in ["text/plain", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data"] {
            let response = try await console.application.test(.router) { client in
                try await client.execute(
                    uri: "/operate", method: .post, headers: [.contentType: type],
                    body: ByteBuffer(string: "form=\(form)&action=drain"))
            }
            #expect(response.status == .unsupportedMediaType)
        }
        #expect(engine.orders.withLock { $0.isEmpty })
    }

    @Test("A refused order leads back to the launch it is about")
    func refusedLeadsBack() async throws {
        let console = try World.console(operations: NotedOrders(refusal: OperatorRefusal(.busy, "it has a job")))
        let form = try await token(World.console(operations: NotedOrders()))
        let page = try await send(
            "form=\(form)&back=/launches/a-1&action=stop&launch=a-1", to: console, headers: [.accept: "text/html"])
        #expect(page.text.contains(#"<a href="/launches/a-1">Back</a>"#))
    }
}
