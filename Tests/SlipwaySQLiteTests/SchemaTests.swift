import Foundation
import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("The schema")
struct SchemaTests {
    @Test("A file of version 1 keeps its data when it is opened again")
    func reopening() async throws {
        let directory = try TemporaryDirectory()
        let launch = Sample.launch(request: 1)
        let store = try SQLiteStore(path: directory.file())
        _ = try await store.record(Sample.delivery("event"))
        try await store.commit(Sample.opening(launch))
        await store.close()
        let before = try await withReader(directory.file()) { try await $0.counts() }
        let reopened = try SQLiteStore(path: directory.file())
        #expect(try await reopened.openLaunches() == [launch])
        #expect(try await reopened.record(Sample.delivery("event")).duplicateOf == 1)
        await reopened.close()
        let after = try await withReader(directory.file()) { try await $0.counts() }
        #expect(after.storeID == before.storeID)
        #expect(after.storeID.count == 32)
        #expect(try await verification(of: directory.file()).isSound)
    }

    @Test("A store that was closed is its file alone")
    func closedStoreIsOneFile() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        _ = try await store.record(Sample.delivery("event"))
        _ = try await store.openLaunches()
        await store.close()
        let copy = directory.file("copy.db")
        try FileManager.default.copyItem(atPath: directory.file(), toPath: copy)
        #expect(try await withReader(copy) { try await $0.counts().deliveries } == 1)
    }

    @Test(
        "The statements of each version are as they were shipped",
        arguments: [
            ("schema-1", Schema.version1), ("schema-2", Schema.version2), ("schema-3", Schema.version3),
            ("schema-4", Schema.version4), ("schema-5", Schema.version5),
        ])
    func frozen(name: String, statements: String) throws {
        let fixture = try #require(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: "sql"))
        #expect(try String(contentsOf: fixture, encoding: .utf8) == statements + "\n")
    }

    @Test("A store of version 1 is brought up to date with all that it holds, also where a body is damaged")
    func fromVersion1() async throws {
        let directory = try TemporaryDirectory()
        let launch = Sample.launch(request: 1).after(Sample.life)
        let store = try SQLiteStore(path: directory.file())
        try await store.commit(LaunchBatch(inserts: [launch, Sample.launch(request: 2), Sample.launch(request: 3)]))
        await store.close()
        // Back to what version 1 made of the same launches.
        let added = [
            "project", "pipeline", "pipeline_name", "running_at", "online_at", "busy_at", "finished_at", "ended_at",
            "booking",
        ]
        let indexes = [
            "launches_pool", "launches_profile", "launches_pool_profile", "launches_project", "launches_pipeline",
            "launches_pipeline_name",
            "launches_outcome", "launches_phases", "deliveries_of_no_use", "launches_booking_ordinal",
            "launches_one_of_booking", "launches_ran", "deliveries_repeated", "launches_for_nobody",
        ]
        try tamper(
            directory.file(),
            (indexes.map { "DROP INDEX \($0);" } + added.map { "ALTER TABLE launches DROP COLUMN \($0);" }
                + ["bookings", "launch_usage", "usage_units", "project_names"].map { "DROP TABLE \($0);" }
                + ["DELETE FROM grdb_migrations WHERE identifier <> '1';"]
                + ["UPDATE launches SET body = 'nonsense' WHERE request = 2;"]
                + [
                    """
                    UPDATE launches SET body = replace(replace(body, '"runID":4177', '"runID":"x"'), 'fabrikam-fiber', 'x')
                    WHERE request = 3;
                    """
                ]).joined(separator: "\n"))
        await (try SQLiteStore(path: directory.file())).close()
        try await withReader(directory.file()) { (reader) async throws in
            let found = try await reader.launches(LaunchQuery(project: "be9b3917", pipeline: .name("fabrikam-fiber")))
            #expect(found.launches == [launch])
            let usage = try await reader.usage(by: .day, from: Sample.time, to: Sample.time.adding(seconds: 1))
            #expect(usage.map(\.launches).reduce(0, +) == 3, "also those whose bodies say nothing")
            let figures = try await reader.figures(since: Sample.time, until: Sample.time.adding(seconds: 60))
            #expect(figures.phases.map(\.stage).contains(.running))
        }
    }

    @Test("A file of a newer version is refused, for writing and for reading, and left as it is")
    func newer() async throws {
        let directory = try TemporaryDirectory()
        await (try SQLiteStore(path: directory.file())).close()
        try tamper(directory.file(), "INSERT INTO grdb_migrations VALUES ('from the future')")
        for error in [
            await storeError { _ = try SQLiteStore(path: directory.file()) },
            await storeError { _ = try StoreReader(path: directory.file()) },
            await storeError { _ = try SQLiteStore(existing: directory.file()) },
        ] {
            #expect(error?.code == .newerVersion)
            #expect(error?.message.contains("written by a newer version of Slipway") == true)
        }
    }

    @Test("What is opened only where it exists is neither created nor brought up to date")
    func existing() async throws {
        let directory = try TemporaryDirectory()
        let missing = await storeError { _ = try SQLiteStore(existing: directory.file()) }
        #expect(missing?.code == .wrongPath)
        #expect(missing?.message.hasPrefix("there is no store at \(directory.file())") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
        try Data().write(to: URL(fileURLWithPath: directory.file("empty.db")))
        #expect(await storeError { _ = try SQLiteStore(existing: directory.file("empty.db")) }?.code == .olderVersion)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("empty.db"))).isEmpty)
        await (try SQLiteStore(path: directory.file())).close()
        try tamper(directory.file(), "DELETE FROM grdb_migrations WHERE identifier = '5'")
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        let older = await storeError { _ = try SQLiteStore(existing: directory.file()) }
        #expect(older?.code == .olderVersion)
        #expect(older?.message.contains("start the server once") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file())) == before)
    }

    @Test("Another program's database is refused and not changed")
    func anotherProgram() async throws {
        let directory = try TemporaryDirectory()
        let other = try DatabaseQueue(path: directory.file())
        try await other.write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        let error = await storeError { _ = try SQLiteStore(path: directory.file()) }
        #expect(error?.code == .corrupt)
        #expect(error?.message == "\(directory.file()) is another program's database: correct store.path")
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file())) == before)
    }

    @Test("A first start that was interrupted before the tables were made is finished by the next")
    func interruptedFirstStart() async throws {
        let directory = try TemporaryDirectory()
        let raw = try DatabaseQueue(path: directory.file())
        try await raw.write {
            try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        try raw.close()
        #expect(await storeError { _ = try StoreReader(path: directory.file()) }?.code == .olderVersion)
        let store = try SQLiteStore(path: directory.file())
        #expect(try await store.record(Sample.delivery("event")).number == 1)
        await store.close()
    }

    static let refusedStatements = [
        "INSERT INTO ledger VALUES (1, 0, '', 'x', '{}', zeroblob(32), zeroblob(32))",
        "INSERT INTO ledger VALUES (1, 0, 'x', 'x', '{}', zeroblob(31), zeroblob(32))",
        "INSERT INTO ledger VALUES (0, 0, 'x', 'x', '{}', zeroblob(32), zeroblob(32))",
        "INSERT INTO ledger VALUES (1, 'now', 'x', 'x', '{}', zeroblob(32), zeroblob(32))",
        "INSERT INTO deliveries VALUES (1, 0, 'accepted', NULL, NULL, 1)",
        "INSERT INTO deliveries VALUES (1, 0, 'lost', NULL, NULL, 1)",
        "UPDATE launches SET state = 'closed'",
        "UPDATE launches SET state = 'unknown'",
        "UPDATE launches SET can_take_job = 0",
        "UPDATE launches SET version = -1",
        "UPDATE launches SET outcome = 'ran'",
        "UPDATE launches SET body = NULL",
    ]

    @Test("Rows that contradict themselves are refused by the schema", arguments: refusedStatements)
    func guarded(_ statement: String) async throws {
        try await withStore { store, _ in
            try await store.commit(LaunchBatch(inserts: [Sample.launch(request: 1)]))
            #expect(throws: DatabaseError.self) { try store.pool.write { try $0.execute(sql: statement) } }
        }
    }
}
