/// The launches that a job request, or a booking, has already had.
public struct RequestHistory: Hashable, Sendable {
    /// Of its launches so far, the highest ordinal.
    public var lastOrdinal: Int
    /// Those that ended without an agent, by what trying again won't mend.
    public var failures: Int
    /// Those that the cluster had no room or no answer for, in time, or whose capacity it took back. They are tried again
    /// until the job is gone.
    public var postponements: Int
    /// Of these, the ones whose Spot capacity was taken back.
    public var interruptions: Int
    /// Those whose agent came and was given no job while the job request waited, among the failures: where it wasn't known
    /// whether the organization might run another job.
    public var passedOver: Int
    /// Those whose agent ended as after one job without that the job was seen. Some are ordinary, since an agent may take
    /// another, short job; many in a row are an image that ends at once.
    public var unseen: Int
    /// When the last of any of these ended.
    public var lastFailedAt: Timestamp?
    public var lastFailure: String?

    public init(
        lastOrdinal: Int = 0, failures: Int = 0, postponements: Int = 0, interruptions: Int = 0, passedOver: Int = 0,
        unseen: Int = 0, lastFailedAt: Timestamp? = nil, lastFailure: String? = nil
    ) {
        self.lastOrdinal = lastOrdinal
        self.failures = failures
        self.postponements = postponements
        self.interruptions = interruptions
        self.passedOver = passedOver
        self.unseen = unseen
        self.lastFailedAt = lastFailedAt
        self.lastFailure = lastFailure
    }

    /// What counts against a further launch. An agent that is given no job may have come to a pool whose jobs it doesn't suit,
    /// or to an organization that may run no more jobs at once: where that wasn't known, four count as one.
    public var failuresThatCount: Int {
        let doubtful = passedOver - passedOver / Self.passedOverInDoubt
        return failures - doubtful + max(0, unseen - Self.ordinaryUnseen)
    }

    private static let passedOverInDoubt = 4

    /// So often may a job request lose its agent to other jobs that nobody saw.
    public static let ordinaryUnseen = 3

    /// Counts a launch in, open or closed. One that is being cleaned after a failure has failed already: its
    /// successor must not wait for the cleaning, nor escape the count.
    public mutating func add(_ launch: Launch) {
        lastOrdinal = max(lastOrdinal, launch.ordinal)
        guard let outcome = launch.outcome else { return }
        switch outcome.kind {
        case .failed, .lost:
            // One whose agent took another job did not fail this one.
            guard launch.ran == nil || launch.ran == launch.request || launch.binding != nil else { return }
            if launch.agentTaskStop?.isInterruption == true { interruptions += 1 }
            if launch.isPostponed {
                postponements += 1
            } else {
                failures += 1
                if launch.wasPassedOver == true, launch.isWithinKnownLimit != true { passedOver += 1 }
            }
        case .ran where launch.ran == nil:
            unseen += 1
        case .ran where launch.binding != nil:
            // Whose name is still wanted was given another job.
            failures += 1
        case .ran:
            return
        case .unused where launch.binding != nil:
            // Whoever waits for this very agent was not given it.
            failures += 1
        case .unused, .cancelled:
            return
        }
        let failedAt = launch.endedAt ?? launch.stateSince
        if lastFailedAt.map({ $0 < failedAt }) ?? true {
            lastFailedAt = failedAt
            lastFailure = outcome.reason
        }
    }
}

extension Launch {
    /// It ended for want of room, which may be there later.
    fileprivate var isPostponed: Bool {
        guard agentTask != nil else { return refusal != .permanent }
        return agentTaskStop.map { $0.lacksRoom || $0.isInterruption } ?? false
    }
}
