import Logging
import SlipwayCore
import Synchronization
import Testing

@testable import SlipwayEngine

/// Projects that have spent what they may.
@Suite struct BudgetTests {
    private static let unit = UsageUnit(
        region: "r", capacity: "FARGATE", platform: .linuxX86, cpu: 1_024, memory: 1_024, storage: 20)
    /// One unit of money an hour.
    private static let prices = PriceBook(
        currency: "USD", asOf: "2026-01-01",
        prices: [
            .init(
                region: "r", platform: .linuxX86, vCPUHour: Money(nanos: Money.nanosPerUnit), gigabyteHour: .zero)
        ])

    /// What the store says was used, and the projects there are.
    private final class Books: UsagePort, ProjectPort {
        let hours = Mutex<Int64>(0)
        let spans = Mutex<[(Timestamp, Timestamp)]>([])

        func usage(
            by dimension: CostDimension, from start: Timestamp, to end: Timestamp
        ) async throws(StoreError) -> [UsageGroup] {
            spans.withLock { $0.append((start, end)) }
            let seconds = hours.withLock { $0 } * 3_600
            return [UsageGroup(key: "P", usage: .known(BudgetTests.unit, seconds: seconds), launches: 1)]
        }

        func projectID(of nameOrID: String) async throws(PortError) -> String? { nameOrID == "Fabrikam" ? "P" : nil }
    }

    private func run(
        _ when: Budget.WhenSpent, hours: Int64, _ body: @Sendable (Harness, Books) async throws -> Void
    ) async throws -> Harness {
        let harness = Harness()
        let books = Books()
        books.hours.withLock { $0 = hours }
        let policy = BudgetPolicy(
            budgets: [
                Budget(project: "Fabrikam", monthly: Money(nanos: 10 * Money.nanosPerUnit), when: when),
                Budget(project: "nobody", monthly: Money(nanos: 1), when: when),
            ], prices: Self.prices, usage: books, projects: books)
        let engine = harness.makeEngine(budgets: policy)
        try await harness.run(engine) { _ in try await body(harness, books) }
        return harness
    }

    private func budgetRecords(_ harness: Harness) -> [LedgerFacts.Fact?] {
        harness.store.records.filter { $0.kind == "budget.reached" }.map { $0.factsByName?["percent"] }
    }

    @Test func aProjectThatHasSpentItsBudgetWaitsWithAReasonUntilTheMonthIsOver() async throws {
        let harness = try await run(.hold, hours: 11) { harness, books in
            _ = await harness.passes(seconds: 2) { false }
            harness.world.queue(1)
            _ = await harness.passes(seconds: 130) { false }
            #expect(harness.world.with { $0.runTaskCalls } == 0)
            books.hours.withLock { $0 = 0 }
            await harness.expect(within: 200) { harness.world.ranAll }
        }
        let holds = harness.store.records.filter { $0.kind == "decision.hold" }
        #expect(holds.count == 1, "the reason is the same all month")
        #expect(holds.first?.facts.contains("its project has spent its budget of 10.00 USD for ") == true)
        #expect(budgetRecords(harness) == [.integer(80), .integer(100)])
    }

    @Test func aWarningHoldsNothing() async throws {
        let harness = try await run(.warn, hours: 11) { harness, _ in
            _ = await harness.passes(seconds: 2) { false }
            harness.world.queue(1)
            await harness.expect(within: 60) { harness.world.ranAll }
        }
        #expect(budgetRecords(harness) == [.integer(80), .integer(100)])
    }

    @Test func aLaunchThatIsClosedLeavesWhatItCost() async throws {
        let harness = try await run(.warn, hours: 0) { harness, _ in
            harness.world.queue(1)
            await harness.expect(within: 120) { harness.store.launches.first?.isOpen == false }
        }
        let closings = harness.store.records.filter { $0.kind == "launch.closed" }
        #expect(closings.count == 1)
        let facts = closings.first?.factsByName
        #expect(facts?["cost"] != nil || facts?["costUnknown"] != nil)
        let others = harness.store.records.filter { $0.kind != "launch.closed" }
        #expect(others.allSatisfy { $0.factsByName?["costUnknown"] == nil && $0.factsByName?["cost"] == nil })
    }

    @Test func fourFifthsAreToldOnceAlsoAfterARestart() async throws {
        let harness = try await run(.hold, hours: 8) { harness, books in
            _ = await harness.passes(seconds: 70) { false }
            #expect(books.spans.withLock { $0.count } >= 2)
            let month = Month(harness.time.now())
            #expect(books.spans.withLock { $0.allSatisfy { $0 == month.start && $1 == month.end } })
        }
        #expect(budgetRecords(harness) == [.integer(80)])
        let policy = BudgetPolicy(
            budgets: [Budget(project: "Fabrikam", monthly: Money(nanos: 10 * Money.nanosPerUnit), when: .hold)],
            prices: Self.prices, usage: Books(), projects: Books())
        let again = Books()
        again.hours.withLock { $0 = 9 }
        let restarted = harness.makeEngine(
            budgets: BudgetPolicy(budgets: policy.budgets, prices: Self.prices, usage: again, projects: again))
        try await harness.run(restarted) { _ in _ = await harness.passes(seconds: 3) { false } }
        #expect(budgetRecords(harness) == [.integer(80)])
    }
}
