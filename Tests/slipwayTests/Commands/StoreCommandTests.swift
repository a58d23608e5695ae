import Foundation
import GRDB
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// The commands that read a store, run as a user runs them.
@Suite struct StoreCommandTests {
    private static let start = Timestamp(milliseconds: 1_795_508_771_000)

    /// A store with two launches: one closed, one planned. The reason of the first tries to steer a terminal.
    private struct Store {
        let directory: TemporaryDirectory
        var path: String { directory.path("slipway.db") }
        let closed: Launch
        let planned: Launch

        init() async throws {
            directory = try TemporaryDirectory()
            let store = try SQLiteStore(path: directory.path("slipway.db"))
            var first = Self.launch(request: 11, reason: "job request 11 waits\u{1B}[31m")
            try await store.commit(LaunchBatch(inserts: [first], entries: [first.openingEntry()]))
            let events: [LaunchEvent] = [
                .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "no such subnet")),
                .quiesced(lookedAt: StoreCommandTests.start),
                .agentTasksFound([], lookedAt: StoreCommandTests.start.adding(seconds: 400)), .registrationGone,
            ]
            for (index, event) in events.enumerated() {
                let now = StoreCommandTests.start.adding(seconds: (index + 1) * 100)
                guard let step = first.applying(event, at: now, rules: LaunchRules()) else { continue }
                try await store.commit(LaunchBatch(step))
                first = step.launch
            }
            let second = Self.launch(request: 12, reason: "job request 12 waits")
            try await store.commit(LaunchBatch(inserts: [second], entries: [second.openingEntry()]))
            await store.close()
            (closed, planned) = (first, second)
        }

        private static func launch(request: Int64, reason: String) -> Launch {
            let pool = PoolID(rawValue: 7)
            let id = LaunchID(
                organization: OrganizationKey(rawValue: "abcdef"), pool: pool, request: JobRequestID(rawValue: request),
                ordinal: 1)
            return Launch(
                id: id, pool: pool, profile: "small", request: JobRequestID(rawValue: request), ordinal: 1,
                origin: JobOrigin(pipelineName: "build-all", runName: "20261124.1", jobName: "Build"), reason: reason,
                createdAt: StoreCommandTests.start.adding(seconds: Int(request)))
        }
    }

    @Test func `Launches are listed newest first`() async throws {
        let store = try await Store()
        #expect(!store.closed.isOpen)
        let result = try BuiltProgram.run("launches", "list", "--store", store.path)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(result.status == 0)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("LAUNCH"))
        #expect(lines[1].hasPrefix("abcdef-7-12-1  7     small    job request 12  planned"))
        #expect(lines[2].hasPrefix("abcdef-7-11-1  7     small    job request 11  closed"))
        #expect(lines[2].hasSuffix("failed: no such subnet"))
        #expect(result.messages == "")
    }

    @Test func `A list is narrowed by state, openness, pool and limit`() async throws {
        let store = try await Store()
        func ids(_ arguments: String...) throws -> [String] {
            let all = ["launches", "list", "--json", "--store", store.path] + arguments
            let result = try BuiltProgram.run(all)
            let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
            return try #require(json).compactMap { $0["id"] as? String }
        }
        #expect(try ids("--open") == ["abcdef-7-12-1"])
        #expect(try ids("--state", "closed") == ["abcdef-7-11-1"])
        #expect(try ids("--state", "closed", "--state", "planned").count == 2)
        #expect(try ids("--pool", "8") == [])
        #expect(try ids("--limit", "1") == ["abcdef-7-12-1"])
        #expect(try ids("--outcome", "failed") == ["abcdef-7-11-1"])
        #expect(try ids("--outcome", "ran") == [])
        #expect(try ids("--profile", "small").count == 2 && ids("--profile", "Small") == [])
        #expect(try ids("--pipeline", "build-all").count == 2 && ids("--pipeline", "12") == [])
        #expect(try ids("--project", "p") == [])
        #expect(try ids("--since", "2026-11-24", "--until", "2026-11-25").count == 2)
        #expect(try ids("--until", "2026-11-24") == [] && ids("--since", "2026-11-25") == [])
    }

    @Test func `A list goes on where the page before it ended`() async throws {
        let store = try await Store()
        let first = try BuiltProgram.run("launches", "list", "--limit", "1", "--store", store.path)
        let place = try #require(first.messages.firstMatch(of: /give --after (\S+)\.\n/)?.output.1)
        let second = try BuiltProgram.run(
            "launches", "list", "--limit", "1", "--after", String(place), "--store", store.path)
        #expect(second.output.contains("abcdef-7-11-1") && !second.output.contains("abcdef-7-12-1"))
        #expect(second.messages == "")
    }

    @Test(arguments: [
        (["--outcome", "fail"], "Write failed."), (["--since", "yesterday"], "take a day such as 2026-11-01"),
        (["--since", "2026-11-02", "--until", "2026-11-02"], "--since must be before --until."),
        (["--state", "nonsense"], "There is no state “nonsense”. There are planned, starting, pending, online, busy"),
        (["--after", "x"], "--after takes a place"), (["--limit", "0"], "a number from 1 to 1000"),
    ])
    func `What a list can't be narrowed by is wrong usage`(_ arguments: [String], _ message: String) async throws {
        let result = try BuiltProgram.run(["launches", "list", "--store", "/nowhere"] + arguments)
        #expect(result.status == 2)
        #expect(result.messages.contains(message), "\(result.messages)")
    }

    @Test func `A launch is shown with its timeline, and nothing in it steers the terminal`() async throws {
        let store = try await Store()
        let result = try BuiltProgram.run("launches", "show", "abcdef-7-11", "--store", store.path)
        #expect(result.status == 0)
        #expect(!result.output.unicodeScalars.contains { $0 != "\n" && isHarmful($0) })
        #expect(result.output.contains("because        job request 11 waits\\u{1b}[31m\n"))
        #expect(result.output.contains("for            job request 11 (build-all, 20261124.1, Build)\n"))
        #expect(result.output.contains("outcome        failed: no such subnet\n"))
        let timeline = result.output.split(separator: "\n").drop { !$0.hasPrefix("AT") }.map(String.init)
        #expect(timeline.count > 3)
        #expect(timeline[1].contains("launch.planned"))
        #expect(timeline.last?.contains("launch.closed") == true)
        #expect(timeline[2].contains("1 min 29 s"))
    }

    @Test func `A launch is shown as JSON with instants and durations`() async throws {
        let store = try await Store()
        let result = try BuiltProgram.run("launches", "show", "abcdef-7-11-1", "--json", "--store", store.path)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let launch = try #require(json["launch"] as? [String: Any])
        let timeline = try #require(json["timeline"] as? [[String: Any]])
        #expect(launch["createdAt"] as? String == "2026-11-24T08:26:22.000Z")
        #expect((launch["outcome"] as? [String: Any])?["kind"] as? String == "failed")
        #expect(timeline.first?["kind"] as? String == "launch.planned")
        #expect(timeline.first?["lastedMilliseconds"] as? Int == 89_000)
        #expect((timeline.first?["facts"] as? [String: Any])?["request"] as? Int == 11)
    }

    @Test func `An id that leads nowhere, or to several, is not so`() async throws {
        let store = try await Store()
        let none = try BuiltProgram.run("launches", "show", "nothing", "--store", store.path)
        #expect(none.status == 1)
        #expect(none.messages == "slipway: there is no launch “nothing”: see slipway launches list\n")
        let several = try BuiltProgram.run("launches", "show", "abcdef", "--store", store.path)
        #expect(several.status == 1)
        #expect(several.messages.contains("abcdef-7-11-1, abcdef-7-12-1"))
    }

    @Test func `A whole ledger verifies, quietly in a pipe`() async throws {
        let store = try await Store()
        let result = try BuiltProgram.run("ledger", "verify", "--store", store.path)
        #expect(result.status == 0)
        #expect(result.output.contains(" records, and the chain holds.\nhead "))
        #expect(result.messages == "")
        let json = try BuiltProgram.run("ledger", "verify", "--json", "--store", store.path)
        #expect(json.output.contains("\"isSound\" : true"))
    }

    @Test func `An edited record is named, and the status is 1`() async throws {
        let store = try await Store()
        try await DatabaseQueue(path: store.path).write { database in
            try database.execute(
                sql: """
                    DROP TRIGGER ledger_keeps_records;
                    UPDATE ledger SET subject = 'somebody else' WHERE sequence = 2
                    """)
        }
        let result = try BuiltProgram.run("ledger", "verify", "--store", store.path)
        #expect(result.status == 1)
        #expect(result.output.hasPrefix("BROKEN: record 2 was edited"))
        #expect(result.messages == "")
    }

    @Test func `The ledger is exported to a pipe and to a new file alone`() async throws {
        let store = try await Store()
        let lines = try BuiltProgram.run("ledger", "export", "--store", store.path)
        #expect(lines.status == 0)
        let records = lines.output.split(separator: "\n")
        #expect(records.count > 3)
        for record in records { _ = try JSONSerialization.jsonObject(with: Data(record.utf8)) }

        let file = store.directory.path("ledger.csv")
        let export = ["ledger", "export", "--format", "csv", "--store", store.path, "--output", file]
        let csv = try BuiltProgram.run(export)
        #expect(csv.status == 0)
        #expect(csv.output == "")
        #expect(csv.messages == "\(records.count) records written.\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("sequence,at,kind,"))
        let again = try BuiltProgram.run(export)
        #expect(again.status == 2)
        #expect(again.messages == "slipway: \(file) can't be created: it exists already; name another file\n")
    }

    @Test func `The built program ends with the documented status`() throws {
        #expect(try BuiltProgram.run("--version").status == 0)
        #expect(try BuiltProgram.run("--version").output == "0.1.0\n")
        #expect(try BuiltProgram.run("launches", "list", "--limit", "x").status == 2)
        #expect(try BuiltProgram.run("doctor", "--config", "/nonexistent").status == 2)
        #expect(try BuiltProgram.run("ledger", "verify", "--store", "/nonexistent/s.db").status == 2)
        #expect(try BuiltProgram.run("launches", "list", "--store", "/dev/null/s.db").status == 2)
        #expect(try BuiltProgram.run("ledger", "export", "--store", "/tmp").status == 2)
        #expect(try BuiltProgram.run("configuration-reference").output == ConfigurationReference.markdown)
    }

    @Test func `A demo that has no place for its files says which variable to set`() throws {
        let result = try BuiltProgram.run(["demo"], environment: ["TMPDIR": "/nonexistent"])
        #expect(result.status == 2)
        #expect(result.messages.contains("set TMPDIR"), "\(result.messages)")
    }

    @Test func `Results that can't be put anywhere are no success`() throws {
        let full = try BuiltProgram.run(["configuration-reference"], output: "/dev/full")
        #expect(full.status == 69)
        #expect(full.messages == "slipway: standard output takes no more: check its disk, or its reader\n")
    }

    @Test func `A variable stands in for the file's key in every command`() async throws {
        let store = try await Store()
        let file = try TemporaryFile(try Fixture.base(), extension: "yaml")
        let result = try BuiltProgram.run(
            ["launches", "list", "--json", "--config", file.path], environment: ["SLIPWAY_STORE_PATH": store.path])
        #expect(result.status == 0)
        #expect(result.output.contains("abcdef-7-12-1"))
    }
}
