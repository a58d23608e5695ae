import Foundation
import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("The store's file and its lock")
struct StoreFileTests {
    @Test("Only its owner may read the file and what SQLite keeps beside it")
    func mode() async throws {
        try await withStore { store, path in
            _ = try await store.record(Sample.delivery("event"))
            for name in [path, path + "-wal", path + "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
        }
    }

    @Test("A directory that is missing, or is no directory, is named with what to do")
    func directory() async throws {
        let directory = try TemporaryDirectory()
        let missing = await storeError { _ = try SQLiteStore(path: directory.file("missing/slipway.db")) }
        #expect(missing?.code == .wrongPath)
        #expect(
            missing?.message
                == "the store's directory \(directory.file("missing")) does not exist: create it and give it to Slipway's user"
        )
        try Data().write(to: URL(fileURLWithPath: directory.file("file")))
        let file = await storeError { _ = try SQLiteStore(path: directory.file("file/slipway.db")) }
        #expect(file?.code == .wrongPath)
        #expect(file?.message == "\(directory.file("file")) is not a directory: correct store.path")
    }

    @Test("A path that is a directory is called that")
    func isDirectory() async throws {
        let directory = try TemporaryDirectory()
        let error = await storeError { _ = try SQLiteStore(path: directory.path) }
        #expect(error?.message == "\(directory.path) is not a regular file: correct store.path")
    }

