import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

/// The beginning of the ledger is removed, and the rest stays provable.
@Suite("Pruning")
struct PruningTests {
    private static let day = 86_400

    /// Ten days with a launch each, closed on the same day, and two deliveries, of which the second repeats the first day's.
    private func fill(_ store: SQLiteStore, open: Int? = nil) async throws {
        for number in 1...10 {
            let at = Sample.time.adding(seconds: number * Self.day)
            _ = try await store.record(Sample.delivery("event-\(number)", at: at))
            _ = try await store.record(Sample.delivery("event-1", at: at))
            let launch = Sample.launch(request: Int64(number), at: at)
            try await store.commit(Sample.opening(launch))
            let events = number == open ? Array(Sample.life.prefix(2)) : Sample.life
            for step in launch.transitions(events) { try await store.commit(LaunchBatch(step)) }
        }
    }

    private func plan(_ path: String, before number: Int) async throws -> PruningPlan {
        try await withReader(path) { reader in
            try await reader.pruningPlan(before: Sample.time.adding(seconds: number * Self.day))
        }
    }

    @Test(
        "What is older goes, in one transaction or in many, and the chain holds from there", arguments: [1, 7, 100_000])
    func removes(_ batch: Int64) async throws {
        try await withStore { store, path in
            try await fill(store)
            let before = try await withReader(path) { try await $0.counts() }
            let plan = try await plan(path, before: 5)
            #expect(plan.removed.launches == 4)
            #expect(plan.removed.deliveries == 8)
            #expect(plan.keptFor == nil)
            let removed = try await store.prune(plan, at: Sample.time.adding(seconds: 60 * Self.day), batch: batch)
            // With the records that say so, of batches before the last.
            #expect(removed == plan.removed)
            let after = try await withReader(path) { try await $0.counts() }
            #expect(after.launches == before.launches - 4)
            #expect(after.deliveries == before.deliveries - 8)
            let verification = try await verification(of: path)
            #expect(verification.isSound, "\(verification)")
            #expect(verification.pruned?.through == plan.through)
            let newest = try await withReader(path) { try await $0.newestRecords(limit: 1) }
            #expect(newest.first?.kind == "ledger.pruned")
            let costs = try await withReader(path) { reader in
                try await reader.usage(by: .day, from: Sample.time, to: Sample.time.adding(seconds: 99 * Self.day))
            }
            #expect(costs.map(\.launches).reduce(0, +) == 6)
        }
    }

    @Test("It goes on: deliveries, launches and a second pruning")
    func goesOn() async throws {
        try await withStore { store, path in
            try await fill(store)
            _ = try await store.prune(try await plan(path, before: 4), at: Sample.time)
            #expect(try await store.record(Sample.delivery("event-1", at: Sample.time)).duplicateOf == nil)
            _ = try await store.prune(try await plan(path, before: 8), at: Sample.time)
            let verification = try await verification(of: path)
            #expect(verification.isSound, "\(verification)")
            let none = try await plan(path, before: 8)
            #expect(none.removed.records == 0)
            #expect(try await store.prune(none, at: Sample.time) == PrunedCounts())
        }
    }

    @Test("What an open launch needs stays, and is named")
    func open() async throws {
        try await withStore { store, path in
            try await fill(store, open: 3)
            let plan = try await plan(path, before: 6)
            #expect(plan.keptFor == Sample.launch(request: 3).id)
            #expect(plan.isKeptForOpen)
            #expect(plan.removed.launches == 2)
            _ = try await store.prune(plan, at: Sample.time)
            #expect(try await store.openLaunches().map(\.id) == [Sample.launch(request: 3).id])
            let records = try await withReader(path) { reader in
                try await reader.records(about: Sample.launch(request: 3).id.rawValue)
            }
            #expect(records.first?.kind == "launch.planned")
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A launch that was closed later keeps all its records")
    func straddling() async throws {
        try await withStore { store, path in
            try await fill(store)
            // Between two of the events of the fourth day's launch.
            let instant = Sample.time.adding(seconds: 4 * Self.day + 3)
            let plan = try await withReader(path) { try await $0.pruningPlan(before: instant) }
            #expect(plan.keptFor == Sample.launch(request: 4).id)
            #expect(!plan.isKeptForOpen)
            #expect(plan.removed.launches == 3)
        }
    }

    @Test("A beginning that was cut off without a record of it is found")
    func forged() async throws {
        try await withStore { store, path in
            try await fill(store)
            await store.close()
            try tamper(path, "DELETE FROM ledger WHERE sequence <= 5")
            #expect(try await verification(of: path).fault == LedgerFault(sequence: 6, kind: .gap(expected: 1)))
        }
    }

    @Test("More cut off than was pruned is found")
    func cutFurther() async throws {
        try await withStore { store, path in
            try await fill(store)
            let plan = try await plan(path, before: 4)
            _ = try await store.prune(plan, at: Sample.time)
            await store.close()
            let first = plan.through + 1
            try tamper(path, "DELETE FROM ledger WHERE sequence = \(first)")
            #expect(
                try await verification(of: path).fault
                    == LedgerFault(sequence: first + 1, kind: .gap(expected: 1)))
        }
    }

    @Test("The trigger that keeps records is back")
    func trigger() async throws {
        try await withStore { store, path in
            try await fill(store)
            _ = try await store.prune(try await plan(path, before: 4), at: Sample.time)
            #expect(throws: DatabaseError.self) {
                try store.pool.write { try $0.execute(sql: "DELETE FROM ledger") }
            }
        }
    }
}
