import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("Group commit")
struct GroupCommitTests {
    @Test("Two hundred operations that wait together share one transaction")
    func sharing() async throws {
        try await withStore { store, path in
            let calls = try await holdingWriter(of: store) {
                let calls = (1...200).map { number in
                    Task { try await store.record(Sample.delivery("event-\(number)")) }
                }
                try await untilQueued(200, in: store)
                return calls
            }
            var numbers: Set<Int64> = []
            for call in calls { numbers.insert(try await call.value.number) }
            #expect(numbers == Set(1...200))
            #expect(store.statistics.transactions == 1)
            #expect(store.statistics.committed == 200)
            #expect(store.statistics.largestBatch == 200)
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("Nobody is answered before the commit, and then it is there for another connection")
    func durableBeforeAnswered() async throws {
        try await withStore { store, path in
            let calls = try await holdingWriter(of: store) {
                let calls = (1...50).map { number in
                    Task {
                        _ = try await store.record(Sample.delivery("event-\(number)"))
                        return try await withReader(path) { try await $0.counts().deliveries }
                    }
                }
                try await untilQueued(50, in: store)
                return calls
            }
            for call in calls { #expect(try await call.value == 50) }
        }
    }

    @Test("A conflict in the middle of a batch takes back only itself")
    func conflictInTheMiddle() async throws {
        try await withStore { store, path in
            let known = Sample.launch(request: 1)
            try await store.commit(Sample.opening(known))
            let stale = try #require(known.transitions(Sample.life).last)
            let before = store.statistics
            let (deliveries, conflict, duplicate) = try await holdingWriter(of: store) {
                let first = (1...20).map { number in Task { try await store.record(Sample.delivery("a-\(number)")) } }
                try await untilQueued(20, in: store)
                let conflict = Task {
                    await storeError {
                        try await store.commit(
                            LaunchBatch(inserts: [Sample.launch(request: 2)], updates: [stale.launch]))
                    }
                }
                try await untilQueued(21, in: store)
                // Writes one launch before it fails at the other: what it wrote must go too.
                let duplicate = Task {
                    await storeError {
                        try await store.commit(LaunchBatch(inserts: [Sample.launch(request: 3), known]))
                    }
                }
                try await untilQueued(22, in: store)
                let second = (1...20).map { number in Task { try await store.record(Sample.delivery("b-\(number)")) } }
                try await untilQueued(42, in: store)
                return (first + second, conflict, duplicate)
            }
            #expect(await conflict.value?.code == .versionConflict)
            #expect(await duplicate.value?.code == .duplicateLaunch)
            var numbers: Set<Int64> = []
            for call in deliveries { numbers.insert(try await call.value.number) }
            #expect(numbers == Set(1...40))
            #expect(store.statistics.transactions == before.transactions + 1)
            #expect(store.statistics.refused == 2)
            #expect(try await store.openLaunches() == [known])
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("An operation that is refused after it wrote its ledger record leaves no gap in chain and numbers")
    func refusedAfterItsRecord() async throws {
        try await withStore { store, path in
            try await store.pool.write { database in
                try database.execute(
                    sql: """
                        CREATE TRIGGER refuses BEFORE INSERT ON deliveries WHEN NEW.received_at = 13 BEGIN
                            SELECT RAISE(ABORT, 'refused by the test');
                        END
                        """)
            }
            let calls = try await holdingWriter(of: store) {
                var calls: [Task<Int64?, Never>] = []
                for number in 1...9 {
                    let at = number == 5 ? Timestamp(milliseconds: 13) : Sample.time
                    calls.append(Task { try? await store.record(Sample.delivery("\(number)", at: at)).number })
                    try await untilQueued(number, in: store)
                }
                return calls
            }
            var numbers: [Int64?] = []
            for call in calls { numbers.append(await call.value) }
            #expect(numbers == [1, 2, 3, 4, nil, 5, 6, 7, 8])
            let verification = try await verification(of: path)
            #expect(verification.isSound)
            #expect(verification.headSequence == 8)
        }
    }

    @Test("Deliveries with one key in one batch are one first and its duplicates")
    func sameKeyInOneBatch() async throws {
        try await withStore { store, path in
            let calls = try await holdingWriter(of: store) {
                let calls = (1...10).map { _ in Task { try await store.record(Sample.delivery("same")) } }
                try await untilQueued(10, in: store)
                return calls
            }
            var receipts: [DeliveryReceipt] = []
            for call in calls { receipts.append(try await call.value) }
            #expect(receipts.filter { $0.duplicateOf == nil }.map(\.number) == [1])
            #expect(receipts.filter { $0.duplicateOf == 1 }.count == 9)
            let kinds = try await withReader(path) { try await $0.records().map(\.kind) }
            #expect(kinds == ["delivery.recorded"] + Array(repeating: "delivery.duplicate", count: 9))
        }
    }

    @Test("A queue that is full refuses at once, and what waits is still done")
    func fullQueue() async throws {
        try await withStore({ $0.maximumQueuedOperations = 3 }) { store, _ in
            let calls = try await holdingWriter(of: store) {
                let calls = (1...3).map { number in Task { try await store.record(Sample.delivery("\(number)")) } }
                try await untilQueued(3, in: store)
                // The writer is held: an answer now can only be one that waited for nothing.
                let error = await storeError { _ = try await store.record(Sample.delivery("4")) }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("too many writes waiting") == true)
                return calls
            }
            for call in calls { _ = try await call.value }
            #expect(try await store.record(Sample.delivery("4")).number == 4)
        }
    }

    @Test("A batch is bounded")
    func boundedBatch() async throws {
        try await withStore({ $0.maximumBatchOperations = 10 }) { store, path in
            let calls = try await holdingWriter(of: store) {
                let calls = (1...35).map { number in Task { try await store.record(Sample.delivery("\(number)")) } }
                try await untilQueued(35, in: store)
                return calls
            }
            for call in calls { _ = try await call.value }
            #expect(store.statistics.transactions == 4)
            #expect(store.statistics.largestBatch == 10)
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A caller that is cancelled gets its answer, and its operation is done whole")
    func cancellation() async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1)
            let (delivery, commit) = try await holdingWriter(of: store) {
                let delivery = Task { try await store.record(Sample.delivery("event")) }
                let commit = Task { try await store.commit(Sample.opening(launch)) }
                try await untilQueued(2, in: store)
                delivery.cancel()
                commit.cancel()
                return (delivery, commit)
            }
            #expect(try await delivery.value.number == 1)
            try await commit.value
            #expect(try await store.openLaunches() == [launch])
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await (store.record(Sample.delivery("early")), store.openLaunches(), store.foreignChanges())
            }
            #expect(try await early.value.0.number == 2)
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("Closing waits for what was admitted and refuses what comes later")
    func closing() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        let (calls, closing) = try await holdingWriter(of: store) {
            let calls = (1...20).map { number in Task { try await store.record(Sample.delivery("\(number)")) } }
            try await untilQueued(20, in: store)
            let closing = Task { await store.close() }
            try await untilQueued(21, in: store)
            let late = await storeError { _ = try await store.record(Sample.delivery("late")) }
            #expect(late?.code == .unavailable)
            return (calls, closing)
        }
        for call in calls { _ = try await call.value }
        await closing.value
        await store.close()
        #expect(await storeError { _ = try await store.openLaunches() }?.code == .unavailable)
        #expect(await storeError { _ = try await store.foreignChanges() }?.code == .unavailable)
        #expect(try await withReader(directory.file()) { try await $0.counts().deliveries } == 20)
    }

    @Test("Every connection that writes waits for the disk at each commit")
    func synchronous() async throws {
        try await withStore { store, _ in
            let settings = try await store.pool.writeWithoutTransaction { database in
                [
                    try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                    try String.fetchOne(database, sql: "PRAGMA synchronous"),
                    try String.fetchOne(database, sql: "PRAGMA foreign_keys"),
                ]
            }
            #expect(settings == ["wal", "2", "1"])
        }
    }
}
