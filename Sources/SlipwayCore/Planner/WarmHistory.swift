/// How the launches that are kept warm for a profile have fared of late.
public struct WarmHistory: Hashable, Sendable {
    /// Those in a row, up to the newest, whose agent did not come or did not stay.
    public private(set) var failures = 0
    public private(set) var lastFailedAt: Timestamp?
    public private(set) var lastFailure: String?

    /// So many of the newest launches tell enough.
    public static let maximumLaunches = 20

    public init() {}

    /// What ends within so long of another failure has the same cause: a stage of capacity that is taken back, an outage.
    static let sameSeconds = 5
    /// Agents that came and ended well without a job that was seen. Some have run a short one.
    static let ordinaryUnseen = 3

    /// - Parameter launches: of one profile, the newest first. Those that aren't kept warm don't count.
    public init(newestFirst launches: some Sequence<Launch>) {
        var unseen = 0
        var counted: Timestamp?
        for launch in launches where launch.isWarm == true {
            guard let result = launch.warmResult else { continue }
            if result == .good { return }
            if result == .unseen {
                unseen += 1
                guard unseen > Self.ordinaryUnseen else { continue }
            }
            let endedAt = launch.endedAt ?? launch.stateSince
            if lastFailedAt == nil { (lastFailedAt, lastFailure) = (endedAt, launch.outcome?.reason) }
            if let counted, abs(counted.millisecondsSince(endedAt)) <= Int64(Self.sameSeconds) * 1_000 { continue }
            counted = endedAt
            failures += 1
        }
    }
}

extension Launch {
    fileprivate enum WarmResult {
        case good
        case bad
        /// Its agent came, and ended as after one job, which nobody saw.
        case unseen
    }

    /// Nil: it says nothing.
    fileprivate var warmResult: WarmResult? {
        guard let outcome else { return onlineAt == nil ? nil : .good }
        switch outcome.kind {
        case .failed, .lost: return ran == nil ? .bad : .good
        // An image that ends at once, and well, is not one that has run a job.
        case .ran: return ran != nil ? .good : onlineAt == nil ? .bad : .unseen
        case .unused, .cancelled: return onlineAt == nil ? nil : .good
        }
    }
}
