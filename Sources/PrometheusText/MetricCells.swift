internal import CoreMetrics
internal import Synchronization

/// One counter's value. What would make it smaller is ignored.
final class CounterCell: CounterHandler, Sendable {
    private let total = Atomic<Int64>(0)

    var value: Int64 { total.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    /// A scraper takes a smaller value for a new start, which this isn't.
    func reset() {}
}

/// One gauge's value.
final class GaugeCell: MeterHandler, RecorderHandler, Sendable {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// One histogram's values. Its unit is the family's; a timer's nanoseconds are kept as seconds.
final class HistogramCell: RecorderHandler, TimerHandler, Sendable {
    struct Reading: Equatable {
        /// Values in each bucket alone; the last is beyond the highest bound.
        var counts: [UInt64]
        var sum = 0.0
    }

    let buckets: [Double]
    private let state: Mutex<Reading>

    init(buckets: [Double]) {
        self.buckets = buckets
        state = Mutex(Reading(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    /// Buckets and sum of one moment.
    var reading: Reading { state.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    /// What is no number is left out: it would spoil the sum for good.
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = buckets.firstIndex { value <= $0 } ?? buckets.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }
}
