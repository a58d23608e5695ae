internal import SlipwayCore

/// When a pool is read next. Pure.
struct Cadence: Sendable {
    var activeMilliseconds: Int64
    var sweepMilliseconds: Int64
    /// Reads that failed in a row.
    private(set) var failures = 0
    /// The service asked for a pause until then.
    private(set) var pausedUntil: Timestamp?

    init(activeMilliseconds: Int64, sweepSeconds: Int) {
        sweepMilliseconds = Int64(sweepSeconds) * 1000
        self.activeMilliseconds = min(activeMilliseconds, sweepMilliseconds)
    }

    mutating func succeeded() {
        failures = 0
        pausedUntil = nil
    }

    mutating func failed(_ error: PortError, at now: Timestamp) {
        failures += 1
        let grown = backoff(failures, first: activeMilliseconds, limit: sweepMilliseconds, doublings: 6)
        let asked = Int64(error.retryAfterSeconds ?? 0) * 1000
        pausedUntil = now.adding(milliseconds: max(grown, min(asked, Self.maximumPauseMilliseconds)))
    }

    private static let maximumPauseMilliseconds: Int64 = 300_000

    /// Milliseconds until the next reading that no hook asked for.
    func pause(isActive: Bool, at now: Timestamp) -> Int64 {
        if let pausedUntil { return max(1, pausedUntil.millisecondsSince(now)) }
        return isActive ? activeMilliseconds : sweepMilliseconds
    }

    /// Whether a hook may cause a reading now, or has to wait for the pause to end.
    func allowsReading(at now: Timestamp) -> Bool { pausedUntil.map { now >= $0 } ?? true }
}
