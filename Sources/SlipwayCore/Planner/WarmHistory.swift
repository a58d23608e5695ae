/// How the launches that are kept warm for a profile have fared of late.
public struct WarmHistory: Hashable, Sendable {
    /// Those in a row, up to the newest, whose agent did not come or did not stay.
    public private(set) var failures = 0
    public private(set) var lastFailedAt: Timestamp?
    public private(set) var lastFailure: String?

    /// So many of the newest launches tell enough.
    public static let maximumLaunches = 20

    public init() {}

    /// - Parameter launches: of one profile, the newest first. Those that aren't kept warm don't count.
    public init(newestFirst launches: some Sequence<Launch>) {
        for launch in launches where launch.isWarm == true {
            switch launch.warmResult {
            case .undecided: continue
            case .good: return
            case .bad(let at, let why):
                failures += 1
                if lastFailedAt == nil { (lastFailedAt, lastFailure) = (at, why) }
            }
        }
    }
}

extension Launch {
    fileprivate enum WarmResult {
        case undecided
        case good
        case bad(Timestamp, String)
    }

    fileprivate var warmResult: WarmResult {
        guard let outcome else { return onlineAt == nil ? .undecided : .good }
        switch outcome.kind {
        case .failed, .lost:
            return ran == nil ? .bad(endedAt ?? stateSince, outcome.reason) : .good
        case .ran:
            // An image that ends at once, and well, is not one that has run a job.
            return onlineAt == nil && ran == nil ? .bad(endedAt ?? stateSince, outcome.reason) : .good
        case .unused, .cancelled:
            return onlineAt == nil ? .undecided : .good
        }
    }
}
