/// The launches that a job request has already had.
public struct RequestHistory: Hashable, Sendable {
    /// Of its launches so far, the highest ordinal.
    public var lastOrdinal: Int
    /// Those that ended without an agent.
    public var failures: Int
    public var lastFailedAt: Timestamp?
    public var lastFailure: String?

    public init(lastOrdinal: Int = 0, failures: Int = 0, lastFailedAt: Timestamp? = nil, lastFailure: String? = nil) {
        self.lastOrdinal = lastOrdinal
        self.failures = failures
        self.lastFailedAt = lastFailedAt
        self.lastFailure = lastFailure
    }

    /// Counts a launch in, open or closed. One that is being cleaned after a failure has failed already: its
    /// successor must not wait for the cleaning, nor escape the count.
    public mutating func add(_ launch: Launch) {
        lastOrdinal = max(lastOrdinal, launch.ordinal)
        guard let outcome = launch.outcome, outcome.kind == .failed || outcome.kind == .lost else { return }
        // One whose agent took another job did not fail this one.
        guard launch.ran == nil || launch.ran == launch.request else { return }
        failures += 1
        let failedAt = launch.endedAt ?? launch.stateSince
        if lastFailedAt.map({ $0 < failedAt }) ?? true {
            lastFailedAt = failedAt
            lastFailure = outcome.reason
        }
    }
}
