/// How the launches of a while went.
public struct LaunchFigures: Hashable, Sendable {
    /// A reason that launches failed for, or were lost.
    public struct Failure: Hashable, Sendable {
        public var reason: String
        public var count: Int
        /// The newest of them.
        public var launch: LaunchID
        public var at: Timestamp

        public init(reason: String, count: Int, launch: LaunchID, at: Timestamp) {
            self.reason = reason
            self.count = count
            self.launch = launch
            self.at = at
        }
    }

    public var since: Timestamp
    public var until: Timestamp
    /// Launches made in it.
    public var made: Int
    /// Those made in each minute of it, the first minute first; empty where nobody asked for them.
    public var madePerMinute: [Int]
    /// Launches closed in it, by how they ended.
    public var outcomes: [LaunchOutcome.Kind: Int]
    /// Of the launches closed in it, at most the newest `maximumMeasured`. A phase that none of them had is left out.
    public var phases: [PhaseFigures]
    /// Of the launches closed in it that failed or were lost, at most the newest `maximumFailures`: the most frequent
    /// `maximumReasons` reasons, the most frequent first; of equals, the newest.
    public var failures: [Failure]

    public static let maximumMeasured = 20_000
    public static let maximumFailures = 50_000
    /// Reasons that are told.
    public static let maximumReasons = 20

    public init(
        since: Timestamp, until: Timestamp, made: Int = 0, madePerMinute: [Int] = [],
        outcomes: [LaunchOutcome.Kind: Int] = [:], phases: [PhaseFigures] = [], failures: [Failure] = []
    ) {
        self.since = since
        self.until = until
        self.made = made
        self.madePerMinute = madePerMinute
        self.outcomes = outcomes
        self.phases = phases
        self.failures = failures
    }

    /// Launches closed in it that failed or were lost.
    public var failed: Int { (outcomes[.failed] ?? 0) + (outcomes[.lost] ?? 0) }

    /// Of those the newest, whose reasons were counted.
    public var failuresCounted: Int { min(failed, Self.maximumFailures) }

    /// Those that were counted, and whose reasons are not among `failures`.
    public var otherFailures: Int { max(0, failuresCounted - failures.map(\.count).reduce(0, +)) }
}
