import Foundation
import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

/// A directory of its own for one test, gone with the last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "slipway-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "slipway.db") -> String { path + "/" + name }
}

/// Opens a store in a new directory, and closes it after `body`.
@discardableResult
func withStore<Value: Sendable>(
    _ configure: (inout StoreConfiguration) -> Void = { _ in },
    _ body: (SQLiteStore, String) async throws -> Value
) async throws -> Value {
    let directory = try TemporaryDirectory()
    var configuration = StoreConfiguration(path: directory.file())
    configure(&configuration)
    let store = try SQLiteStore(configuration)
    do {
        let value = try await body(store, configuration.path)
        await store.close()
        return value
    } catch {
        await store.close()
        throw error
    }
}

@discardableResult
func withReader<Value>(_ path: String, _ body: (StoreReader) async throws -> Value) async throws -> Value {
    try await StoreReader.with(path: path, body)
}

func verification(of path: String) async throws -> StoreVerification {
    try await withReader(path) { reader in
        let whole = try await reader.verify()
        // In stretches, however they are cut, it comes to the same.
        for minimum in [Int64(1), 2, 3] {
            let cut = try await reader.verify(stretchesOfAtLeast: minimum)
            #expect(cut.fault == whole.fault)
            #expect((cut.headSequence, cut.head, cut.pruned) == (whole.headSequence, whole.head, whole.pruned))
            #expect(cut.mismatchCount == whole.mismatchCount)
            if whole.mismatchCount <= StoreVerification.maximumMismatches {
                #expect(Set(cut.mismatches) == Set(whole.mismatches))
            }
        }
        return whole
    }
}

/// Somebody with the sqlite3 command: no rule of ours holds for this connection.
func tamper(_ path: String, _ statements: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let database = try DatabaseQueue(path: path, configuration: configuration)
    try database.writeWithoutTransaction { database in
        let triggers = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'ledger'")
        for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger)") }
        try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
        try database.execute(sql: statements)
    }
    try database.close()
}

/// A connection that may leave a transaction open.
func anotherProcess(at path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return try DatabaseQueue(path: path, configuration: configuration)
}

/// Keeps the connection that writes busy while `body` runs: what it submits gathers in the queue.
func holdingWriter<Value>(of store: SQLiteStore, _ body: () async throws -> Value) async throws -> Value {
    let release = DispatchSemaphore(value: 0)
    await withCheckedContinuation { (held: CheckedContinuation<Void, Never>) in
        store.pool.asyncWriteWithoutTransaction { _ in
            held.resume()
            release.wait()
        }
    }
    defer { release.signal() }
    return try await body()
}

/// Waits until `count` operations are in the store's queue.
func untilQueued(_ count: Int, in store: SQLiteStore) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(20))
    while store.statistics.queued != count {
        guard ContinuousClock.now < deadline else { throw Impatience(queued: store.statistics.queued) }
        await Task.yield()
    }
}

struct Impatience: Error {
    var queued: Int
}

func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}
