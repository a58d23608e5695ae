import Foundation
import HTTPTypes
import HummingbirdTesting
import SlipwayConsole
import Testing

@Suite("Who may see the console")
struct AccessTests {
    static let token = "a-token-of-some-length"

    @Test(
        "It doesn't listen where others can reach it without a token",
        arguments: [
            "0.0.0.0", "::", "192.0.2.1", "slipway.example.com", "127.0.0.1.example.com", "2001:db8::1", "",
        ])
    func tokenNeeded(host: String) throws {
        let error = #expect(throws: ConsoleError.self) { try World.console(configure: { $0.host = host }) }
        #expect(error?.code == .tokenNeeded)
        _ = try World.console(configure: {
            $0.host = host
            $0.token = Self.token
        })
    }

    @Test("On this machine's own addresses it needs none", arguments: ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
    func loopback(host: String) throws {
        _ = try World.console(configure: { $0.host = host })
    }

    @Test(
        "A token that can be guessed or can't be sent is refused",
        arguments: ["", "short", "with white space here", "ends-with-a-line-break\n"])
    func unusableToken(token: String) {
        let error = #expect(throws: ConsoleError.self) { try World.console(configure: { $0.token = token }) }
        #expect(error?.code == .invalidToken)
        #expect(error?.message.contains("with white space here") == false)
    }

    @Test(
        "With a token nothing but /healthz is shown without it",
        arguments: ["/", "/launches/x", "/api/v1/launches", "/readyz", "/nothing"])
    func withoutToken(path: String) async throws {
        let console = try World.console(configure: { $0.token = Self.token })
        let wrong = "wrong-token-0123456789"
        for value in [nil, "Bearer \(wrong)", "Bearer", "Basic !!!", "Basic \(base64("x:\(wrong)"))", Self.token] {
            var headers = HTTPFields()
            headers[.authorization] = value
            let response = try await World.get(path, from: console, headers: headers)
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true)
        }
        #expect(try await World.get("/healthz", from: console).status == .ok)
    }

    @Test("The page that asks for a token says what is wrong, leads to what was wanted, and to nothing elsewhere")
    func signIn() async throws {
        let console = try World.console(configure: { $0.token = Self.token })
        func page(_ path: String, _ authorization: String? = nil) async throws -> String {
            var headers: HTTPFields = [.accept: "text/html"]
            headers[.authorization] = authorization
            return try await World.get(path, from: console, headers: headers).text
        }
        #expect(try await page("/launches?state=open&limit=5").contains("No token was sent."))
        #expect(
            try await page("/launches?state=open&limit=5").contains(
                #"<a href="/launches?state=open&amp;limit=5">Sign in</a>"#))
        #expect(try await page("/", "Basic \(base64("x:wrong-token"))").contains("none of the console&#39;s tokens"))
        for path in ["//evil.example.com/", "/\\evil.example.com"] {
            #expect(try await !page(path).contains(">Sign in</a>"))
        }
        let style = try #require(try await page("/").firstMatch(of: /href="(\/assets\/[^"]+css)"/)?.output.1)
        #expect(try await World.get(String(style), from: console).status == .ok)
    }

    @Test("The token is taken as a bearer's, and as a password of any user")
    func withToken() async throws {
        let console = try World.console(configure: { $0.token = Self.token })
        for value in ["Bearer \(Self.token)", "bearer \(Self.token)", "Basic \(base64("anna:\(Self.token)"))"] {
            #expect(try await World.get("/", from: console, headers: [.authorization: value]).status == .ok)
        }
    }

    @Test(
        "Without a token, a page of a foreign name that resolves to this machine gets nothing",
        arguments: [
            ("localhost:8080", true), ("127.0.0.1:8080", true), ("[::1]:8080", true), ("LOCALHOST", true),
            ("127.0.0.1", true),
            ("evil.example.com:8080", false), ("evil.example.com", false), ("127.0.0.1.evil.example.com", false),
            ("localhost.evil.example.com", false), ("localhost:80@evil.example.com", false), ("[::1", false),
            ("", false),
        ])
    func rebinding(host: String, isServed: Bool) async throws {
        let answer = try await ListeningConsole.exchange("GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 ") == isServed)
        #expect(answer.contains("Jobs and agents now") == isServed)
    }

    @Test("No description of the configuration shows the token")
    func redacted() {
        var configuration = ConsoleConfiguration()
        configuration.token = Self.token
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(Self.token))
        }
    }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
