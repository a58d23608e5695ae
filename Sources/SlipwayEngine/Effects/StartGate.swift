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
                    capacity: Self.capacity(configuration.startBurst), perSecond: configuration.startsPerSecond, at: now
                )
            ))
    }

    /// A tenth less than the service's bucket holds: calls don't arrive as evenly as they leave, and one that finds the
    /// bucket empty by a hair is throttled.
    private static func capacity(_ burst: Int) -> Int { max(1, burst - (burst + 9) / 10) }

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

    /// The turn of a launch that will not use it.
    func forget(_ id: LaunchID) {
        state.withLock { _ = $0.permits.remove(id) }
    }

    /// Turns that were given and not used yet.
    var permitCount: Int { state.withLock { $0.permits.count } }

    /// A call was throttled all the same.
    func throttled(at now: Timestamp) {
        state.withLock { $0.bucket.slow(at: now) }
    }
}

extension StartGate: LaunchObserver {
    func launchChanged(from old: Launch?, to new: Launch) {
        switch new.state {
        case .planned, .starting: return
        case .pending, .online, .busy, .finished, .cleaning, .closed: forget(new.id)
        }
    }
}
