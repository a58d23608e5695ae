import Foundation

/// Holds up to `burst` tokens and gains `perSecond`.
struct TokenBucket: Sendable {
    /// The shape of a bucket.
    struct Rate: Sendable, Equatable {
        var burst: Double
        var perSecond: Double
    }

    private let rate: Rate
    private var tokens: Double
    private var filledAt: Date

    init(_ rate: Rate, now: Date) {
        self.rate = rate
        self.tokens = rate.burst
        self.filledAt = now
    }

    /// Takes `count` tokens, or none and answers false.
    mutating func take(_ count: Double = 1, now: Date, scale: TimeScale) -> Bool {
        let gained = max(0, scale.seconds(from: filledAt, to: now)) * rate.perSecond
        tokens = min(rate.burst, tokens + gained)
        filledAt = now
        guard tokens >= count else { return false }
        tokens -= count
        return true
    }
}
