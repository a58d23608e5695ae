/// The self-hosted jobs of private projects that the organization may run at once, and how many it ran when that was read.
///
/// An agent beyond them gets no job until another one ends: it idles and costs money. The figures are some seconds old. That an
/// agent idles or a job waits for some seconds because of it is harmless; that a job never gets one is not, so an old
/// reading means no limit.
public struct ParallelJobs: Hashable, Sendable {
    public var limit: Int
    public var used: Int
    /// When it was asked for.
    public var readAt: Timestamp

    public static let believedSeconds = 120

    public init(limit: Int, used: Int, readAt: Timestamp) {
        self.limit = limit
        self.used = used
        self.readAt = readAt
    }

    public func isBelieved(at now: Timestamp) -> Bool { now < readAt.adding(seconds: Self.believedSeconds) }

    /// Whether a launch takes one of them, or may soon, and `used` doesn't hold it yet.
    public func counts(_ launch: Launch) -> Bool {
        guard launch.jobOrigin.isPublic != true else { return false }
        // One that is kept warm takes one when it is given a job.
        guard launch.isWarm != true || !launch.canTakeJob else { return false }
        switch launch.state {
        // One that the cluster has refused may be refused for hours, and must not keep the others waiting.
        case .planned, .starting: return launch.startFailures == 0
        case .pending, .online: return true
        case .busy: return launch.busyAt.map { $0 >= readAt } ?? false
        case .finished, .cleaning, .closed: return false
        }
    }

    /// Why there is no room, in words.
    public var reason: String { Self.reason(limit: limit) }

    /// Without the use, which changes all the time: a new reason is a new record in the ledger.
    static func reason(limit: Int) -> String {
        "the organization's self-hosted parallel jobs (\(limit)) are in use or have agents on their way; a further agent would idle"
    }
}

/// What the service says of them.
public struct ParallelJobsUse: Hashable, Sendable {
    /// Nil: there is no limit, or the service doesn't tell.
    public var limit: Int?
    public var used: Int

    public init(limit: Int?, used: Int) {
        self.limit = limit
        self.used = used
    }
}
