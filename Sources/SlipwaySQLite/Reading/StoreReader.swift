internal import Foundation
internal import GRDB
public import SlipwayCore

/// Reads a store beside the server that writes it: for the command line and the console. Opens the file read-only, takes
/// no lock that a writer would wait for, and never changes anything.
///
/// Each call is one snapshot, works on a dispatch queue of its own, and answers a bounded number of things. Callable from
/// any task.
public final class StoreReader: Sendable {
    let path: String
    let pool: DatabasePool

    /// Opened as they are needed. A verification has use for one more than there are processors.
    static let connections = max(3, min(5, ProcessInfo.processInfo.activeProcessorCount + 1))

    /// The most that one call answers; a larger `limit` is cut down to it.
    public static let maximumLimit = 1_000

    /// Opens a store that exists and is of this version. Blocks while it does.
    ///
    /// Throws `wrongPath` if it isn't there, `unavailable` if it can't be read, `corrupt` if it is no store, and
    /// `olderVersion` or `newerVersion` if it isn't of this version. While no server runs, SQLite must be able to create its
    /// side files in the directory.
    public init(path: String) throws(StoreError) {
        self.path = try StoreFile.existing(path)
        var configuration = StoreConfiguration(path: self.path)
        configuration.maximumReaders = Self.connections
        pool = try StoreConnection.openForReading(self.path, configuration)
    }

    /// Later calls throw `unavailable`.
    public func close() async {
        await StoreConnection.close(pool)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await pool.reading(path, body)
    }

    static func bounded(_ limit: Int) -> Int { min(max(1, limit), maximumLimit) }
}

/// How much a store holds.
public struct StoreCounts: Hashable, Sendable {
    /// Made at random when the store was created: a hash of the ledger's that is kept elsewhere belongs to this one.
    public var storeID: String
    public var records: Int64
    public var deliveries: Int64
    public var duplicateDeliveries: Int64
    /// By the name of their state.
    public var launchesByState: [String: Int64]

    public var launches: Int64 { launchesByState.values.reduce(0, +) }
    public var openLaunches: Int64 { launches - launchesByState["closed", default: 0] }
}

extension StoreReader {
    /// `StoreCounts.storeID`, without counting.
    public func storeID() async throws(StoreError) -> String {
        try await read(Self.storeID)
    }

    static func storeID(_ database: Database) throws -> String {
        try String.fetchOne(database, sql: "SELECT value FROM meta WHERE name = 'store_id'") ?? ""
    }

    public func counts() async throws(StoreError) -> StoreCounts {
        try await read { database in
            func count(_ sql: String) throws -> Int64 { try Int64.fetchOne(database, sql: sql) ?? 0 }
            var states: [String: Int64] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT state, count(*) FROM launches GROUP BY state")
            while let row = try rows.next() {
                states[String.fromDatabaseValue(row[0]) ?? "?"] = Int64.fromDatabaseValue(row[1])
            }
            return StoreCounts(
                storeID: try Self.storeID(database),
                records: try count("SELECT count(*) FROM ledger"),
                deliveries: try count("SELECT count(*) FROM deliveries"),
                duplicateDeliveries: try count("SELECT count(*) FROM deliveries WHERE duplicate_of IS NOT NULL"),
                launchesByState: states)
        }
    }
}
