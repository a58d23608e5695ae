import SlipwayCore
import Testing

/// What every store promises, as checks against `any LedgerStore`. Each gets a store that is empty.
enum LedgerStoreSuite {
    struct Requirement: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: @Sendable (any LedgerStore) async throws -> Void

        init(_ description: String, _ check: @escaping @Sendable (any LedgerStore) async throws -> Void) {
            testDescription = description
            self.check = check
        }
    }

    static let requirements = deliveries + launches + histories + records + bookings

    // MARK: Records

    private static let records = [
        Requirement("the newest records about a subject are found again, newest first, and no other's") { store in
            for number in 1...4 {
                var facts = LedgerFacts()
                facts["number"] = .integer(Int64(number))
                let own = LedgerEntry(at: Sample.time, kind: "rung.opened", subject: "FARGATE_SPOT", facts: facts)
                let other = LedgerEntry(at: Sample.time, kind: "rung.opened", subject: "FARGATE", facts: facts)
                try await store.commit(LaunchBatch(entries: [own, other]))
            }
            let found = try await store.newestRecords(about: "FARGATE_SPOT", limit: 3)
            #expect(found.map { $0.readFacts?["number"] } == [.integer(4), .integer(3), .integer(2)])
            #expect(found.allSatisfy { $0.subject == "FARGATE_SPOT" && $0.kind == "rung.opened" })
            #expect(try await store.newestRecords(about: "nothing", limit: 3).isEmpty)
        }
    ]

    // MARK: Deliveries

    private static let deliveries = [
        Requirement("deliveries are numbered from 1 without gaps") { store in
            for number in 1...5 {
                let receipt = try await store.record(Sample.delivery("event-\(number)"))
                #expect(receipt == DeliveryReceipt(number: Int64(number), duplicateOf: nil))
            }
        },
        Requirement("a delivery whose key is known is the duplicate of the first, however often it comes") { store in
            _ = try await store.record(Sample.delivery("other"))
            let first = try await store.record(Sample.delivery("same"))
            for _ in 1...3 {
                let again = try await store.record(Sample.delivery("same"))
                #expect(again.duplicateOf == first.number)
                #expect(again.number > first.number)
            }
        },
        Requirement("an ignored delivery counts as the first of its key") { store in
            let first = try await store.record(Sample.delivery("same", disposition: .ignored))
            let again = try await store.record(Sample.delivery("same"))
            #expect(again.duplicateOf == first.number)
        },
        Requirement("a rejected delivery is nobody's first and nobody's duplicate") { store in
            _ = try await store.record(Sample.delivery("same", disposition: .rejected))
            let accepted = try await store.record(Sample.delivery("same"))
            let rejected = try await store.record(Sample.delivery("same", disposition: .rejected))
            #expect(accepted.duplicateOf == nil)
            #expect(rejected.duplicateOf == nil)
        },
        Requirement("deliveries without a key are all recorded") { store in
            let receipts = [try await store.record(Sample.withoutKey()), try await store.record(Sample.withoutKey())]
            #expect(receipts.map(\.duplicateOf) == [nil, nil])
            #expect(receipts.map(\.number) == [1, 2])
        },
        Requirement("keys that are long or hold odd characters never make two deliveries one") { store in
            let ids = ["a\0b", "a\0c", String(repeating: "x", count: 5_000), "é", "e\u{301}x"]
            for id in ids {
                let receipt = try await store.record(Sample.delivery(id))
                #expect(receipt.duplicateOf == nil)
            }
        },
    ]

    // MARK: Launches

    private static let launches = [
        Requirement("a launch comes back as it was committed, until it is closed") { store in
            var launch = Sample.launch(request: 4_711)
            try await store.commit(Sample.opening(launch))
            #expect(try await store.openLaunches() == [launch])
            for transition in launch.transitions(Sample.life) {
                try await store.commit(LaunchBatch(transition))
                launch = transition.launch
                #expect(try await store.openLaunches() == (launch.isOpen ? [launch] : []))
            }
            #expect(!launch.isOpen)
        },
        Requirement("an update over another version than the stored one is a version conflict") { store in
            let launch = Sample.launch(request: 4_711)
            try await store.commit(Sample.opening(launch))
            let transitions = launch.transitions(Sample.life)
            try await expect(.versionConflict) { try await store.commit(LaunchBatch(transitions[1])) }
            try await store.commit(LaunchBatch(transitions[0]))
            try await expect(.versionConflict) { try await store.commit(LaunchBatch(transitions[0])) }
            #expect(try await store.openLaunches() == [transitions[0].launch])
        },
        Requirement("an update of a launch that is not there is a version conflict") { store in
            let transition = try #require(Sample.launch(request: 4_711).transitions(Sample.life).first)
            try await expect(.versionConflict) { try await store.commit(LaunchBatch(transition)) }
            #expect(try await store.openLaunches().isEmpty)
        },
        Requirement("a launch whose id is known is a duplicate, also when it is closed") { store in
            let launch = Sample.launch(request: 4_711)
            try await store.commit(Sample.opening(launch))
            try await expect(.duplicateLaunch) { try await store.commit(Sample.opening(launch)) }
            for transition in launch.transitions(Sample.life) { try await store.commit(LaunchBatch(transition)) }
            try await expect(.duplicateLaunch) { try await store.commit(Sample.opening(launch)) }
        },
        Requirement("a job request has one launch at a time that can take a job") { store in
            let first = Sample.launch(request: 4_711)
            let second = Sample.launch(request: 4_711, ordinal: 2)
            try await store.commit(Sample.opening(first))
            var isFree = false
            for transition in first.transitions(Sample.life) {
                if !isFree {
                    try await expect(.duplicateLaunch) { try await store.commit(Sample.opening(second)) }
                }
                try await store.commit(LaunchBatch(transition))
                isFree = !transition.launch.canTakeJob
            }
            try await store.commit(Sample.opening(second))
            #expect(try await store.openLaunches() == [second])
        },
        Requirement("another pool's job request of the same number is another one") { store in
            let here = Sample.launch(request: 4_711)
            let there = Sample.launch(request: 4_711, pool: PoolID(rawValue: 10))
            try await store.commit(Sample.opening(here))
            try await store.commit(Sample.opening(there))
            #expect(try await Set(store.openLaunches()) == [here, there])
        },
        Requirement("launches made by hand are for no job request and stand beside each other") { store in
            let byHand = ["aaa", "bbb"].compactMap { nonce in
                LaunchID(organization: Sample.organization, pool: Sample.pool, nonce: nonce)
            }.map { id in
                Launch(
                    id: id, pool: Sample.pool, profile: "small", request: nil, ordinal: 1, origin: JobOrigin(),
                    reason: "by hand", createdAt: Sample.time)
            }
            for launch in byHand { try await store.commit(Sample.opening(launch)) }
            #expect(try await Set(store.openLaunches()) == Set(byHand))
        },
        Requirement("one batch may end a launch and begin its successor") { store in
            let first = Sample.launch(request: 4_711)
            try await store.commit(Sample.opening(first))
            let ended = try #require(first.transitions([.stopRequested("by an operator")]).last)
            let second = Sample.launch(request: 4_711, ordinal: 2)
            try await store.commit(
                LaunchBatch(
                    inserts: [second], updates: [ended.launch], entries: [ended.entry, second.openingEntry()]))
            #expect(try await Set(store.openLaunches()) == [ended.launch, second])
        },
        Requirement("a batch is written whole or not at all, whichever of its parts is refused") { store in
            let known = Sample.launch(request: 1)
            try await store.commit(Sample.opening(known))
            let step = try #require(known.transitions(Sample.life).first)
            let new = Sample.launch(request: 2)
            let stale = try #require(known.transitions(Sample.life).dropFirst().first)
            try await expect(.duplicateLaunch) {
                try await store.commit(
                    LaunchBatch(inserts: [new, known], updates: [step.launch], entries: [step.entry]))
            }
            try await expect(.versionConflict) {
                try await store.commit(LaunchBatch(inserts: [new], updates: [step.launch, stale.launch, stale.launch]))
            }
            #expect(try await store.openLaunches() == [known])
            // What was taken back can be done again.
            try await store.commit(LaunchBatch(inserts: [new], updates: [step.launch], entries: [step.entry]))
            #expect(try await Set(store.openLaunches()) == [step.launch, new])
        },
        Requirement("of concurrent updates over one version exactly one wins") { store in
            let launch = Sample.launch(request: 4_711)
            try await store.commit(Sample.opening(launch))
            let step = try #require(launch.transitions(Sample.life).first)
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        do {
                            try await store.commit(LaunchBatch(step))
                            return true
                        } catch {
                            guard (error as? StoreError)?.code == .versionConflict else { throw error }
                            return false
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 }.count == 1)
        },
    ]

    // MARK: Histories

    private static let histories = [
        Requirement("a job request's history counts its launches, open and closed") { store in
            let failed = Sample.launch(request: 1)
            let stop = AgentTaskStop(reason: "CannotPullContainerError")
            let steps = failed.transitions([
                .agentTaskAccepted(AgentTaskID(rawValue: "arn"), placement: "FARGATE"),
                .agentTaskObserved(.stopped(stop)), .registrationGone,
            ])
            try await store.commit(Sample.opening(failed))
            for step in steps { try await store.commit(LaunchBatch(step)) }
            let second = Sample.launch(request: 1, ordinal: 2)
            try await store.commit(Sample.opening(second))
            try await store.commit(Sample.opening(Sample.launch(request: 2)))
            var expected = RequestHistory()
            expected.add(steps[2].launch)
            expected.add(second)
            let one = JobRequestID(rawValue: 1)
            let history = try await store.history(pool: Sample.pool, requests: [one, JobRequestID(rawValue: 3)])
            #expect(history == [one: expected])
            #expect(history[one]?.failures == 1)
            #expect(history[one]?.lastOrdinal == 2)
        },
        Requirement("a history of many job requests is complete, and empty for none and for another pool") { store in
            let requests = (1...1_203).map { JobRequestID(rawValue: $0) }
            let asked = requests.filter { $0.rawValue % 7 == 0 }
            let launches = asked.map { Sample.launch(request: $0.rawValue) }
            try await store.commit(LaunchBatch(inserts: launches, entries: launches.map { $0.openingEntry() }))
            let history = try await store.history(pool: Sample.pool, requests: requests)
            #expect(Set(history.keys) == Set(asked))
            #expect(try await store.history(pool: Sample.pool, requests: []).isEmpty)
            #expect(try await store.history(pool: PoolID(rawValue: 1), requests: requests).isEmpty)
        },
        Requirement("what the store itself writes is no foreign change") { store in
            let before = try await store.foreignChanges()
            _ = try await store.record(Sample.delivery("event"))
            try await store.commit(Sample.opening(Sample.launch(request: 1)))
            _ = try await store.openLaunches()
            #expect(try await store.foreignChanges() == before)
        },
        Requirement("an empty batch is nothing to write") { store in
            let before = try await store.foreignChanges()
            try await store.commit(LaunchBatch())
            #expect(try await store.openLaunches().isEmpty)
            #expect(try await store.foreignChanges() == before)
        },
    ]

    private static func expect(
        _ code: StoreError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
            Issue.record("expected \(code.rawValue)", sourceLocation: sourceLocation)
        } catch let error as StoreError where error.code != .unavailable {
            #expect(error.code == code, sourceLocation: sourceLocation)
        }
    }
}
