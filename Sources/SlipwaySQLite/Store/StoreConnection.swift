internal import Dispatch
internal import Foundation
internal import GRDB
internal import SlipwayCore

/// How connections are opened, set up, used and closed.
enum StoreConnection {
    /// - Parameter migrates: false: the schema must be this version's already, and a file that isn't such a store is left as
    ///   it is.
    static func openForWriting(
        _ path: String, _ configuration: StoreConfiguration, migrates: Bool = true
    ) throws(StoreError) -> DatabasePool {
        try translating(path) {
            let pool = try DatabasePool(
                path: path, configuration: database(configuration, requiresCurrent: !migrates))
            try pool.writeWithoutTransaction { database in
                keepTemporaryFiles(beside: path, database)
                // After the pool is made: GRDB sets NORMAL when it turns WAL on, and NORMAL may lose the last commits
                // when the power goes. `fullfsync` is for macOS, where fsync alone does not reach the medium.
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON")
                // A log that a long reader made grow shrinks again at the next checkpoint.
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
                // The index over delivery keys is hit at random; with SQLite's 2 MB its pages are read again and again.
                try database.execute(sql: "PRAGMA cache_size = -8000")
            }
            if migrates { try Schema.migrate(pool, path: path) }
            return pool
        }
    }

    /// SQLite puts what it sorts and what it may have to take back into temporary files, in `/tmp` unless it is told
    /// otherwise. A container with a read-only root has none to write to, and there a new version could not bring a store
    /// up to date. Beside the store there is room, on a disk that is as well kept; a larger upgrade would not fit in memory.
    ///
    /// One folder for the whole process, which SQLite changes under a lock of its own. Where `SQLITE_TMPDIR` says something,
    /// that is left to it.
    private static func keepTemporaryFiles(beside path: String, _ database: Database) {
        guard ProcessInfo.processInfo.environment["SQLITE_TMPDIR"] == nil else { return }
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        // Refused where the folder can't be written to: then SQLite looks for another, as it would have.
        try? database.execute(
            sql: "PRAGMA temp_store_directory = '\(folder.replacingOccurrences(of: "'", with: "''"))'")
    }

    static func openForReading(
        _ path: String, _ configuration: StoreConfiguration
    ) throws(StoreError) -> DatabasePool {
        try translating(path) {
            var settings = database(configuration)
            settings.readonly = true
            let pool = try DatabasePool(path: path, configuration: settings)
            try pool.read { database in
                try Schema.requireCurrent(database, path: path)
                keepTemporaryFiles(beside: path, database)
            }
            return pool
        }
    }

    private static func database(
        _ configuration: StoreConfiguration, requiresCurrent: Bool = false
    ) -> Configuration {
        var settings = Configuration()
        settings.label = "slipway.store"
        settings.maximumReaderCount = max(1, configuration.maximumReaders)
        // `GroupCommit` ends its transactions itself. Without this GRDB would end the process if a disk failed so badly
        // that even a rollback did not work.
        settings.allowsUnsafeTransactions = true
        let path = configuration.path
        let busyTimeout = max(0, configuration.busyTimeoutMilliseconds)
        settings.prepareDatabase { database in
            // Here and not by `busyMode`, which GRDB replaces by ten seconds on connections that read.
            try database.execute(sql: "PRAGMA busy_timeout = \(busyTimeout)")
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            // Before WAL is turned on: another program's file is left as it was.
            try Schema.requireOurs(database, path: path)
            if requiresCurrent { try Schema.requireCurrent(database, path: path) }
        }
        return settings
    }

    /// Moves the log into the file, so that the file alone is the store while no server runs, and closes. GRDB closes the
    /// readers last, which may not do it. Waits for connections and locks, so it is done where waiting harms nobody.
    static func close(_ pool: DatabasePool) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                // Whatever these say, nothing is lost: the log is replayed by whoever opens the file next.
                if !pool.configuration.readonly {
                    try? pool.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) }
                }
                try? pool.close()
                continuation.resume()
            }
        }
    }

    private static func translating<Value>(_ path: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension DatabasePool {
    /// Reads in one snapshot. Doesn't observe cancellation, unlike GRDB's own `read`, whose `CancellationError` would say
    /// nothing about the store.
    func reading<Value: Sendable>(
        _ path: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            asyncRead { access in
                continuation.resume(
                    returning: Result { try body(access.get()) }.mapError { StoreError($0, path: path) })
            }
        }
        return try result.get()
    }

    /// Reads on the connection that writes, between two transactions.
    func readingOnWriter<Value: Sendable>(
        _ path: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            asyncWriteWithoutTransaction { database in
                continuation.resume(returning: Result { try body(database) }.mapError { StoreError($0, path: path) })
            }
        }
        return try result.get()
    }
}
