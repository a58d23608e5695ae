internal import GRDB
public import SlipwayCore

/// The store on one SQLite file: WAL, `synchronous = FULL`, one connection that writes and a few that read.
///
/// Concurrent `record` and `commit` calls share transactions, and with them the write to the disk (`GroupCommit`). The
/// connections work on dispatch queues of their own, so no thread of the Swift concurrency pool ever waits for a disk.
///
/// `record` and `commit` don't observe cancellation: once called, the operation is done whole or refused whole, and the
/// caller is told which. `unavailable` means that nothing is acknowledged; if the disk failed in the very moment of the
/// commit, the operation may still be found after a crash, as with any answer that is lost.
///
/// After an error the store goes on by itself as soon as its cause is gone; it need not be opened again. Several
/// stores, also of several processes, may write to one file: the ledger's chain stays whole.
public final class SQLiteStore: LedgerStore {
    let path: String
    let pool: DatabasePool
    private let commits: GroupCommit

    /// Opens the store, creating the file (mode 0600) if there is none, and brings its schema up to date. Blocks while
    /// it does: to be called at start, or from a thread that may wait.
    ///
    /// Throws `unavailable` if directory or file can't be used, `corrupt` if the file is no store of ours or is damaged, and
    /// `newerVersion` if it was written by a newer version. The directory is not created.
    public init(_ configuration: StoreConfiguration) throws(StoreError) {
        path = try StoreFile.prepare(configuration.path)
        pool = try StoreConnection.openForWriting(path, configuration)
        commits = GroupCommit(pool, path: path, configuration)
    }

    public convenience init(path: String) throws(StoreError) {
        try self.init(StoreConfiguration(path: path))
    }

    /// Opens a store that exists and is of this version, to write to it beside the server: it is neither created nor brought
    /// up to date, which would be done under a server that runs. Blocks while it does.
    ///
    /// Throws `wrongPath` if there is none, `olderVersion` or `newerVersion` if it isn't of this version, else as above.
    public init(existing path: String) throws(StoreError) {
        self.path = try StoreFile.existing(path)
        let configuration = StoreConfiguration(path: self.path)
        pool = try StoreConnection.openForWriting(self.path, configuration, migrates: false)
        commits = GroupCommit(pool, path: self.path, configuration)
    }

    /// Refuses new writes, waits for those under way, and closes the file. Later calls throw `unavailable`; closing twice
    /// does nothing.
    public func close() async {
        guard await commits.finish() else { return }
        await StoreConnection.close(pool)
    }

    /// Figures since the store was opened.
    public var statistics: CommitStatistics { commits.statistics }
}

extension SQLiteStore {
    public func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt {
        try await commits.submit { transaction in try transaction.record(delivery) }
    }

    public func commit(_ batch: LaunchBatch) async throws(StoreError) {
        guard !batch.isEmpty else { return }
        // Encoded here, in the caller's task: the one thread that writes is the scarce one.
        let changes = try LaunchChanges(batch)
        try await commits.submit { transaction in try transaction.commit(changes) }
    }

    public func openLaunches() async throws(StoreError) -> [Launch] {
        try await pool.reading(path) { database in try LaunchRows.open(database) }
    }

    public func history(
        pool poolID: PoolID, requests: [JobRequestID]
    ) async throws(StoreError) -> [JobRequestID: RequestHistory] {
        guard !requests.isEmpty else { return [:] }
        return try await pool.reading(path) { database in
            try LaunchRows.history(database, pool: poolID, requests: requests)
        }
    }

    public func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] {
        guard !bookings.isEmpty else { return [:] }
        return try await pool.reading(path) { database in try BookingRows.history(database, bookings) }
    }

    public func warmHistory(
        pool poolID: PoolID, profiles: [String]
    ) async throws(StoreError) -> [String: WarmHistory] {
        guard !profiles.isEmpty else { return [:] }
        return try await pool.reading(path) { database in
            try LaunchRows.warmHistory(database, pool: poolID, profiles: profiles)
        }
    }

    public func booking(_ id: BookingID) async throws(StoreError) -> Booking? {
        try await pool.reading(path) { database in try BookingRows.one(database, id) }
    }

    public func bookingsAtWork() async throws(StoreError) -> [Booking] {
        try await pool.reading(path) { database in try BookingRows.atWork(database) }
    }

    public func bookings(
        named names: [BoundAgentName], pool poolName: String
    ) async throws(StoreError) -> [Booking] {
        guard !names.isEmpty else { return [] }
        return try await pool.reading(path) { database in
            try BookingRows.speaking(database, for: names, pool: poolName)
        }
    }

    public func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int {
        let before = closedBefore.milliseconds
        return try await commits.submit { transaction in try transaction.dropBookings(closedBefore: before) }
    }

    public func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord] {
        try await pool.reading(path) { database in try LedgerRows.newest(database, about: subject, limit: limit) }
    }

    /// Read on the connection that writes: SQLite's `data_version` counts what every *other* connection has written. It
    /// may also change where nothing was written, never the other way round.
    public func foreignChanges() async throws(StoreError) -> Int64 {
        try await pool.readingOnWriter(path) { database in
            try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
        }
    }
}
