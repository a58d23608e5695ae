internal import SlipwayCore
internal import Synchronization

/// Every call of RunTask passes here, so that the account's quota is never overrun.
final class StartGate: Sendable {
    private let bucket: Mutex<TokenBucket>

    init(_ configuration: EngineConfiguration, at now: Timestamp) {
        bucket = Mutex(
            TokenBucket(capacity: configuration.startBurst, perSecond: configuration.startsPerSecond, at: now))
    }

    /// Takes a turn, or answers when to ask again.
    func take(at now: Timestamp) -> Timestamp? { bucket.withLock { $0.take(at: now) } }
}
