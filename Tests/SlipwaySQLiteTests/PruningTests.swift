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
            #expect(plan.keptFor == .open(Sample.launch(request: 3).id))
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
            #expect(plan.keptFor == .closedLater(Sample.launch(request: 4).id))
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

    @Test("A launch in whose time a pause began that is in force stays whole")
    func cut() async throws {
        try await withStore { store, path in
            let (first, second) = (Sample.launch(request: 1), Sample.launch(request: 2))
            try await store.commit(Sample.opening(first))
            for step in first.transitions(Sample.life) { try await store.commit(LaunchBatch(step)) }
            try await store.commit(Sample.opening(second))
            let pause = OperatorOrder(.pauseProfile(ProfileKey(pool: "p", profile: "small")), by: "ops")
            try await store.commit(LaunchBatch(entries: [try #require(pause.entry(at: Sample.time))]))
            for step in second.transitions(Sample.life) { try await store.commit(LaunchBatch(step)) }
            let plan = try await plan(path, before: 5)
            #expect(plan.keptFor == .hold("profile p/small"))
            #expect(plan.removed.launches == 1)
            _ = try await store.prune(plan, at: Sample.time)
            let left = try await withReader(path) { try await $0.records(about: second.id.rawValue, limit: 100) }
            #expect(left.first?.kind == "launch.planned")
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A pause that is in force stays, with its record; one that was taken up again goes")
    func hold() async throws {
        try await withStore { store, path in
            let orders: [OperatorAction] = [
                .drain, .pauseProfile(ProfileKey(pool: "p", profile: "big")), .resume,
                .pauseProfile(ProfileKey(pool: "p", profile: "small")),
                .resumeProfile(ProfileKey(pool: "p", profile: "big")),
            ]
            for (day, action) in orders.enumerated() {
                let at = Sample.time.adding(seconds: (day + 1) * Self.day)
                let entry = try #require(OperatorOrder(action, by: "ops").entry(at: at))
                try await store.commit(LaunchBatch(entries: [entry]))
            }
            let plan = try await plan(path, before: 9)
            #expect(plan.keptFor == .hold("profile p/small"))
            #expect(plan.removed.records == 3)
            _ = try await store.prune(plan, at: Sample.time)
            let left = try await withReader(path) { try await $0.newestRecords(about: "profile p/small") }
            #expect(left.first?.kind == "operator.paused")
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("Earlier launches of an open booking stay: the next one's number follows from them")
    func booking() async throws {
        try await withStore { store, path in
            let booking = Sample.booking(1)
            let launch = Sample.launch(of: booking)
            try await store.commit(
                LaunchBatch(
                    inserts: [launch], entries: [booking.openingEntry(from: ""), launch.openingEntry()],
                    bookings: [booking]))
            for step in launch.transitions([.stopRequested("enough"), .registrationGone]) {
                try await store.commit(LaunchBatch(step))
            }
            #expect(try await store.openLaunches().isEmpty)
            let held = try await plan(path, before: 5)
            #expect(held.keptFor == .open(launch.id))
            #expect(held.removed.launches == 0)
            let closed = try #require(booking.closing(.told, at: Sample.time))
            try await store.commit(LaunchBatch(bookings: [closed.booking]))
            #expect(try await plan(path, before: 5).removed.launches == 1)
        }
    }

    @Test("A ledger that doesn't verify is not pruned: what was wrong would be gone with it")
    func damaged() async throws {
        try await withStore { store, path in
            try await fill(store)
            let plan = try await plan(path, before: 5)
            try tamper(path, "UPDATE ledger SET at = at + 1 WHERE sequence = 5")
            let error = await storeError { _ = try await store.prune(plan, at: Sample.time) }
            #expect(error?.code == .corrupt)
            #expect(error?.message == "the ledger doesn't verify, so nothing is pruned: run slipway ledger verify")
            #expect(try await verification(of: path).fault == LedgerFault(sequence: 5, kind: .edited))
        }
    }

    @Test("A verification that a pruning overtakes begins anew, and is sound")
    func overtaken() async throws {
        try await withStore { store, path in
            try await store.commit(LaunchBatch(entries: (1...5_001).map(Sample.entry)))
            let plan = try await plan(path, before: 1)
            let done = Recorder()
            let verification = try await withReader(path) { reader in
                try await reader.verify { progress in
                    // Launches are checked beside the chain, so their progress arrives in between.
                    guard progress.phase == .ledger else { return }
                    done.add(progress)
                    guard done.values.count == 1 else { return }
                    #expect(throws: Never.self) {
                        _ = try store.pool.writeWithoutTransaction { database in
                            try plan.carryOut(database, at: Sample.time, batch: 4_500)
                        }
                    }
                }
            }
            #expect(verification.isSound, "\(verification)")
            #expect(verification.pruned?.through == 4_500)
            #expect(verification.headSequence == 5_002)
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
