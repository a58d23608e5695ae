import Foundation
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// The commands that write to a store beside the server, run as a user runs them.
@Suite struct OperateCommandTests {
    private static let orders = [
        ["drain"], ["resume"], ["profiles", "pause", "small"], ["profiles", "resume", "small"],
        ["launches", "stop", "abcdef-7-4711-1"], ["launches", "retry", "abcdef-7-4711-1"],
    ]

    private func run(_ order: [String], _ path: String) throws -> BuiltProgram.Result {
        let file = try TemporaryFile(try Fixture.base(), extension: "yaml")
        return try BuiltProgram.run(order + ["--config", file.path], environment: ["SLIPWAY_STORE_PATH": path])
    }

    @Test(arguments: orders)
    func `An order to a store that isn't there is refused, and nothing is made`(_ order: [String]) throws {
        let directory = try TemporaryDirectory()
        let result = try run(order, directory.path("slipway.db"))
        #expect(result.status == 2)
        #expect(
            result.messages.hasPrefix(
                "slipway: there is no store at \(directory.path("slipway.db")): check store.path, or start the server once"
            ))
        #expect(result.output == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("")) == [])
    }

    @Test(arguments: [["deliveries", "replay", "1"], ["ledger", "prune", "--before", "2026-01-01"]])
    func `So are a replay and a pruning`(_ command: [String]) throws {
        let directory = try TemporaryDirectory()
        let result = try BuiltProgram.run(command + ["--store", directory.path("slipway.db")])
        #expect(result.status == 2)
        #expect(result.messages.contains("there is no store at"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("")) == [])
    }

    @Test func `A paused profile that is no longer configured is taken up again by its name and pool`() async throws {
        let store = try await AuditStore()
        let key = ProfileKey(pool: "gone", profile: "small")
        let pause = OperatorOrder(.pauseProfile(key), by: "ops").entry(at: AuditStore.start)
        try await SQLiteStore.with(existing: store.path) {
            try await $0.commit(LaunchBatch(entries: [try #require(pause)]))
        }
        let resumed = try run(["profiles", "resume", "small", "--pool", "gone"], store.path)
        #expect(resumed.status == 0, "\(resumed.messages)")
        let again = try run(["profiles", "resume", "small", "--pool", "gone"], store.path)
        #expect(again.status == 1 && again.messages.contains("there is no profile with this name"), "\(again.messages)")
    }

    @Test func `Whether a server follows is told, and which`() async throws {
        let store = try await AuditStore(isOpen: true)
        let alone = try run(["drain", "--reason", "the cluster moves"], store.path)
        #expect(alone.status == 0)
        #expect(alone.messages == "No server runs on this store: it takes effect when one starts.\n")
        #expect(!FileManager.default.fileExists(atPath: store.path + ".lock"))
        let server = try StoreLock(path: store.path)
        defer { server.close() }
        let served = try run(["resume"], store.path)
        #expect(served.messages == "The running server (process \(getpid())) follows within a second or two.\n")
        let busy = try run(["launches", "stop", "abcdef-7-4711-1"], store.path)
        #expect(busy.status == 1)
        #expect(busy.messages.contains("by force"), "\(busy.messages)")
        let pruned = try BuiltProgram.run(
            "ledger", "prune", "--before", "2026-01-01", "--store", store.path, "--keep-open")
        #expect(pruned.status == 69)
        #expect(
            pruned.messages.hasPrefix("slipway: a server runs on this store (process \(getpid())): stop it first"),
            "\(pruned.messages)")
    }

    @Test(arguments: [
        (String(repeating: "x", count: 501), "--reason takes a text of 1 to 500 characters; this one has 501."),
        ("", "--reason takes a text of 1 to 500 characters; this one has 0."),
        ("two\nlines", "--reason takes no control characters"), ("a\u{1B}[31m", "--reason takes no control characters"),
    ])
    func `A reason that could not be kept as it is is refused`(_ reason: String, _ message: String) async throws {
        let store = try await AuditStore()
        let refused = try run(["drain", "--reason", reason], store.path)
        #expect(refused.status == 2 && refused.messages.contains(message), "\(refused.messages)")
        let fits = try run(["drain", "--reason", String(repeating: "é", count: 500)], store.path)
        #expect(fits.status == 0, "\(fits.messages)")
    }

    @Test(.enabled(if: geteuid() == 0))
    func `What root's orders leave is the store's owner's`() async throws {
        let store = try await AuditStore()
        for path in [store.directory.path(""), store.path] {
            guard chown(path, 65_534, 65_534) == 0 else { return }
        }
        // Held open, so that SQLite's side files stay.
        let reader = try StoreReader(path: store.path)
        #expect(try run(["drain"], store.path).status == 0)
        #expect(try BuiltProgram.run("ledger", "prune", "--before", "2025-11-01", "--store", store.path).status == 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: store.directory.path("")) {
            let attributes = try FileManager.default.attributesOfItem(atPath: store.directory.path(name))
            #expect(attributes[.ownerAccountID] as? Int == 65_534, "\(name)")
        }
        await reader.close()
    }
}
