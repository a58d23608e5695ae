/// A token bucket: `capacity` at once, refilled by `perSecond`. RunTask goes through one that is shaped like the
/// account's quota, so that the service's own throttle is seldom met.
///
/// The quota is shared with every other program of the account, and may be smaller than configured. So when the service
/// throttles all the same the bucket halves its rate and its capacity, and wins them back evenly over a minute.
public struct TokenBucket: Hashable, Sendable {
    public let capacity: Double
    public let perSecond: Double
    /// Tokens a second at present: `perSecond`, or less for a while after a throttle.
    public private(set) var rate: Double
    private var tokens: Double
    private var refilledAt: Timestamp
    private var slowedAt: Timestamp?

    /// From nothing to `perSecond`.
    static let recoverySeconds = 60.0
    /// Calls that were under way together are throttled together: within this time they count as one throttle.
    static let throttleMilliseconds: Int64 = 1_000
    /// The rate doesn't fall lower, so that a token comes at least every second.
    static let minimumRate = 1.0

    public init(capacity: Int, perSecond: Int, at now: Timestamp) {
        self.capacity = Double(max(1, capacity))
        self.perSecond = Double(max(1, perSecond))
        rate = self.perSecond
        tokens = self.capacity
        refilledAt = now
    }

    /// Takes a token, or answers when to ask again.
    public mutating func take(at now: Timestamp) -> Timestamp? {
        refill(at: now)
        if tokens >= 1 {
            tokens -= 1
            return nil
        }
        let waitMilliseconds = ((1 - tokens) / rate * 1000).rounded(.up)
        return now.adding(milliseconds: Int64(waitMilliseconds))
    }

    /// The service throttled a call that had its token: half as many from now on, and none at once.
    public mutating func slow(at now: Timestamp) {
        refill(at: now)
        // After a jump of the clock to the past the last throttle lies in the future; that one is no reason to wait.
        if let slowedAt, (0..<Self.throttleMilliseconds).contains(now.millisecondsSince(slowedAt)) { return }
        slowedAt = now
        rate = max(Self.minimumRate, rate / 2)
        tokens = 0
    }

    /// A clock that jumped back refills nothing and takes nothing away.
    private mutating func refill(at now: Timestamp) {
        let elapsed = now.millisecondsSince(refilledAt)
        refilledAt = now
        guard elapsed > 0 else { return }
        let seconds = Double(elapsed) / 1000
        let recovered = min(perSecond, rate + perSecond / Self.recoverySeconds * seconds)
        tokens = min(max(1, capacity * recovered / perSecond), tokens + seconds * (rate + recovered) / 2)
        rate = recovered
    }
}
