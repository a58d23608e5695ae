internal import Foundation
public import SlipwayCore
internal import Synchronization

/// The machine's own clock, without its jumps: when it is set, the time shown here runs up to a tenth faster or slower
/// until both agree again. So no deadline passes and no pause lasts because somebody has set the clock.
public final class SystemTime: TimeSource {
    private struct State {
        var shown: Int64
        var readAt: ContinuousClock.Instant
    }

    private let wall: @Sendable () -> Int64
    private let steady: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    public convenience init() {
        self.init(
            wall: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }, steady: { ContinuousClock.now })
    }

    /// `wall`: milliseconds since 1970, which may jump. `steady`: never does.
    init(wall: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.wall = wall
        self.steady = steady
        state = Mutex(State(shown: wall(), readAt: steady()))
    }

    public func now() -> Timestamp {
        state.withLock { state in
            let elapsed = (steady() - state.readAt).milliseconds
            // Too little to correct by: shown, and left for a later call.
            guard elapsed >= 10 else { return Timestamp(milliseconds: state.shown + elapsed) }
            let expected = state.shown + elapsed
            let correction = (wall() - expected).clamped(to: elapsed / 10)
            state.shown = expected + correction
            state.readAt = state.readAt.advanced(by: .milliseconds(elapsed))
            return Timestamp(milliseconds: state.shown)
        }
    }

    public func sleep(milliseconds: Int64) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds))
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension Int64 {
    fileprivate func clamped(to bound: Int64) -> Int64 { Swift.max(-bound, Swift.min(bound, self)) }
}
