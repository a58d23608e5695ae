/// Figures of the writing side since the store was opened.
public struct CommitStatistics: Hashable, Sendable {
    /// Transactions that were committed; each is one write to the disk.
    public var transactions: Int64 = 0
    /// Operations that became durable.
    public var committed: Int64 = 0
    /// Operations that were refused for what they are: a conflict of versions, a duplicate launch.
    public var refused: Int64 = 0
    /// Operations that failed because the store did, or because the queue was full.
    public var failed: Int64 = 0
    public var largestBatch = 0
    /// Operations that wait at this moment.
    public var queued = 0

    public init() {}
}