    @Test("A directory that may not be written is named", .enabled(if: getuid() != 0))
    func unwritable() async throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: directory.path)
        let error = await storeError { _ = try SQLiteStore(path: directory.file()) }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
        #expect(error?.message.contains("is not writable") == true)
    }

    /// A container's root may be read-only: without a place for them no store could be brought up to date there.
    @Test(
        "SQLite's temporary files are kept beside a store",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd")))
    func temporaryFiles() async throws {
        try await withStore { store, _ in
            let files = try await store.pool.writeWithoutTransaction { database in
                // More than fits in its cache.
                try database.execute(
                    sql: """
                        PRAGMA temp.cache_size = 10;
                        CREATE TEMP TABLE large AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                        SELECT i, randomblob(1000) AS blob FROM n;
                        """)
                return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                    .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
                    .filter { $0.contains("/etilqs_") }
            }
            #expect(!files.isEmpty)
            #expect(files.allSatisfy { $0.contains("/slipway-store-") }, "\(files)")
        }
    }

    @Test("The second to lock a store is told who holds it, and gets it when that one lets go")
    func lock() async throws {
        let directory = try TemporaryDirectory()
        let first = try StoreLock(path: directory.file())
        let error = await storeError { _ = try StoreLock(path: directory.file()) }
        #expect(error?.code == .locked)
        #expect(error?.message.hasPrefix("process \(getpid()) already runs on this store") == true)
        first.close()
        first.close()
        let second = try StoreLock(path: directory.file())
        #expect(await storeError { _ = try StoreLock(path: directory.file()) } != nil)
        second.close()
    }

    @Test("Who runs on a store is told without creating a lock, or being taken for one")
    func holder() async throws {
        let directory = try TemporaryDirectory()
        #expect(try StoreLock.holder(ofStore: directory.file()) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
        let server = try StoreLock(path: directory.file())
        #expect(try StoreLock.holder(ofStore: directory.file()) == "process \(getpid())")
        server.close()
        #expect(try StoreLock.holder(ofStore: directory.file()) == nil)
        try FileManager.default.removeItem(atPath: directory.file() + ".lock")
        try FileManager.default.createSymbolicLink(
            atPath: directory.file() + ".lock", withDestinationPath: directory.file("target"))
        #expect(await storeError { _ = try StoreLock.holder(ofStore: directory.file()) }?.code == .unavailable)
    }

    @Test("What root makes is its directory's or its store's owner's", .enabled(if: geteuid() == 0))
    func madeByRoot() async throws {
        let directory = try TemporaryDirectory()
        func owners() throws -> [String: Int] {
            var owners: [String: Int] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
                let attributes = try FileManager.default.attributesOfItem(atPath: directory.file(name))
                owners[name] = attributes[.ownerAccountID] as? Int
            }
            return owners
        }
        // In a container without this capability nothing can be given away.
        guard chown(directory.path, 65_534, 65_534) == 0 else { return }
        let early = try StoreLock(path: directory.file())
        early.close()
        let store = try SQLiteStore(path: directory.file())
        _ = try await store.record(Sample.delivery("event"))
        let reader = try StoreReader(path: directory.file())
        #expect(
            try owners() == [
                "slipway.db": 65_534, "slipway.db-wal": 65_534, "slipway.db-shm": 65_534, "slipway.db.lock": 65_534,
            ])
        await reader.close()
        await store.close()
        // Whose other name stands elsewhere is not given away.
        try FileManager.default.removeItem(atPath: directory.file() + ".lock")
        try Data().write(to: URL(fileURLWithPath: directory.file("elsewhere")))
        try FileManager.default.linkItem(atPath: directory.file("elsewhere"), toPath: directory.file() + ".lock")
        try StoreLock(path: directory.file()).close()
        #expect(try owners()["elsewhere"] == 0)
    }

    @Test("A store has one lock, by whichever path it is reached, before its file is there and after")
    func lockOfLinks() async throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.file("real"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("linked"), withDestinationPath: directory.file("real"))
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("link.db"), withDestinationPath: directory.file("real/a.db"))
        let names = ["real/a.db", "linked/a.db", "real/../linked/a.db"]
        let early = try StoreLock(path: directory.file("real/a.db"))
        for name in names {
            #expect(await storeError { _ = try StoreLock(path: directory.file(name)) }?.code == .locked, "\(name)")
        }
        early.close()
        await (try SQLiteStore(path: directory.file("real/a.db"))).close()
        let late = try StoreLock(path: directory.file("link.db"))
        for name in names {
            #expect(await storeError { _ = try StoreLock(path: directory.file(name)) }?.code == .locked, "\(name)")
        }
        late.close()
    }

    @Test("Who waits for a lock gets it when it is let go, and is told once who holds it")
    func waitingForLock() async throws {
        let directory = try TemporaryDirectory()
        let first = try StoreLock(path: directory.file())
        var told: [StoreError.Code] = []
        let second = try await StoreLock.take(path: directory.file(), patience: .seconds(60)) { error in
            told.append(error.code)
            first.close()
        }
        #expect(told == [.locked])
        let error = await storeError {
            _ = try await StoreLock.take(path: directory.file(), patience: .milliseconds(150))
        }
        #expect(error?.code == .locked)
        second.close()
    }

    @Test("A lock that can't be opened is another matter than one that is held, and nothing to wait for")
    func lockThatCannotBeOpened() async throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.file() + ".lock", withIntermediateDirectories: false)
        let error = await storeError {
            _ = try await StoreLock.take(path: directory.file(), patience: .seconds(60))
        }
        #expect(error?.code == .unavailable)
    }

    @Test("A lock that nobody refers to any more is free")
    func lockIsReleasedWithItsOwner() throws {
        let directory = try TemporaryDirectory()
        do { _ = try StoreLock(path: directory.file()) }
        let again = try StoreLock(path: directory.file())
        #expect(again.path == directory.file() + ".lock")
    }

    @Test("A lock file with nonsense in it, or a link in its place, does no harm")
    func lockFileContents() async throws {
        let directory = try TemporaryDirectory()
        try "nonsense".write(toFile: directory.file() + ".lock", atomically: true, encoding: .utf8)
        let first = try StoreLock(path: directory.file())
        try "nonsense".write(toFile: directory.file() + ".lock", atomically: false, encoding: .utf8)
        let error = await storeError { _ = try StoreLock(path: directory.file()) }
        #expect(error?.message.hasPrefix("another process already runs") == true)
        first.close()
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("b.db.lock"), withDestinationPath: directory.file("target"))
        #expect(await storeError { _ = try StoreLock(path: directory.file("b.db")) }?.code == .unavailable)
        #expect(!FileManager.default.fileExists(atPath: directory.file("target")))
    }
}
