import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import SlipwayConsole
import SlipwayCore
import Testing

@Suite("The console's pages")
struct PageTests {
    @Test("The overview counts open launches by pool and state, and shows the latest launches with their reasons")
    func overview() async throws {
        let closed = LaunchState.closed(LaunchOutcome(kind: .failed, reason: "the subnet has no addresses left"))
        let reader = MemoryReader(
            launches: [
                World.launch(1), World.launch(2), World.launch(3, state: .busy(JobRequestID(rawValue: 3))),
                World.launch(4, pool: 9, state: closed),
            ], names: [PoolID(rawValue: 7): "ecs-linux", PoolID(rawValue: 9): "ecs-arm"])
        let page = try await World.get("/", from: World.console(reader)).text

        #expect(page.contains(#"<th scope="row">ecs-linux</th><td class="number">2</td>"#))
        #expect(page.contains(#"<th scope="row">ecs-arm</th><td class="number">0</td>"#))
        #expect(page.contains(#"<a class="id" href="/launches/abc123-9-4-1">abc123-9-4-1</a>"#))
        #expect(page.contains(#"<span class="state failed">failed</span>"#))
        #expect(page.contains("the subnet has no addresses left"))
        #expect(page.contains("nightly · 20251124.1 · Build"))
        #expect(page.contains("job request 1 waits"))
        #expect(!page.contains("{{") && !page.contains("Optional("))
    }

    @Test("An empty overview says what would fill it")
    func empty() async throws {
        let page = try await World.get("/", from: World.console()).text
        #expect(page.contains("A job that waits in a pool makes one."))
        #expect(!page.contains("<table>") && !page.contains("Not ready"))
    }

    @Test("Fifty launches are shown at most, the newest")
    func manyLaunches() async throws {
        let reader = MemoryReader(launches: (1...80).map { World.launch($0) })
        let page = try await World.get("/", from: World.console(reader)).text
        #expect(page.components(separatedBy: "href=\"/launches/").count - 1 == 50)
        #expect(page.contains("abc123-7-80-1") && page.contains("abc123-7-31-1") && !page.contains("abc123-7-30-1"))
    }

    @Test("What is not ready is told on top, with the reason")
    func notReady() async throws {
        let check = ReadinessCheck(name: "azure-devops") { "the token has expired; make a new one" }
        let page = try await World.get("/", from: World.console(checks: [check])).text
        #expect(page.contains("azure-devops: the token has expired; make a new one"))
    }

    @Test("A launch's page shows its ledger records in order, with their facts")
    func launch() async throws {
        let launch = World.launch(5)
        let reader = MemoryReader(launches: [launch], records: World.records(of: launch))
        let response = try await World.get("/launches/abc123-7-5-1", from: World.console(reader))
        let page = response.text
        #expect(response.status == .ok)
        let planned = try #require(page.range(of: "<strong>launch.planned</strong>"))
        let starting = try #require(page.range(of: "<strong>launch.starting</strong>"))
        #expect(planned.lowerBound < starting.lowerBound)
        #expect(page.contains("<dt>problem</dt><dd>no capacity &lt;in&gt; Spot</dd>"))
        #expect(page.contains("<dt>attempt</dt><dd>2</dd>") && page.contains("<dt>retried</dt><dd>yes</dd>"))
        #expect(page.contains("<dt>Agent task</dt>") == false)
    }

