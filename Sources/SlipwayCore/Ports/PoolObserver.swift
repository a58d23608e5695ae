/// Who is told of what the pools say and of what is decided on it: metrics.
///
/// Each method returns at once; it never throws and never waits.
public protocol PoolObserver: Sendable {
    /// The pool's id is known from now on. Told before anything else of it, once for each start.
    func poolResolved(_ policy: PoolPolicy)

    /// The pool's unfinished job requests were read. Told before the launches change by it.
    ///
    /// - Parameter askedAt: when the pool was asked.
    func poolRead(_ policy: PoolPolicy, requests: [JobRequest], askedAt: Timestamp)

    /// A plan was carried out.
    ///
    /// - Parameter new: those that went to the ledger since their reason is another than before.
    func planned(_ decisions: [Decision], new: [Decision], for policy: PoolPolicy)
}

/// How many open launches of a profile are in a state.
public struct OpenLaunches: Hashable, Sendable {
    public var pool: PoolID
    public var profile: String
    /// A `LaunchState.name`.
    public var state: String
    public var count: Int

    public init(pool: PoolID, profile: String, state: String, count: Int) {
        self.pool = pool
        self.profile = profile
        self.state = state
        self.count = count
    }

    /// The names of the states that a launch is open in.
    public static let states = ["planned", "starting", "pending", "online", "busy", "finished", "cleaning"]
}
