public import Foundation

/// The time of a simulated world.
///
/// `now` is what the simulators print as timestamps. `speed` shortens every simulated duration: with a speed of 20 an
/// image pull of 40 s passes in 2 s of `now`. The calendar itself is not sped up, so that dates on the wire and
/// signatures agree with the clock of the program under test.
public protocol SandboxClock: Sendable {
    var now: Date { get }
    /// Simulated seconds that pass in one second of `now`. Greater than zero.
    var speed: Double { get }
    /// What runs in the world at this moment. A clock that is advanced by hand waits until all of it rests.
    var activities: ActivityGauge { get }
    /// Runs `action` once, when `now` has reached `date`; at the earliest opportunity when `date` has passed. `action`
    /// must be short and must not block. Actions due at the same moment run in the order they were scheduled.
    func schedule(at date: Date, _ action: @escaping @Sendable () -> Void) -> SandboxTimer
}

/// A scheduled action. Cancelling after it ran does nothing.
public struct SandboxTimer: Sendable {
    private let onCancel: @Sendable () -> Void

    public init(onCancel: @escaping @Sendable () -> Void) {
        self.onCancel = onCancel
    }

    public func cancel() {
        onCancel()
    }
}

extension SandboxClock {
    var scale: TimeScale { TimeScale(speed: speed) }

    /// The moment that is `duration` of simulated time away.
    func date(after duration: Duration) -> Date {
        scale.date(duration, after: now)
    }

    /// Waits for `duration` of simulated time. While it waits, `activity` counts as resting.
    ///
    /// Throws `CancellationError` when the task is cancelled, before or meanwhile.
    func sleep(for duration: Duration, as activity: ActivityID) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        let rest = Rest(activity, activities)
        let timer = schedule(at: date(after: duration)) { rest.wake() }
        await rest.rest()
        timer.cancel()
        try Task.checkCancellation()
    }
}

/// Converts between simulated durations and dates.
struct TimeScale: Sendable {
    let speed: Double

    func date(_ duration: Duration, after date: Date) -> Date {
        date.addingTimeInterval(duration.seconds / speed)
    }

    /// Simulated seconds between two dates.
    func seconds(from start: Date, to end: Date) -> Double {
        end.timeIntervalSince(start) * speed
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
