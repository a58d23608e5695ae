import Foundation
import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

/// Each fault: the answer is clear, nothing is half-done, and the same store goes on when the cause is gone.
@Suite("Faults under the store")
struct StoreFaultTests {
    @Test("A locked store is unavailable after the busy timeout, and goes on once it is free")
    func locked() async throws {
        try await withStore({ $0.busyTimeoutMilliseconds = 50 }) { store, path in
            _ = try await store.record(Sample.delivery("before"))
            let other = try anotherProcess(at: path)
            try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let error = await storeError { _ = try await store.record(Sample.delivery("locked out")) }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "another process holds the store \(path): end it, or its open transaction")
            // Reading goes on: WAL.
            #expect(try await store.openLaunches().isEmpty)
            try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
            try other.close()
            #expect(try await store.record(Sample.delivery("after")).number == 2)
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("Whoever queued up behind a locked store is answered with the first, not one timeout later each")
    func queuedBehindLock() async throws {
        try await withStore({
            $0.busyTimeoutMilliseconds = 1_000
            $0.maximumBatchOperations = 1
        }) { store, path in
            let other = try anotherProcess(at: path)
            let calls = try await holdingWriter(of: store) {
                let calls = (1...40).map { number in
                    Task { await storeError { _ = try await store.record(Sample.delivery("\(number)")) } }
                }
                try await untilQueued(40, in: store)
                try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
                return calls
            }
            let start = ContinuousClock.now
            for call in calls { #expect(await call.value?.code == .unavailable) }
            // Forty batches, each with a timeout of its own, would take 40 s.
            #expect(ContinuousClock.now - start < .seconds(20))
            try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
            try other.close()
            #expect(try await store.record(Sample.delivery("after")).number == 1)
        }
    }

    @Test("A store that may not grow any more refuses whole batches, and goes on when it may")
    func full() async throws {
        try await withStore { store, path in
            try await store.pool.writeWithoutTransaction { database in
                let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                try database.execute(sql: "PRAGMA max_page_count = \(pages + 8)")
            }
            var recorded: [Int64] = []
            var error: StoreError?
            for number in 1...1_000 where error == nil {
                do {
                    recorded.append(try await store.record(Sample.delivery("event-\(number)")).number)
                } catch let failure as StoreError {
                    error = failure
                }
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("is full: free space") == true)
            #expect(!recorded.isEmpty)
            // A large batch fails as a whole too, and the small one beside it is not told that it was written.
            let launches = (1...200).map { Sample.launch(request: $0) }
            let large = await storeError {
                try await store.commit(LaunchBatch(inserts: launches, entries: launches.map { $0.openingEntry() }))
            }
            #expect(large?.code == .unavailable)
            #expect(try await store.openLaunches().isEmpty)
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
            #expect(try await store.record(Sample.delivery("after")).number == Int64(recorded.count) + 1)
            #expect(try await withReader(path) { try await $0.counts().deliveries } == Int64(recorded.count) + 1)
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A disk that is really full, then has space again", .enabled(if: SmallDisk.isPossible))
    func fullDisk() async throws {
        let disk = try SmallDisk(kilobytes: 768)
        let store = try SQLiteStore(path: disk.path + "/slipway.db")
        // SQLite has one folder for temporary files in a process: those of the tests beside this one have no room here.
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA temp_store_directory = ''") }
        let filler = disk.path + "/filler"
        try Data(count: 128 * 1024).write(to: URL(fileURLWithPath: filler))
        var recorded: Int64 = 0
        var error: StoreError?
        while error == nil, recorded < 10_000 {
            do {
                recorded = try await store.record(Sample.delivery("event-\(recorded)")).number
            } catch let failure {
                error = failure
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains(disk.path) == true)
        try FileManager.default.removeItem(atPath: filler)
        #expect(try await store.record(Sample.delivery("after")).number == recorded + 1)
        #expect(try await verification(of: disk.path + "/slipway.db").isSound)
        await store.close()
        try disk.unmount()
    }

    @Test("A store that may not be written says so, and goes on when it may")
    func readOnly() async throws {
        try await withStore { store, path in
            _ = try await store.record(Sample.delivery("before"))
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
            let error = await storeError { _ = try await store.record(Sample.delivery("read-only")) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("can't be written: check how its file system is mounted") == true)
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
            #expect(try await store.record(Sample.delivery("after")).number == 2)
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A file that is no database is called that, and left as it is")
    func notADatabase() async throws {
        let directory = try TemporaryDirectory()
        let text = String(repeating: "these are not the pages you are looking for\n", count: 200)
        try text.write(toFile: directory.file(), atomically: true, encoding: .utf8)
        let error = await storeError { _ = try SQLiteStore(path: directory.file()) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("is not a SQLite database: correct store.path") == true)
        #expect(try String(contentsOfFile: directory.file(), encoding: .utf8) == text)
    }

    @Test("Pages overwritten with noise are called damage, in an answer and not by a crash")
    func damagedPages() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        let launches = (1...400).map { Sample.launch(request: $0) }
        try await store.commit(LaunchBatch(inserts: launches, entries: launches.map { $0.openingEntry() }))
        await store.close()
        let file = try #require(FileHandle(forUpdatingAtPath: directory.file()))
        // The first page holds the schema and stays; all others are noise.
        let size = Int(try file.seekToEnd())
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data((4_096..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }))
        try file.close()
        let error = await storeError {
            let store = try SQLiteStore(path: directory.file())
            _ = try await store.openLaunches()
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("is damaged: stop the server, keep a copy, and restore a backup") == true)
    }

    @Test("A launch that can't be read back is named")
    func unreadableLaunch() async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(launch))
            try tamper(path, #"UPDATE launches SET body = replace(body, '"version":0', '"version":"zero"')"#)
            let error = await storeError { _ = try await store.openLaunches() }
            #expect(error?.code == .corrupt)
            #expect(error?.message.hasPrefix("launch \(launch.id) can't be read") == true)
            #expect(error?.cause == "another type at version")
        }
    }

    @Test("A launch that can't be read is named in a list, and keeps nobody from the others, page by page")
    func unreadableInList() async throws {
        try await withStore { store, path in
            let launches = (1...5).map { Sample.launch(request: Int64($0), at: Sample.time.adding(seconds: $0)) }
            for launch in launches { try await store.commit(Sample.opening(launch)) }
            try tamper(path, "UPDATE launches SET body = 's3cr3t' WHERE request IN (2, 4)")
            try await withReader(path) { reader in
                var (seen, unreadable): ([LaunchID], [String]) = ([], [])
                var cursor: LaunchCursor?
                repeat {
                    let page = try await reader.launches(after: cursor, limit: 2)
                    seen += page.launches.map(\.id)
                    unreadable += page.unreadable.map(\.id)
                    #expect(page.unreadable.allSatisfy { !$0.error.description.contains("s3cr3t") })
                    cursor = page.next
                } while cursor != nil
                #expect(seen == [launches[4].id, launches[2].id, launches[0].id])
                #expect(unreadable == [launches[3].id.rawValue, launches[1].id.rawValue])
            }
        }
    }

    @Test("A ledger whose last record is damaged takes no more, and says why")
    func damagedHead() async throws {
        try await withStore { store, path in
            _ = try await store.record(Sample.delivery("before"))
            try tamper(path, "UPDATE ledger SET hash = x'00'")
            let error = await storeError { _ = try await store.record(Sample.delivery("after")) }
            #expect(error?.code == .corrupt)
            #expect(error?.message.hasPrefix("the ledger's last record is damaged") == true)
        }
    }

    @Test("No error text holds what was stored")
    func errorsHoldNoData() async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1, profile: "s3cr3t")
            try await store.commit(Sample.opening(launch))
            try tamper(path, "UPDATE launches SET body = 's3cr3t'")
            let unreadable = await storeError { _ = try await store.openLaunches() }
            #expect(unreadable?.description.contains("s3cr3t") == false)
            let negative = Delivery(
                receivedAt: Sample.time, disposition: .accepted, eventID: "s3cr3t", bodyDigest: LedgerChain.genesis,
                bodyBytes: 0, source: "")
            try tamper(path, "UPDATE sqlite_sequence SET seq = -7 WHERE name = 'deliveries'")
            _ = try await store.record(negative)
            try tamper(path, "CREATE TRIGGER refuses BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'no'); END")
            let refused = await storeError { _ = try await store.record(Sample.delivery("s3cr3t")) }
            #expect(refused?.code == .refused)
            #expect(refused?.description.contains("s3cr3t") == false)
        }
    }
}
