import Foundation
import GRDB
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// What the doctor sees of a store on disk, and that it leaves no trace.
@Suite struct StoreFactsTests {
    /// But for what SQLite keeps beside a store.
    private func files(_ directory: TemporaryDirectory) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path(""))
        where !name.hasSuffix("-wal") && !name.hasSuffix("-shm") {
            contents[name] = try Data(contentsOf: directory.url.appending(path: name))
        }
        return contents
    }

    private func failure(_ path: String) async -> String {
        do {
            _ = try await StoreFacts(path: path)
            return "no failure"
        } catch {
            return FailureReport(error).text
        }
    }

    @Test func `A store that isn't there is not made`() async throws {
        let directory = try TemporaryDirectory()
        let facts = try await StoreFacts(path: directory.path("slipway.db"))
        #expect(!facts.exists && facts.holder == nil && facts.freeBytes.map { $0 > 0 } == true)
        #expect(try files(directory).isEmpty)
        #expect(await failure("/nonexistent/slipway.db").contains("its directory is missing or not writable"))
    }

    @Test func `A store is looked at without a trace, whether or not a server runs on it`() async throws {
        let store = try await AuditStore()
        let before = try files(store.directory)
        let facts = try await StoreFacts(path: store.path)
        #expect(facts.exists && facts.records > 5 && facts.openLaunches == 0 && facts.holder == nil)
        #expect(facts.strangers.isEmpty && !facts.isPublic)
        #expect(facts.owner?.id == geteuid())
        #expect(try files(store.directory) == before)
        let server = try StoreLock(path: store.path)
        defer { server.close() }
        #expect(try await StoreFacts(path: store.path).holder == "process \(getpid()) runs on it")
    }

    @Test func `A store of an older version is not brought up to date, and one of a newer version is refused`()
        async throws
    {
        let store = try await AuditStore()
        try await DatabaseQueue(path: store.path).write {
            try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '4'")
        }
        let before = try files(store.directory)
        #expect(try await StoreFacts(path: store.path).isOutdated)
        #expect(try files(store.directory) == before)
        try await DatabaseQueue(path: store.path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('4'), ('from the future')")
        }
        #expect(await failure(store.path).contains("was written by a newer version of Slipway: run that version"))
    }

    @Test func `A store that anybody may read is told`() async throws {
        let store = try await AuditStore()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: store.path)
        #expect(try await StoreFacts(path: store.path).isPublic)
    }

    @Test(.enabled(if: geteuid() == 0))
    func `Root sees whose the store is, and which files beside it are not its owner's`() async throws {
        let store = try await AuditStore()
        try Data().write(to: store.directory.url.appending(path: "slipway.db.lock"))
        guard chown(store.path, 65_534, 65_534) == 0 else { return }
        let facts = try await StoreFacts(path: store.path)
        #expect(facts.isSeenByRoot && facts.owner?.id == 65_534)
        #expect(facts.strangers.map(\.owner.id) == [0])
        #expect(facts.strangers.first?.path.hasSuffix("/slipway.db.lock") == true)
    }

    @Test(.enabled(if: geteuid() != 0))
    func `A directory that may not be written, and a file of somebody else beside the store, are named`() async throws {
        let store = try await AuditStore()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: store.directory.path(""))
        #expect(await failure(store.path).contains("may not be written by this user: it belongs to "))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: store.directory.path(""))
        try Data().write(to: store.directory.url.appending(path: "slipway.db.lock"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o400], ofItemAtPath: store.directory.path("slipway.db.lock"))
        #expect(await failure(store.path).contains("slipway.db.lock may not be written by this user"))
    }
}
