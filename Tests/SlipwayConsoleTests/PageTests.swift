import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import SlipwayConsole
@testable import SlipwayCore

@Suite("The console's pages")
struct PageTests {
    @Test("The overview shows what each profile has, what waits and why, and the latest launches with their reasons")
    func overview() async throws {
        let closed = LaunchState.closed(LaunchOutcome(kind: .failed, reason: "the subnet has no addresses left"))
        let figures = LaunchFigures(
            since: World.now, until: World.now, made: 17, madePerMinute: [0, 2, 1],
            outcomes: [.ran: 5, .failed: 40, .lost: 1],
            phases: [try #require(PhaseFigures(.running, milliseconds: [61_000]))],
            failures: [
                .init(reason: "no <room>", count: 3, launch: World.launch(4, pool: 9).id, at: World.now)
            ])
        let reader = MemoryReader(
            launches: [
                World.launch(1), World.launch(3, state: .busy(JobRequestID(rawValue: 3))),
                World.launch(4, pool: 9, state: closed),
            ], names: [PoolID(rawValue: 7): "ecs-linux", PoolID(rawValue: 9): "ecs-arm"], figures: figures)
        let page = try await World.get("/", from: World.console(reader, live: StandingEngine.busy)).text

        #expect(page.contains(#"<span class="value pending">1 + ?</span><span class="name">waiting</span>"#))
        #expect(page.contains(#"<span class="value busy">3</span><span class="name">busy</span>"#))
        #expect(page.contains(#"<td class="number" data-label="Launches">38</td><td class="text">other reasons</td>"#))
        #expect(page.contains("FARGATE_SPOT (left out, again in 1 min)"))
        #expect(page.contains(#"<span class="state paused">paused</span> <span class="small">by ops: quota</span>"#))
        #expect(page.contains("profile large is paused") && page.contains("it could not be found"))
        #expect(page.contains(#"<strong class="count">17</strong> in the last hour"#))
        #expect(page.contains("1 min 1 s · 1 min 1 s") && page.contains("no &lt;room&gt;"))
        #expect(page.contains(#"<a class="id" href="/launches/abc123-9-4-1">abc123-9-4-1</a>"#))
        #expect(page.contains(#"<span class="state failed">failed</span>"#))
        #expect(page.contains("the subnet has no addresses left"))
        #expect(page.contains("nightly · 20251124.1 · Build"))
        #expect(page.contains("9c1d4a50") && page.contains("4 of 10 in use"))
        #expect(!page.contains("{{") && !page.contains("Optional("))
        #expect(!page.contains("<form class=\"order\""), "nobody can operate here")
    }

    @Test("An empty overview says what would fill it")
    func empty() async throws {
        let page = try await World.get("/", from: World.console()).text
        #expect(page.contains("A job that waits in a pool makes one."))
        #expect(!page.contains("<table>") && !page.contains("Not ready"))
    }

    @Test("What waits in pools that can't be read is not said to be none")
    func unknownWaiting() async throws {
        let pool = LiveState.Pool(
            name: "ecs-arm", id: PoolID(rawValue: 9), problem: "not reached", readAt: World.now,
            profiles: [LiveState.Profile(name: "small", waiting: 0, launches: ["busy": 2])])
        let engine = StandingEngine(state: LiveState(pools: [pool]))
        let page = try await World.get("/", from: World.console(live: engine)).text
        #expect(page.contains(#"<span class="value pending">?</span><span class="name">waiting</span>"#))
        #expect(page.contains(#"<span class="value busy">2</span>"#), "that the engine knows by itself")
        #expect(page.contains(#"data-label="waiting">?</td>"#))
        let nobody = try await World.get("/", from: World.console()).text
        #expect(nobody.contains(#"<span class="value busy">?</span>"#))
    }

    @Test("Notes say that jobs are served only where they are, and a drain is told once")
    func notesUnderProblems() async throws {
        let note = ReadinessCheck(name: "hooks", isNote: true) { "one is on probation" }
        let check = ReadinessCheck(name: "pool p") { "not reached" }
        let noted = try await World.get("/", from: World.console(checks: [note])).text
        #expect(noted.contains("Jobs are served, but:"))
        let unready = try await World.get("/", from: World.console(checks: [note, check])).text
        #expect(unready.contains("Not ready.") && !unready.contains("Jobs are served") && unready.contains("Also:"))
        var holds = OperatorHolds()
        holds.take(OperatorOrder(.drain, by: "ops", reason: "an upgrade"), at: World.now)
        let drain = try #require(holds.drainNote)
        let console = try World.console(
            checks: [note, ReadinessCheck(name: ReadinessCheck.drainedName) { drain }],
            live: StandingEngine(state: LiveState(holds: holds)))
        let drained = try await World.get("/", from: console).text
        #expect(drained.components(separatedBy: "an upgrade").count == 2)
        #expect(!drained.contains("Jobs are served") && !drained.contains("Not ready."))
    }

    @Test("What a launch costs stands on its page and in the API, or why that isn't known")
    func cost() async throws {
        var launch = World.launch(5, origin: JobOrigin(projectID: "be9b3917"))
        launch.agentTask = AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:111122223333:task/build-agents/c13b4cb4")
        launch.run = RunFacts(projectName: "Fabrikam <b>")
        var facts = AgentTaskFacts()
        facts.region = "r"
        facts.capacityProvider = "FARGATE"
        (facts.cpu, facts.memory) = (1_024, 1_024)
        facts.pullStartedAt = World.now
        facts.stoppedAt = World.now.adding(seconds: 3_600)
        launch.agentTaskFacts = facts
        let prices = PriceBook(
            currency: "USD", asOf: "2025-11-01",
            prices: [
                .init(
                    region: "r", platform: .linuxX86, vCPUHour: Money(nanos: Money.nanosPerUnit), gigabyteHour: .zero)
            ])
        let reader = MemoryReader(launches: [launch])
        let console = try World.console(reader, prices: prices)
        let page = try await World.get("/launches/abc123-7-5-1", from: console).text
        #expect(page.contains("Estimated cost</dt><dd>1.000000000 USD"))
        #expect(page.contains(">Fabrikam &lt;b&gt;</a>") && page.contains("/launches?project=be9b3917"))
        let answer = try await World.get("/api/v1/launches/abc123-7-5-1", from: console).text
        #expect(answer.contains(#""amount":"1.000000000""#) && answer.contains(#""billedSeconds":3600"#))
        let without = PriceBook(currency: "USD", asOf: "2025-11-01", prices: [])
        let unknown = try await World.get(
            "/launches/abc123-7-5-1", from: World.console(reader, prices: without)
        ).text
        #expect(unknown.contains("Estimated cost</dt><dd>unknown: the price book has no price"))
    }

    @Test("A job that waits leads to the launches that are made for it, and to what was decided")
    func launchesOfRequest() async throws {
        let page = try await World.get("/", from: World.console(live: StandingEngine.busy)).text
        #expect(page.contains(#"<a href="/launches?request=4711">4711</a>"#))
        let console = try World.console(MemoryReader(launches: (1...9).map { World.launch($0) }))
        let list = try await World.get("/launches?request=3", from: console).text
        #expect(list.contains("/launches/abc123-7-3-1") && !list.contains("/launches/abc123-7-4-1"))
        #expect(list.contains(#"href="/ledger?subject=request-3""#) && list.contains(#"name="request" value="3""#))
        let none = try await World.get("/launches?request=4711", from: console).text
        #expect(none.contains("No launch was made for this job request, nor has run it."))
        let answer = try await World.get("/api/v1/launches?request=3", from: console).text
        #expect(answer.contains("abc123-7-3-1") && !answer.contains("abc123-7-4-1"))
        #expect(try await World.get("/api/v1/launches?run=x", from: console).status == .badRequest)
        #expect(try await World.get("/api/v1/launches?run=987654", from: console).text.contains(#""launches":[]"#))
    }

    @Test("A wrong filter is told above the form, which keeps what was typed")
    func wrongFilter() async throws {
        let response = try await World.get(
            "/launches?since=2026-02-30&profile=%3Cb%3E", from: World.console(), headers: [.accept: "text/html"])
        #expect(response.status == .badRequest)
        #expect(response.text.contains("The parameter since must be an instant in UTC"))
        #expect(response.text.contains(#"name="since" value="2026-02-30""#))
        #expect(response.text.contains(#"name="profile" value="&lt;b&gt;""#))
        #expect(!response.text.contains("No launch is like that."))
        let hint = try #require(response.text.firstMatch(of: /name="since"[^>]*placeholder="([^"]+)"/)?.output.1)
        #expect(try await World.get("/launches?since=\(hint)", from: World.console()).status == .ok)
    }

    @Test("A page that takes text is never loaded again by itself, and one that is followed can be halted")
    func noRefresh() async throws {
        let reader = MemoryReader(launches: [World.launch(1)])
        let watched = try World.console(reader)
        for path in ["/", "/launches/abc123-7-1-1", "/deliveries"] {
            let page = try await World.get(path, from: watched).text
            #expect(page.contains("http-equiv=\"refresh\"") && page.contains("Pause updates"), "\(path)")
        }
        for path in ["/launches", "/ledger"] {
            let page = try await World.get(path, from: watched).text
            #expect(!page.contains("http-equiv") && page.contains("Pause updates"), "\(path)")
        }
        let operated = try World.console(reader, operations: NotedOrders())
        for path in ["/", "/launches/abc123-7-1-1"] {
            let page = try await World.get(path, from: operated).text
            #expect(page.contains("name=\"reason\"") && !page.contains("http-equiv"), "\(path)")
        }
    }

    @Test(
        "Instants as people and browsers write them",
        arguments: [
            ("2026-11-27T08:00Z", 1_795_766_400_000), ("2026-11-27T08:00", 1_795_766_400_000),
            ("2026-11-27T08:00:00Z", 1_795_766_400_000), ("2026-11-27T08:00:00", 1_795_766_400_000),
            ("2026-11-27T08:00:00.5Z", 1_795_766_400_500), ("2026-11-27T08:00:00.123Z", 1_795_766_400_123),
            ("2026-11-27", 1_795_737_600_000), ("2024-02-29", 1_709_164_800_000), ("2026-12-31", 1_798_675_200_000),
            ("2026-02-30", nil), ("2026-02-29", nil), ("2026-04-31", nil), ("2026-11-27T24:00:00Z", nil),
            ("2026-11-27T08:60Z", nil), ("2026-11-27T08:00:60Z", nil), ("2026-11-27T08Z", nil), ("2026-11-27Z", nil),
            ("2026-11-27 08:00", nil), ("2026-11-27T08:00+01", nil), ("1969-12-31", nil), ("2026-11-2", nil), ("", nil),
            ("２０２６-11-27", nil), ("2026-11-27T08:00:00.1234Z", nil),
        ] as [(String, Int64?)])
    func instants(text: String, milliseconds: Int64?) throws {
        #expect(InstantText.read(text)?.milliseconds == milliseconds)
        // The document says the same, as far as a pattern can.
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.text.utf8)) as? [String: Any])
        let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]]
        let pattern = try #require(schemas?["ParameterInstant"]?["pattern"] as? String)
        #expect((text.range(of: pattern, options: .regularExpression) != nil) == (milliseconds != nil))
    }

    @Test("What is not ready is told on top, with the reason")
    func notReady() async throws {
        let check = ReadinessCheck(name: "azure-devops") { "the token has expired; make a new one" }
        let page = try await World.get("/", from: World.console(checks: [check])).text
        #expect(page.contains("azure-devops: the token has expired; make a new one"))
    }

    @Test("The list is filtered and paged by its address")
    func list() async throws {
        let reader = MemoryReader(launches: (1...80).map { World.launch($0) })
        let console = try World.console(reader)
        let page = try await World.get("/launches?limit=50&state=open&pool=", from: console).text
        #expect(page.components(separatedBy: "href=\"/launches/").count - 1 == 50)
        #expect(page.contains("abc123-7-80-1") && page.contains("abc123-7-31-1") && !page.contains("abc123-7-30-1"))
        #expect(page.contains(#"<option value="open" selected>open</option>"#))
        let next = try #require(page.firstMatch(of: /href="(\/launches\?[^"]+)" rel="next"/)?.output.1)
        let address = next.replacingOccurrences(of: "&amp;", with: "&")
        #expect(address.contains("state=open"))
        let second = try await World.get(address, from: console).text
        #expect(second.components(separatedBy: "href=\"/launches/").count - 1 == 30)
        #expect(second.contains(">Newest</a>") && !second.contains("rel=\"next\""))
    }

    @Test(
        "A list with nothing in it says so",
        arguments: [
            ("/launches", "None yet."), ("/launches?profile=none", "No launch is like that."),
            ("/deliveries", "None yet."), ("/ledger", "It is empty."),
            ("/ledger?subject=x", "No record is about that."),
        ])
    func emptyLists(path: String, text: String) async throws {
        let page = try await World.get(path, from: World.console()).text
        #expect(page.contains(text) && !page.contains("<table>"))
    }

    @Test("A launch's page shows its time to scale, its ledger records in order, and where it can be looked at")
    func launch() async throws {
        var launch = World.launch(
            5,
            origin: JobOrigin(
                projectID: "be9b3917-87e6-42a4-a549-2bc06a7a878f", pipelineName: "nightly", runID: 4_177, jobID: "job-1"
            ))
        launch.runningAt = launch.createdAt.adding(seconds: 500)
        launch.agentTask = AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:111122223333:task/build-agents/c13b4cb4")
        launch.agentTaskStop = AgentTaskStop(reason: "OOM <killed>", code: "EssentialContainerExited", exitCode: 137)
        let reader = MemoryReader(
            launches: [launch], records: World.records(of: launch), deliveries: [World.delivery(3)])
        let response = try await World.get("/launches/abc123-7-5-1", from: World.console(reader))
        let page = response.text
        #expect(response.status == .ok)
        let planned = try #require(page.range(of: "<strong>launch.planned</strong>"))
        let starting = try #require(page.range(of: "<strong>launch.starting</strong>"))
        #expect(planned.lowerBound < starting.lowerBound)
        #expect(page.contains("<dt>problem</dt><dd>no capacity &lt;in&gt; Spot</dd>"))
        #expect(page.contains("<dt>attempt</dt><dd>2</dd>") && page.contains("<dt>retried</dt><dd>yes</dd>"))
        // 500 of 995 seconds.
        #expect(page.contains(#"<rect class="stage-starting" x="0" y="0" width="502" height="10"/>"#))
        #expect(page.contains(#"aria-label="Starting: 8 min 20 s of 16 min""#))
        #expect(page.contains("Registering") && page.contains("8 min 15 s so far"))
        #expect(page.contains("OOM &lt;killed&gt; (EssentialContainerExited)"))
        let run = "https://dev.azure.com/fabrikam/be9b3917-87e6-42a4-a549-2bc06a7a878f/_build/results?buildId=4177"
        #expect(page.contains("href=\"\(run)&amp;view=logs&amp;j=job-1\""))
        let agentTask = "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/build-agents/tasks/c13b4cb4"
        #expect(page.contains("href=\"\(agentTask)/logs?region=eu-west-1\""))
        #expect(page.contains("/ledger?subject=delivery-3"))
    }

    @Test("Ids that are none lead nowhere", arguments: ["\"><script>", "a/b", "x y", "..", "é"])
    func hostileIDs(id: String) async throws {
        var launch = World.launch(5, origin: JobOrigin(projectID: id, pipelineName: "n", runID: 1, jobID: id))
        launch.agentTask = AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:1:task/\(id)/\(id)")
        let page = try await World.get(
            "/launches/abc123-7-5-1", from: World.console(MemoryReader(launches: [launch]))
        ).text
        #expect(!page.contains("_build/results") && !page.contains("console.aws.amazon.com"))
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
            launches: [launch], records: World.records(of: launch), deliveries: [Self.delivery(name)],
            names: [PoolID(rawValue: 7): name], figures: Self.figures(name))
        let console = try World.console(
            reader, checks: [ReadinessCheck(name: name) { name }], live: Self.engine(name),
            expiries: [Expiry(name: name, at: World.now)])
        for path in ["/", "/launches", "/launches/abc123-7-6-1", "/deliveries", "/ledger"] {
            let page = try await World.get(path, from: console).text
            let clean = try await World.get(path, from: cleanConsole()).text
            // The markup is that of the same page with harmless names; what links carry is percent-encoded.
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
            launches: [launch], records: World.records(of: launch), deliveries: [Self.delivery("a")],
            names: [PoolID(rawValue: 7): "a"], figures: Self.figures("a"))
        return try World.console(
            reader, checks: [ReadinessCheck(name: "a") { "a" }], live: Self.engine("a"),
            expiries: [Expiry(name: "a", at: World.now)])
    }

    private static func delivery(_ text: String) -> RecordedDelivery {
        var facts = LedgerFacts()
        for name in ["reason", "eventType", "source"] { facts[name] = .text(text) }
        return RecordedDelivery(
            number: 1, receivedAt: World.now, disposition: .rejected, duplicateOf: nil, facts: facts.canonicalJSON)
    }

    private static func figures(_ text: String) -> LaunchFigures {
        LaunchFigures(
            since: World.now, until: World.now,
            failures: [.init(reason: text, count: 1, launch: World.launch(1).id, at: World.now)])
    }

    private static func engine(_ text: String) -> StandingEngine {
        var holds = OperatorHolds()
        holds.take(OperatorOrder(.drain, by: text, reason: text), at: World.now)
        holds.take(OperatorOrder(.pauseProfile(ProfileKey(pool: text, profile: text)), by: text), at: World.now)
        return StandingEngine(
            state: LiveState(
                pools: [
                    LiveState.Pool(
                        name: text, problem: text, placeholderNote: text,
                        profiles: [LiveState.Profile(name: text, rungs: [LiveState.Rung(placement: text)])],
                        waitingCount: 1,
                        waiting: [
                            LiveState.WaitingJob(
                                request: JobRequestID(rawValue: 1), profile: text,
                                origin: JobOrigin(pipelineName: text), decision: "hold", reason: text)
                        ])
                ], hooks: LiveState.Hooks(isWatched: true, problem: text), holds: holds))
    }

    /// The tags of a page in order, read scalar by scalar, as a browser does.
    private static func markup(_ page: String) -> [String] {
        var tags: [String] = []
        var tag: String.UnicodeScalarView?
        for scalar in page.unicodeScalars {
            if scalar == "<" { tag = .init() }
            tag?.append(scalar)
            if scalar == ">", let whole = tag {
                // A link's query is percent-encoded, a label says what the cell does.
                tags.append(
                    String(whole).replacing(/(profile|subject)=[A-Za-z0-9%._~-]*/, with: "")
                        .replacing(/(aria-label|title)="[^"<>]*"/, with: ""))
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
            "/", "/nothing", "/api/v1/launches", "/healthz", "/launches/none", "/launches", "/ledger",
        ])
    func headers(path: String) async throws {
        let response = try await World.get(path, from: World.console())
        let policy = try #require(response.headers[.contentSecurityPolicy])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(policy.contains("script-src 'self';") && policy.contains("form-action 'self';"))
        #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("sha256"))
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(response.headers[HTTPField.Name("X-Frame-Options")!] == "DENY")
        #expect(response.headers[HTTPField.Name("Referrer-Policy")!] == "same-origin")
    }

    @Test("A page refers to its style sheet and its script, and to nothing elsewhere; both may be kept for ever")
    func assets() async throws {
        let console = try World.console()
        let page = try await World.get("/", from: console).text
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("style="))
        #expect(!page.contains("<style") && page.matches(of: /<script/).count == 1)
        #expect(page.matches(of: #/ on[a-z]+=/#).isEmpty)
        let paths = page.matches(of: /(?:href|src)="(\/assets\/[^"]+)"/).map { String($0.output.1) }
        #expect(paths.count == 2)
        for path in paths {
            let asset = try await World.get(path, from: console)
            #expect(asset.status == .ok && asset.headers[.cacheControl]?.contains("immutable") == true)
            #expect(
                ["text/css; charset=utf-8", "text/javascript; charset=utf-8"].contains(asset.headers[.contentType]))
        }
    }

    @Test("When the store can't be read, the page says so and nothing of the inside")
    func unreadable() async throws {
        let console = try World.console(MemoryReader(isBroken: true))
        let page = try await World.get("/", from: console, headers: [.accept: "text/html"])
        #expect(page.status == .serviceUnavailable)
        #expect(page.text.contains("The store can't be read") && !page.text.contains("Broken"))
    }
}
