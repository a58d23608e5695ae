import Synchronization

/// A flow of work that rests until it is woken, once.
///
/// Whoever rests first arranges for what will wake it, and rests then: the other way round a clock that is advanced by
/// hand could find the world at rest in between, and pass the moment that was to be waited for. Waking before the rest
/// is fine.
final class Rest: Sendable {
    private let activity: ActivityID?
    private let gauge: ActivityGauge
    private let isWoken = Mutex(false)
    private let woken = OneShot<Void>()

    /// - Parameter activity: counts as resting meanwhile. A flow without one is not counted at all.
    init(_ activity: ActivityID?, _ gauge: ActivityGauge) {
        self.activity = activity
        self.gauge = gauge
    }

    func wake() {
        isWoken.withLock { isWoken in
            isWoken = true
            if let activity { gauge.unpark(activity) }
        }
        woken.fulfil(())
    }

    /// Returns when woken or cancelled.
    func rest() async {
        isWoken.withLock { isWoken in
            if !isWoken, let activity { gauge.park(activity) }
        }
        await withTaskCancellationHandler {
            await woken.value()
        } onCancel: {
            wake()
        }
    }
}
