internal import SlipwayCore
internal import Synchronization

/// When the job requests of the pools may be read.
///
/// Hooks come from the whole organization, for jobs of other pools too, and each may have every pool read. Azure DevOps
/// allows an identity 200 throughput units in any five minutes (Microsoft Learn, "Rate and usage limits"); users have
/// measured 0.07 to 0.13 for calls of this kind. So all pools together have as many turns as such a window has room for. What
/// Azure DevOps says of its limits slows down further (`Cadence`).
final class ReadingTurns: Sendable {
    /// Of all pools: 1,300 in the worst five minutes, or 170 units of 200 by the dearest measurement.
    private static let atOnce = 300
    private static let milliseconds: Int64 = 300

    private let all: Mutex<Pace>

    init(at now: Timestamp) {
        all = Mutex(Pace(atOnce: Self.atOnce, milliseconds: Self.milliseconds, at: now))
    }

    /// When the pool that asks may be read: now, or later. Pools that wait take turns.
    func next(at now: Timestamp) -> Timestamp { all.withLock { $0.next(at: now) } }
}
