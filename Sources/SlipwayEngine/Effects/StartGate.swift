internal import SlipwayCore
internal import Synchronization

/// Every call of RunTask passes here, so that the account's quota is not overrun.
final class StartGate: Sendable {
    private struct State {
        var bucket: TokenBucket
        /// Launches that have their turn and not yet used it.
        var permits: Set<LaunchID> = []
    }

    private let state: Mutex<State>

    init(_ configuration: EngineConfiguration, at now: Timestamp) {
        state = Mutex(
            State(
                bucket: TokenBucket(
                    capacity: configuration.startBurst, perSecond: configuration.startsPerSecond, at: now)))
    }

    /// Gives a launch its turn, or answers when to ask again.
    func permit(_ id: LaunchID, at now: Timestamp) -> Timestamp? {
        state.withLock { state in
            if let later = state.bucket.take(at: now) { return later }
            state.permits.insert(id)
            return nil
        }
    }

    /// Whether a launch may call RunTask now: on the turn that it was given, or, for a repeated call, on a new one.
    func mayCall(_ id: LaunchID, at now: Timestamp) -> Bool {
        state.withLock { $0.permits.remove(id) != nil || $0.bucket.take(at: now) == nil }
    }

    /// A call was throttled all the same.
    func throttled(at now: Timestamp) {
        state.withLock { $0.bucket.slow(at: now) }
    }
}
