import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("Reading beside a running server")
struct StoreReaderTests {
    @Test("Launches come newest first, page by page, each once, while others are added and changed")
    func paging() async throws {
        try await withStore { store, path in
            // Several at the same instant: the id decides then.
            let launches = (1...25).map { Sample.launch(request: $0, at: Sample.time.adding(seconds: Int($0) / 4)) }
            try await store.commit(LaunchBatch(inserts: launches))
            try await withReader(path) { reader in
                var seen: [Launch] = []
                var cursor: LaunchCursor?
                var pages = 0
                repeat {
                    let page = try await reader.launches(after: cursor, limit: 10)
                    seen += page.launches
                    pages += 1
                    try await store.commit(
                        LaunchBatch(inserts: [
                            Sample.launch(request: Int64(100 + pages), at: Sample.time.adding(seconds: 99))
                        ]))
                    // As a URL would carry it.
                    cursor = page.next.flatMap { LaunchCursor($0.description) }
                } while cursor != nil
                let expected = launches.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
                #expect(seen == expected)
                #expect(pages == 3)
            }
        }
    }

    @Test("A page that is exactly full is the last if nothing follows")
    func exactPage() async throws {
        try await withStore { store, path in
            try await store.commit(LaunchBatch(inserts: (1...10).map { Sample.launch(request: $0) }))
            let page = try await withReader(path) { try await $0.launches(limit: 10) }
            #expect(page.launches.count == 10)
            #expect(page.next == nil)
        }
    }

