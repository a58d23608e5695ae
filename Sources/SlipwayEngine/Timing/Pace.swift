internal import SlipwayCore

/// Turns of which some may come at once and the others one after the other. Each is promised to whoever asks, in the order
/// of asking, so that of several who wait none is passed over. Pure.
///
/// (The generic cell rate algorithm.) Unlike `TokenBucket` it doesn't slow down by itself.
struct Pace {
    private let milliseconds: Int64
    private let atOnceMilliseconds: Int64
    /// When all turns that were promised are used up, at one each `milliseconds`.
    private var spentUntil: Timestamp

    /// - Parameters:
    ///   - atOnce: turns after a long rest, from 1.
    ///   - milliseconds: between two turns once those are used up, from 1.
    init(atOnce: Int, milliseconds: Int64, at now: Timestamp) {
        self.milliseconds = milliseconds
        atOnceMilliseconds = Int64(atOnce - 1) * milliseconds
        spentUntil = now
    }

    /// When the caller's turn is: now, or later. It is used up, whether or not the caller takes it.
    mutating func next(at now: Timestamp) -> Timestamp {
        spentUntil = max(spentUntil, now)
        let turn = max(now, spentUntil.adding(milliseconds: -atOnceMilliseconds))
        spentUntil = spentUntil.adding(milliseconds: milliseconds)
        return turn
    }
}
