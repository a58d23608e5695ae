/// Where the store is, and its limits.
public struct StoreConfiguration: Hashable, Sendable {
    /// The database file. Beside it, or beside the file that a link leads to, SQLite keeps `<path>-wal`
    /// and `<path>-shm`, and `StoreLock` keeps `<path>.lock`.
    public var path: String
    /// How long a transaction waits while another process writes.
    public var busyTimeoutMilliseconds = 2_000
    /// Operations that may wait for their transaction. One more is refused at once with `StoreError.unavailable`.
    public var maximumQueuedOperations = 10_000
    /// Operations that share one transaction at most.
    public var maximumBatchOperations = 1_000
    /// Connections for reading beside the one that writes.
    public var maximumReaders = 2

    public init(path: String) {
        self.path = path
    }
}
