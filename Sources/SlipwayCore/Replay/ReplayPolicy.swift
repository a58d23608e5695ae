/// What a replay tries.
public struct ReplayPolicy: Sendable {
    public var pool: PoolPolicy
    public var sweepSeconds: Int
    public var startsPerSecond: Int
    public var startBurst: Int
    /// Whether hooks announce jobs; without, the sweep alone finds them.
    public var hasHooks: Bool

    public init(
        pool: PoolPolicy, sweepSeconds: Int = 30, startsPerSecond: Int = 20, startBurst: Int = 20, hasHooks: Bool = true
    ) {
        self.pool = pool
        self.sweepSeconds = max(1, sweepSeconds)
        self.startsPerSecond = startsPerSecond
        self.startBurst = startBurst
        self.hasHooks = hasHooks
    }

    /// Profiles that recorded jobs have and this policy lacks. With any, nothing can be replayed.
    public func missing(_ recording: Recording) -> [String] {
        Set(recording.jobs.map(\.profile)).filter { pool.profile(named: $0) == nil }.sorted()
    }
}
