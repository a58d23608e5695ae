/// Since when a pool's registrations have been readable without a gap. Only while they are can it be told that an agent
/// has not come, or got no job.
public struct PoolSight: Hashable, Sendable {
    public private(set) var readAt: Timestamp?
    public private(set) var readableSince: Timestamp?

    /// Readings further apart than this leave a gap, in which nobody knows what the agents did.
    public static let gapSeconds = 60

    public init() {}

    /// The registrations were read, and what they told is committed. `lookedAt`: when they were asked for.
    public mutating func read(lookedAt: Timestamp) {
        if let readAt, lookedAt < readAt { return }
        if !isClear(at: lookedAt) { readableSince = lookedAt }
        readAt = lookedAt
    }

    public func isClear(at now: Timestamp) -> Bool {
        guard let readAt else { return false }
        return now < readAt.adding(seconds: Self.gapSeconds)
    }
}