    @Test(
        "A launch that isn't there is 404, for a browser as a page",
        arguments: ["abc123-7-999-1", "..%2F..%2Fetc", "%00", "a%20b"])
    func unknownLaunch(id: String) async throws {
        let console = try World.console()
        let page = try await World.get("/launches/\(id)", from: console, headers: [.accept: "text/html,*/*"])
        #expect(page.status == .notFound)
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.text.contains("There is no launch with this id."))
        let problem = try await World.get("/launches/\(id)", from: console)
        #expect(problem.headers[.contentType] == "application/problem+json")
    }

    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;",
        // Each dangerous character as part of a grapheme cluster.
        "\"\u{301} onmouseover=alert(1) x=\"\u{301}", "<\u{301}script>", "'\u{20E3}", "&\u{FE0F}amp;",
        "a\u{0}b\u{7}c\u{1B}[31m", "good\u{202E}live\u{2066}", "{{title}}", "{{{style}}}", "]]>", "--><b>",
    ]

    @Test("Names from outside can't become markup, nor turn the text around them", arguments: hostile)
    func escaping(name: String) async throws {
        let origin = JobOrigin(pipelineName: name, runName: name, jobName: name)
        let launch = World.launch(6, origin: origin)
        let reader = MemoryReader(
            launches: [launch], records: World.records(of: launch), names: [PoolID(rawValue: 7): name])
        let console = try World.console(reader, checks: [ReadinessCheck(name: name) { name }])
        for path in ["/", "/launches/abc123-7-6-1"] {
            let page = try await World.get(path, from: console).text
            let clean = try await World.get(path, from: cleanConsole()).text
            // The markup is that of the same page with harmless names.
            #expect(Self.markup(page) == Self.markup(clean), "\(path)")
            let disruptive = page.unicodeScalars.filter {
                ($0.value < 0x20 && $0 != "\n") || (0x202A...0x202E).contains($0.value)
                    || (0x2066...0x2069).contains($0.value)
            }
            #expect(disruptive.isEmpty)
        }
    }

    private func cleanConsole() throws -> Console {
        let launch = World.launch(6, origin: JobOrigin(pipelineName: "a", runName: "a", jobName: "a"))
        let reader = MemoryReader(
            launches: [launch], records: World.records(of: launch), names: [PoolID(rawValue: 7): "a"])
        return try World.console(reader, checks: [ReadinessCheck(name: "a") { "a" }])
    }

    /// The tags of a page in order, read scalar by scalar, as a browser does.
    private static func markup(_ page: String) -> [String] {
        var tags: [String] = []
        var tag: String.UnicodeScalarView?
        for scalar in page.unicodeScalars {
            if scalar == "<" { tag = .init() }
            tag?.append(scalar)
            if scalar == ">", let whole = tag {
                tags.append(String(whole))
                tag = nil
            }
        }
        return tags
    }

    @Test("A name of great length is cut")
    func longName() async throws {
        let origin = JobOrigin(pipelineName: String(repeating: "n", count: 100_000))
        let page = try await World.get(
            "/", from: World.console(MemoryReader(launches: [World.launch(7, origin: origin)])))
        #expect(page.text.utf8.count < 20_000)
    }

    @Test(
        "Every response keeps the browser from loading, running or framing anything",
        arguments: [
            "/", "/nothing", "/api/v1/launches", "/healthz", "/launches/none",
        ])
    func headers(path: String) async throws {
        let response = try await World.get(path, from: World.console())
        let policy = try #require(response.headers[.contentSecurityPolicy])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("script-src"))
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(response.headers[HTTPField.Name("X-Frame-Options")!] == "DENY")
        #expect(response.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
    }

    @Test("The policy admits the page's style sheet, and the page refers to nothing elsewhere")
    func styleHash() async throws {
        let response = try await World.get("/", from: World.console())
        let page = response.text
        let start = try #require(page.range(of: "<style>")).upperBound
        let end = try #require(page.range(of: "</style>")).lowerBound
        let hash = Data(SHA256.hash(data: Array(page[start..<end].utf8))).base64EncodedString()
        #expect(response.headers[.contentSecurityPolicy]?.contains("'sha256-\(hash)'") == true)
        #expect(
            !page.contains("http://") && !page.contains("https://") && !page.contains("<script")
                && !page.contains("style="))
    }

    @Test("When the store can't be read, the page says so and nothing of the inside")
    func unreadable() async throws {
        let console = try World.console(MemoryReader(isBroken: true))
        let page = try await World.get("/", from: console, headers: [.accept: "text/html"])
        #expect(page.status == .serviceUnavailable)
        #expect(page.text.contains("The store can&#39;t be read") && !page.text.contains("Broken"))
    }
}
