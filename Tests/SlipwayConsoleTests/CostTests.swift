import Foundation
import HTTPTypes
import HummingbirdTesting
import SlipwayConsole
import Testing

@testable import SlipwayCore

@Suite("Costs, as the API and the page show them")
struct CostTests {
    private static let month = Month(World.now)

    /// Two launches of an hour of a project each, and one whose cost is not known.
    private static let reader = MemoryReader(
        usage: MemoryUsage(groups: [
            UsageGroup(key: "P-1", usage: .known(MemoryUsage.unit, seconds: 3_600), launches: 2),
            UsageGroup(key: nil, usage: .unknown(.sizeNotTold), launches: 1),
        ]), projectNames: ["P-1": "Fabrikam <b>"])

    private func engine(_ month: Month) -> StandingEngine {
        let budget = Budget(project: "Fabrikam", monthly: Money(nanos: 4 * Money.nanosPerUnit), when: .hold)
        return StandingEngine(
            state: LiveState(
                budgets: BudgetReading(
                    month: month,
                    uses: [BudgetUse(budget: budget, project: "p-1", spent: Money(nanos: 5 * Money.nanosPerUnit))])))
    }

    private func object(_ path: String, _ console: Console) async throws -> [String: Any] {
        let response = try await World.get(path, from: console)
        #expect(response.status == .ok, "\(response.text)")
        return try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
    }

    @Test("The API has the present month by project, unless another is asked for")
    func api() async throws {
        let console = try World.console(Self.reader, live: engine(Self.month))
        let costs = try await object("/api/v1/costs", console)
        #expect(costs["by"] as? String == "project" && costs["month"] as? String == Self.month.description)
        #expect(costs["priceBook"] as? String == "built-in" && costs["currency"] as? String == "USD")
        let row = try #require((costs["rows"] as? [[String: Any]])?.first)
        #expect(row["name"] as? String == "Fabrikam <b>" && row["cost"] as? String == "2.000000000")
        let total = try #require(costs["total"] as? [String: Any])
        #expect(total["launches"] as? Int == 3 && total["unknown"] as? Int == 1)
        let other = try await object("/api/v1/costs?by=day&month=2024-02", console)
        #expect((other["rows"] as? [Any])?.isEmpty == true)
        let first = try await World.get("/api/v1/costs", from: console)
        let tag = try #require(first.headers[.eTag])
        let again = try await World.get("/api/v1/costs", from: console, headers: [.ifNoneMatch: tag])
        #expect(again.status == .notModified)
    }

    @Test("A budget is used as the engine says in its month, and by the launches of any other")
    func budgets() async throws {
        func percent(_ looked: Month, _ query: String) async throws -> Int? {
            let costs = try await object("/api/v1/costs" + query, World.console(Self.reader, live: engine(looked)))
            return (costs["budgets"] as? [[String: Any]])?.first?["percent"] as? Int
        }
        #expect(try await percent(Self.month, "") == 125)
        #expect(try await percent(Self.month.next, "?by=pipeline") == 50)
        #expect(try await object("/api/v1/costs", World.console(Self.reader))["budgets"] == nil)
    }

    @Test("A budget of launches whose cost is not known is never said to be kept to")
    func unpriced() async throws {
        func page(_ spent: Int64, _ unknown: Int64) async throws -> String {
            let budget = Budget(project: "Fabrikam", monthly: Money(nanos: 4 * Money.nanosPerUnit), when: .hold)
            let use = BudgetUse(
                budget: budget, project: "p-1", spent: Money(nanos: spent * Money.nanosPerUnit), unknown: unknown)
            let engine = StandingEngine(
                state: LiveState(budgets: BudgetReading(month: Self.month, uses: [use])))
            return try await World.get("/costs", from: World.console(Self.reader, live: engine)).text
        }
        #expect(try await page(1, 0).contains(">within it<"))
        #expect(try await page(1, 7).contains(">within it as far as is known; not known for 7 launches<"))
        let unknown = try await page(0, 7)
        #expect(unknown.contains(">not known for 7 launches<") && unknown.contains(#"data-label="Used">not known<"#))
        #expect(try await page(5, 7).contains("spent: no agents are started for it this month"))
        var reader = Self.reader
        reader.usage.groups = [UsageGroup(key: "P-1", usage: .unknown(.sizeNotTold), launches: 3)]
        let costs = try await World.get("/costs", from: World.console(reader)).text
        #expect(costs.contains(#"data-label="Cost (USD)">not known<"#) && !costs.contains(">0.00<"))
        let other = try await object(
            "/api/v1/costs", World.console(reader, live: engine(Self.month.next)))
        #expect((other["budgets"] as? [[String: Any]])?.first?["unknown"] as? Int == 3)
    }

