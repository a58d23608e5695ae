/// A token bucket: `capacity` at once, refilled by `perSecond`. RunTask goes through one that is shaped like the
/// account's quota, so that the service's own throttle is never met.
public struct TokenBucket: Hashable, Sendable {
    public let capacity: Double
    public let perSecond: Double
    private var tokens: Double
    private var refilledAt: Timestamp

    public init(capacity: Int, perSecond: Int, at now: Timestamp) {
        self.capacity = Double(max(1, capacity))
        self.perSecond = Double(max(1, perSecond))
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
        let waitMilliseconds = ((1 - tokens) / perSecond * 1000).rounded(.up)
        return now.adding(milliseconds: Int64(waitMilliseconds))
    }

    /// A clock that jumped back refills nothing and takes nothing away.
    private mutating func refill(at now: Timestamp) {
        let elapsed = now.millisecondsSince(refilledAt)
        refilledAt = now
        guard elapsed > 0 else { return }
        tokens = min(capacity, tokens + Double(elapsed) / 1000 * perSecond)
    }
}