    @Test("A query answers what satisfies all of it")
    func filters() async throws {
        try await withStore { store, path in
            let ran = Sample.launch(request: 1).after(Sample.life)
            let failed = Sample.launch(request: 2, profile: "large").after([
                .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "no")),
            ])
            let planned = Sample.launch(request: 3, pool: PoolID(rawValue: 10))
            let online = Sample.launch(request: 4).after(Array(Sample.life.prefix(3)))
            try await store.commit(LaunchBatch(inserts: [ran, failed, planned, online]))
            try await withReader(path) { (reader) async throws in
                func found(_ query: LaunchQuery) async throws -> Set<LaunchID> {
                    Set(try await reader.launches(query).launches.map(\.id))
                }
                #expect(try await found(LaunchQuery()).count == 4)
                #expect(try await found(LaunchQuery(pool: PoolID(rawValue: 10))) == [planned.id])
                #expect(try await found(LaunchQuery(profile: "large")) == [failed.id])
                #expect(try await found(LaunchQuery(isOpen: false)) == [ran.id])
                #expect(try await found(LaunchQuery(isOpen: true)) == [failed.id, planned.id, online.id])
                #expect(try await found(LaunchQuery(states: ["online", "closed"])) == [ran.id, online.id])
                #expect(try await found(LaunchQuery(outcome: .failed)) == [failed.id])
                #expect(try await found(LaunchQuery(profile: "large", isOpen: true, outcome: .failed)) == [failed.id])
                #expect(try await found(LaunchQuery(profile: "small", outcome: .failed)).isEmpty)
                #expect(try await found(LaunchQuery(profile: "' OR 1=1 --")).isEmpty)
                #expect(try await found(LaunchQuery(project: "be9b3917")).count == 4)
                #expect(try await found(LaunchQuery(project: "another")).isEmpty)
                #expect(try await found(LaunchQuery(pipeline: .id(12), outcome: .ran)) == [ran.id])
                #expect(try await found(LaunchQuery(pool: Sample.pool, pipeline: .name("fabrikam-fiber"))).count == 3)
                #expect(try await found(LaunchQuery(pipeline: .name("12"))).isEmpty)
                #expect(try await found(LaunchQuery(since: Sample.time)).count == 4)
                #expect(try await found(LaunchQuery(until: Sample.time)).isEmpty)
                #expect(try await found(LaunchQuery(pool: Sample.pool, states: ["closed"], outcome: .ran)) == [ran.id])
            }
        }
    }

    @Test("A launch is found by its id and by the beginning of it that is its alone")
    func byPrefix() async throws {
        try await withStore { store, path in
            let launches = [41, 4_711, 4_712].map { Sample.launch(request: $0) }
            try await store.commit(LaunchBatch(inserts: launches))
            let stem = "\(Sample.organization.rawValue)-9-"
            try await withReader(path) { (reader) async throws in
                #expect(try await reader.launch(launches[0].id) == launches[0])
                #expect(try await reader.launch(matching: launches[1].id.rawValue) == .one(launches[1]))
                #expect(try await reader.launch(matching: stem + "4712") == .one(launches[2]))
                #expect(try await reader.launch(matching: stem + "471") == .several([launches[1].id, launches[2].id]))
                #expect(try await reader.launch(matching: stem + "5") == .none)
                #expect(try await reader.launch(matching: "%") == .none)
                #expect(try await reader.launch(matching: "") == .none)
            }
        }
    }

    @Test("An id that begins another id is found as itself")
    func exactBeforePrefix() async throws {
        try await withStore { store, path in
            let short = Sample.launch(request: 4, ordinal: 1)
            let long = Sample.launch(request: 4, ordinal: 11).after([.stopRequested("x")])
            try await store.commit(LaunchBatch(inserts: [short, long]))
            try await withReader(path) { (reader) async throws in
                #expect(try await reader.launch(matching: short.id.rawValue) == .one(short))
            }
        }
    }

    @Test("A launch's records tell its life in order, and no other's")
    func recordsOfLaunch() async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(Sample.launch(request: 2)))
            try await store.commit(Sample.opening(launch))
            for step in launch.transitions(Sample.life) {
                try await store.commit(LaunchBatch(step))
                _ = try await store.record(Sample.withoutKey())
            }
            try await withReader(path) { reader in
                let kinds = try await reader.records(about: launch.id.rawValue).map(\.kind)
                #expect(
                    kinds == [
                        "launch.planned", "launch.starting", "launch.pending", "launch.online", "launch.busy",
                        "launch.finished", "launch.cleaning", "launch.closed",
                    ])
            }
        }
    }

    @Test("Records come in order, by pages, as a sequence, and newest first")
    func records() async throws {
        try await withStore { store, path in
            try await store.commit(LaunchBatch(entries: (1...2_345).map(Sample.entry)))
            try await withReader(path) { reader in
                #expect(try await reader.records(limit: 1_000_000).count == StoreReader.maximumLimit)
                #expect(try await reader.records(after: 2_343).map(\.sequence) == [2_344, 2_345])
                #expect(try await reader.newestRecords(limit: 2).map(\.sequence) == [2_345, 2_344])
                #expect(try await reader.newestRecords(before: 3).map(\.sequence) == [2, 1])
                var sequences: [Int64] = []
                for try await record in reader.allRecords(after: 5) { sequences.append(record.sequence) }
                #expect(sequences == Array(6...2_345))
                let head = try await reader.head()
                #expect(head.sequence == 2_345)
                #expect(try await reader.newestRecords(limit: 1).first?.hash == head.head)
            }
        }
    }

    @Test("Deliveries come newest first with what the ledger says of them")
    func deliveries() async throws {
        try await withStore { store, path in
            for id in ["a", "b", "a"] { _ = try await store.record(Sample.delivery(id)) }
            _ = try await store.record(Sample.delivery("c", disposition: .rejected))
            try await withReader(path) { reader in
                let first = try await reader.deliveries(limit: 2)
                #expect(first.map(\.number) == [4, 3])
                #expect(first.map(\.disposition) == [.rejected, .accepted])
                #expect(first.map(\.duplicateOf) == [nil, 1])
                #expect(first[1].key == "event:a")
                #expect(first[0].facts.contains(#""reason":"not of use""#))
                #expect(try await reader.deliveries(before: 3).map(\.number) == [2, 1])
                let counts = try await reader.counts()
                #expect(counts.deliveries == 4)
                #expect(counts.duplicateDeliveries == 1)
                #expect(counts.records == 4)
            }
        }
    }

    @Test("Counts tell launches by state")
    func counts() async throws {
        try await withStore { store, path in
            let closed = Sample.launch(request: 1).after(Sample.life)
            try await store.commit(
                LaunchBatch(inserts: [closed, Sample.launch(request: 2), Sample.launch(request: 3)]))
            let counts = try await withReader(path) { try await $0.counts() }
            #expect(counts.launchesByState == ["closed": 1, "planned": 2])
            #expect(counts.launches == 3)
            #expect(counts.openLaunches == 2)
        }
    }

    @Test("A reader can't write")
    func readOnly() async throws {
        try await withStore { _, path in
            try await withReader(path) { reader in
                #expect(throws: DatabaseError.self) {
                    try reader.pool.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM launches") }
                }
            }
        }
    }

    @Test("Where there is no store, the reader says so and makes none")
    func missing() async throws {
        let directory = try TemporaryDirectory()
        let error = await storeError { _ = try StoreReader(path: directory.file()) }
        #expect(error?.code == .wrongPath)
        #expect(error?.message.contains("there is no store at \(directory.file())") == true)
        await (try SQLiteStore(path: directory.file("other.db"))).close()
        _ = try StoreReader(path: directory.file("other.db"))
    }
}
