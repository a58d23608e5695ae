import Foundation
import GRDB
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// Checkpoints, prunings, and a ledger that somebody has tampered with, as a user meets them.
@Suite struct LedgerCommandTests {
    /// A store, a key and a checkpoint of its head.
    private struct Kept {
        let store: AuditStore
        var path: String { store.path }
        var key: String { store.directory.path("key") }
        var checkpoint: String { store.directory.path("kept") }
        let sequence: Int64

        init() async throws {
            store = try await AuditStore()
            let key = store.directory.path("key")
            #expect(try BuiltProgram.run("ledger", "checkpoint", "--new-key", "--key", key).status == 0)
            let made = try BuiltProgram.run(
                "ledger", "checkpoint", "--key", key, "--store", store.path, "--out", store.directory.path("kept"))
            #expect(made.status == 0, "\(made.messages)")
            let reader = try StoreReader(path: store.path)
            sequence = try await reader.head().sequence
            await reader.close()
        }

        func tamper(_ sql: String) throws {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        PRAGMA foreign_keys = OFF;
                        DROP TRIGGER ledger_keeps_records;
                        DROP TRIGGER ledger_loses_no_records;
                        DROP TRIGGER ledger_grows_at_its_end;
                        """ + sql)
            }
            try queue.close()
        }

        func verify(_ more: String...) throws -> BuiltProgram.Result {
            try BuiltProgram.run(
                ["ledger", "verify", "--store", path, "--checkpoint", checkpoint, "--public-key", key + ".pub"] + more)
        }
    }

    @Test func `A checkpoint holds for the ledger that it is of, and for one that has grown`() async throws {
        let kept = try await Kept()
        let modes = try FileManager.default.attributesOfItem(atPath: kept.key)[.posixPermissions] as? Int
        #expect(modes == 0o600)
        let result = try kept.verify()
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("over record \(kept.sequence) holds."))
        let lock = try StoreLock(path: kept.path)
        #expect(try BuiltProgram.run("deliveries", "replay", "1", "--store", kept.path).status == 0)
        lock.close()
        #expect(try kept.verify().status == 0)
    }

    @Test func `Another tool can check the signature`() async throws {
        let kept = try await Kept()
        let text = try String(contentsOfFile: kept.checkpoint, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        let payload = try TemporaryFile(lines.prefix(5).joined(separator: "\n") + "\n")
        let signature = try TemporaryFile()
        try #require(Data(base64Encoded: String(lines[5].dropFirst("signature ".count)))).write(to: signature.url)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", kept.key + ".pub", "-rawin", "-in", payload.path,
            "-sigfile", signature.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Each way to tamper, and the word that names it. The last three can be told by a checkpoint alone.
    static let ways: [(sql: String, word: String, needsCheckpoint: Bool)] = [
        (
            "UPDATE ledger SET facts = replace(facts, 'small', 'large') WHERE sequence = 6",
            "BROKEN: record 6 was edited", false
        ),
        ("DELETE FROM ledger WHERE sequence = 6", "BROKEN: record 7 stands where record 6 should", false),
        (
            "UPDATE ledger SET sequence = sequence + 100 WHERE sequence > 5; INSERT INTO ledger SELECT 6, at, kind, subject, "
                + "facts, previous_hash, hash FROM ledger WHERE sequence = 5", "BROKEN: record 6 does not follow", false
        ),
        (
            "UPDATE ledger SET sequence = 600 WHERE sequence = 6; UPDATE ledger SET sequence = 6 WHERE sequence = 7; "
                + "UPDATE ledger SET sequence = 7 WHERE sequence = 600", "BROKEN: record 6 does not follow", false
        ),
        ("DELETE FROM ledger WHERE sequence > 8", "BROKEN: record 9 can't be read: the end of the ledger", false),
        (
            """
            DELETE FROM ledger WHERE sequence > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'ledger';
            DELETE FROM launches; DELETE FROM launch_usage; DELETE FROM deliveries WHERE number > 3
            """, "CUT OFF: ", true
        ),
    ]

    @Test(arguments: ways)
    func `Each way to tamper is found and named`(
        _ way: (sql: String, word: String, needsCheckpoint: Bool)
    ) async throws {
        let kept = try await Kept()
        try kept.tamper(way.sql)
        let without = try BuiltProgram.run("ledger", "verify", "--store", kept.path)
        #expect(without.status == (way.needsCheckpoint ? 0 : 1), "\(without.output)")
        let with = try kept.verify()
        #expect(with.status == 1)
        #expect(with.output.contains(way.word), "\(with.output)")
    }

    @Test func `A file that was replaced is found, be it another store or one that was written anew`() async throws {
        let kept = try await Kept()
        let other = try await AuditStore()
        let files = FileManager.default
        try files.removeItem(atPath: kept.path)
        try files.copyItem(atPath: other.path, toPath: kept.path)
        #expect(try BuiltProgram.run("ledger", "verify", "--store", kept.path).status == 0)
        let replaced = try kept.verify()
        #expect(replaced.status == 1)
        #expect(replaced.output.contains("REPLACED: "))

        // The same store's id, and the same number of records with other hashes: written anew.
        let again = try await Kept()
        let id = try await DatabaseQueue(path: again.path).read { database in
            try String.fetchOne(database, sql: "SELECT value FROM meta WHERE name = 'store_id'")
        }
        let forged = try SQLiteStore(path: again.store.directory.path("forged.db"))
        var entries: [LedgerEntry] = []
        for number in 1...again.sequence {
            entries.append(LedgerEntry(at: AuditStore.start, kind: "decision.hold", subject: "request-\(number)"))
        }
        try await forged.commit(LaunchBatch(entries: entries))
        await forged.close()
        try await DatabaseQueue(path: again.store.directory.path("forged.db")).write { database in
            try database.execute(sql: "UPDATE meta SET value = ? WHERE name = 'store_id'", arguments: [id])
        }
        try files.removeItem(atPath: again.path)
        try files.copyItem(atPath: again.store.directory.path("forged.db"), toPath: again.path)
        #expect(try BuiltProgram.run("ledger", "verify", "--store", again.path).status == 0)
        let rewritten = try again.verify()
        #expect(rewritten.status == 1)
        #expect(rewritten.output.contains("REWRITTEN: "))
    }

    @Test func `A checkpoint that was changed, or is by another key, is refused`() async throws {
        let kept = try await Kept()
        let text = try String(contentsOfFile: kept.checkpoint, encoding: .utf8)
        for changed in [
            text.replacing("sequence \(kept.sequence)", with: "sequence 1"), text + "x", "", "\u{1B}[2J",
            text.replacing("sequence ", with: "sequence 0"),
        ] {
            try changed.write(toFile: kept.checkpoint, atomically: true, encoding: .utf8)
            let result = try kept.verify()
            #expect(result.status == 1, "\(changed)")
            #expect(result.output == "")
        }
        try text.write(toFile: kept.checkpoint, atomically: true, encoding: .utf8)
        let other = kept.store.directory.path("other")
        #expect(try BuiltProgram.run("ledger", "checkpoint", "--new-key", "--key", other).status == 0)
        let result = try BuiltProgram.run(
            "ledger", "verify", "--store", kept.path, "--checkpoint", kept.checkpoint, "--public-key", other + ".pub")
        #expect(result.status == 1)
        #expect(result.messages.contains("is not by this key"))
        let secret = try BuiltProgram.run(
            "ledger", "verify", "--store", kept.path, "--checkpoint", kept.checkpoint, "--public-key", other)
        #expect(secret.status == 2)
        #expect(try BuiltProgram.run("ledger", "verify", "--checkpoint", kept.checkpoint).status == 2)
        // What is there is never overwritten.
        #expect(try BuiltProgram.run("ledger", "checkpoint", "--new-key", "--key", other).status == 2)
    }

    @Test func `What is old is pruned, and verification names it`() async throws {
        let kept = try await Kept()
        let prune = ["ledger", "prune", "--store", kept.path, "--before", "2026-01-01"]
        let dry = try BuiltProgram.run(prune + ["--dry-run"])
        #expect(dry.status == 0)
        #expect(
            dry.output
                == "Would remove \(kept.sequence) records, 1 launches and 4 deliveries, up to record \(kept.sequence).\n"
        )
        let lock = try StoreLock(path: kept.path)
        let refused = try BuiltProgram.run(prune)
        #expect(refused.status == 69)
        #expect(refused.messages.contains("a server runs on this store"))
        lock.close()
        let done = try BuiltProgram.run(prune)
        #expect(done.status == 0, "\(done.messages)")
        let shortened = try kept.verify()
        #expect(shortened.status == 1)
        #expect(
            shortened.output.contains("SHORTENED: ") && shortened.output.contains("--pruned-through \(kept.sequence)"))
        #expect(try kept.verify("--pruned-through", "1").status == 1)
        let verified = try kept.verify("--pruned-through", String(kept.sequence))
        #expect(verified.status == 0, "\(verified.output)")
        #expect(verified.output.contains("The chain begins after record \(kept.sequence): record "))
        #expect(verified.output.contains("over record \(kept.sequence) holds."), "the pruning kept its hash")
        #expect(try BuiltProgram.run(prune).output == "Nothing is older than that.\n")
        #expect(try BuiltProgram.run("explain", "4711", "--store", kept.path).status == 1)
    }

    /// Whoever writes to the file can append what a pruning appends, and remove what came before.
    @Test func `A beginning that was removed with a forged record of a pruning is told by a checkpoint`() async throws {
        let kept = try await Kept()
        let reader = try StoreReader(path: kept.path)
        let fifth = try #require(try await reader.records(after: 4, limit: 1).first)
        await reader.close()
        var facts = LedgerFacts()
        facts["through"] = .integer(5)
        facts["lastHash"] = .text(fifth.hash.description)
        let store = try SQLiteStore(path: kept.path)
        try await store.commit(
            LaunchBatch(entries: [
                LedgerEntry(at: AuditStore.start, kind: "ledger.pruned", subject: "ledger", facts: facts)
            ]))
        await store.close()
        try kept.tamper("DELETE FROM deliveries WHERE record <= 5; DELETE FROM ledger WHERE sequence <= 5")
        let result = try kept.verify()
        #expect(result.status == 1, "\(result.output)")
        #expect(result.output.contains("SHORTENED: "), "\(result.output)")
    }

    /// What contradicts the ledger would be gone with it.
    @Test func `A ledger that rows contradict is not pruned`() async throws {
        let kept = try await Kept()
        try kept.tamper("DELETE FROM deliveries WHERE number = 1")
        #expect(try BuiltProgram.run("ledger", "verify", "--store", kept.path).status == 1)
        let refused = try BuiltProgram.run("ledger", "prune", "--store", kept.path, "--before", "2026-01-01")
        #expect(refused.status == 1)
        #expect(refused.messages.contains("nothing is pruned"))
        #expect(
            try BuiltProgram.run("ledger", "verify", "--store", kept.path).output.contains("CONTRADICTED: delivery-1"))
    }

    @Test func `What an open launch needs is not pruned, and a young day is refused`() async throws {
        let store = try await AuditStore(isOpen: true)
        let prune = ["ledger", "prune", "--store", store.path, "--before", "2026-01-01"]
        let refused = try BuiltProgram.run(prune)
        #expect(refused.status == 1)
        #expect(refused.messages.contains("launch abcdef-7-4711-1 is open"))
        let kept = try BuiltProgram.run(prune + ["--keep-open"])
        #expect(kept.status == 0)
        #expect(kept.output == "Removed 5 records, 0 launches and 4 deliveries, up to record 5.\n")
        #expect(try BuiltProgram.run("ledger", "verify", "--store", store.path).status == 0)
        #expect(try BuiltProgram.run("explain", "4711", "--store", store.path).status == 0)
        for day in ["2999-01-01", "yesterday", Day(SystemInstant.now).description] {
            #expect(try BuiltProgram.run("ledger", "prune", "--store", store.path, "--before", day).status == 2)
        }
    }
}