    @Test("Pools are shown by their names")
    func pools() async throws {
        var reader = Self.reader
        reader.names = [PoolID(rawValue: 7): "ecs <linux>"]
        reader.usage.groups = ["7", "9"].map {
            UsageGroup(key: $0, usage: .known(MemoryUsage.unit, seconds: 3_600), launches: 1)
        }
        let page = try await World.get("/costs?by=pool", from: World.console(reader)).text
        #expect(page.contains(">ecs &lt;linux&gt;</a>") && page.contains(">9</a>"))
        let rows = try await object("/api/v1/costs?by=pool", World.console(reader))["rows"] as? [[String: Any]]
        #expect(rows?.compactMap { $0["name"] as? String } == ["ecs <linux>"])
    }

    @Test(
        "A wrong question is a problem",
        arguments: ["by=moon", "month=2026-13", "month=2026-+1", "month=x", "month=", "from=2026-01", "by=day&by=day"])
    func wrong(query: String) async throws {
        let response = try await World.get("/api/v1/costs?\(query)", from: World.console(Self.reader))
        #expect(response.status == .badRequest)
        #expect(response.headers[.contentType] == "application/problem+json")
    }

    @Test("A month that takes long is said to be under way, and keeps no other page waiting")
    func slow() async throws {
        let console = try World.console(MemoryReader(isSlow: true))
        let response = try await World.get("/api/v1/costs", from: console)
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "5")
        #expect(response.text.contains(#""code":"underway""#))
        let page = try await World.get("/costs", from: console, headers: [.accept: "text/html"])
        #expect(page.text.contains("It goes on meanwhile") || page.text.contains("it goes on meanwhile"))
        #expect(try await World.get("/", from: console).status == .ok)
    }

    @Test("The page has the table, the total, the budgets and what the figures are, and is linked everywhere")
    func page() async throws {
        let console = try World.console(Self.reader, live: engine(Self.month))
        let page = try await World.get("/costs?by=&month=", from: console).text
        #expect(page.contains("Fabrikam &lt;b&gt;") && page.contains(">2.00<") && page.contains("not known"))
        #expect(page.contains("An estimate") && page.contains("the price book that is built in"))
        #expect(page.contains("prices as of 2025-11-01"))
        #expect(page.contains("spent: no agents are started for it this month") && page.contains("125"))
        #expect(page.contains(#"<option value="2025-11" selected>2025-11</option>"#))
        #expect(page.contains(#"href="/costs?by=project&amp;month=2025-10""#) && !page.contains("Month after"))
        #expect(page.contains(#"href="/launches?project=P-1&amp;since=2025-11-01T00%3A00%3A00.000Z"#))
        #expect(!page.contains("{{") && !page.contains("Optional("))
        #expect(try await World.get("/", from: console).text.contains(#"<a href="/costs">Costs</a>"#))
    }

    @Test("A row for each of very many pipelines would be no page: the dearest are shown, the others added up")
    func many() async throws {
        var reader = Self.reader
        reader.usage.groups = (1...300).map {
            UsageGroup(key: "p/\($0)", usage: .known(MemoryUsage.unit, seconds: 3_600), launches: 1)
        }
        let page = try await World.get("/costs?by=pipeline", from: World.console(reader)).text
        #expect(page.contains("100 others") && page.contains(">300.00<"))
        #expect(page.utf8.count < 150_000)
    }
}
