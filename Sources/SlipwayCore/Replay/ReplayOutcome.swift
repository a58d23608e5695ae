/// What a policy came to, in fact or in a replay.
public struct ReplayOutcome: Hashable, Sendable {
    /// From a job's arrival until an agent had it, milliseconds, sorted; one for each job that ran.
    public var waits: [Int64] = []
    /// Jobs that no agent ever had.
    public var unserved = 0
    public var launches = 0
    /// Those whose agent had no job.
    public var unused = 0
    public var mostAtOnce = 0
    /// Of agents online, and of these without a job.
    public var agentMilliseconds: Int64 = 0
    public var idleMilliseconds: Int64 = 0
    public var cost = Money.zero
    /// Launches whose cost is not known.
    public var withoutPrice = 0

    public init() {}

    /// By nearest rank; nil: no job ran.
    public func wait(percent: Int) -> Int64? {
        guard !waits.isEmpty else { return nil }
        return waits[max(0, (waits.count * percent + 99) / 100 - 1)]
    }
}
