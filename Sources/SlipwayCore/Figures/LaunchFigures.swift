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
    /// Of the launches made in it, the newest `maximumFailures` of those that failed or were lost; the most frequent reason
    /// first.
    public var failures: [Failure]

    public static let maximumMeasured = 20_000
    public static let maximumFailures = 1_000
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

    /// One failed launch and why, as the store finds it.
    public typealias FailedLaunch = (id: LaunchID, at: Timestamp, reason: String)

    /// Counted by their reasons, the most frequent first; of equals, the newest.
    public static func count(_ failed: [FailedLaunch]) -> [Failure] {
        var byReason: [String: Failure] = [:]
        for launch in failed {
            let new = Failure(reason: launch.reason, count: 0, launch: launch.id, at: launch.at)
            byReason[launch.reason, default: new].count += 1
            if let known = byReason[launch.reason], known.at < launch.at {
                byReason[launch.reason]?.launch = launch.id
                byReason[launch.reason]?.at = launch.at
            }
        }
        return Array(
            byReason.values.sorted { ($0.count, $0.at, $0.reason) > ($1.count, $1.at, $1.reason) }
                .prefix(maximumReasons))
    }
}
