internal import NIOConcurrencyHelpers

/// Lets a stranger cause a bounded number of log lines: a burst, then one each second. Callable from any thread.
final class LogLimiter: Sendable {
    private struct State {
        var lines: Int64
        var updatedAtSecond: Int64 = 0
        var suppressed = 0
    }

    private let burst: Int64
    private let state: NIOLockedValueBox<State>

    init(burstLines: Int = 20) {
        burst = Int64(burstLines)
        state = NIOLockedValueBox(State(lines: Int64(burstLines)))
    }

    /// How many lines were held back since the last one that was let through; nil if this one is held back too.
    func admit(atMilliseconds now: Int64) -> Int? {
        state.withLockedValue { state in
            let second = now / 1000
            state.lines = min(burst, state.lines + min(max(0, second - state.updatedAtSecond), burst))
            state.updatedAtSecond = second
            guard state.lines > 0 else {
                state.suppressed += 1
                return nil
            }
            state.lines -= 1
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
