internal import SlipwayCore

/// When the organization's parallel jobs are read next. Pure.
struct ParallelJobsCadence: Sendable {
    /// While a job is held for them.
    let heldMilliseconds: Int64
    /// However much happens, not sooner than this after a reading.
    var closestMilliseconds: Int64 { heldMilliseconds / 2 }
    static let idleMilliseconds: Int64 = 60_000
    /// While there is no limit.
    static let unlimitedMilliseconds: Int64 = 600_000
    /// While the service doesn't tell us.
    static let refusedMilliseconds: Int64 = 3_600_000
    private static let longestBackoff: Int64 = 300_000

    /// Reads that failed in a row.
    private(set) var failures = 0
    /// No reading before then, whatever happens.
    private(set) var pausedUntil: Timestamp?

    init(heldMilliseconds: Int64) { self.heldMilliseconds = max(10, heldMilliseconds) }

    mutating func succeeded() {
        failures = 0
        pausedUntil = nil
    }

    mutating func failed(_ error: PortError, at now: Timestamp) {
        failures += 1
        let grown = backoff(failures, first: heldMilliseconds, limit: Self.longestBackoff, doublings: 6)
        let asked = Int64(error.retryAfterSeconds ?? 0) * 1_000
        let least = error.isRefusal ? Self.refusedMilliseconds : grown
        pausedUntil = now.adding(milliseconds: min(max(least, asked), Self.refusedMilliseconds))
    }

    func pause(isHolding: Bool, isLimited: Bool) -> Int64 {
        if isHolding { return heldMilliseconds }
        return isLimited ? max(heldMilliseconds, Self.idleMilliseconds) : Self.unlimitedMilliseconds
    }
}

extension PortError {
    /// The same question will get the same answer for long.
    var isRefusal: Bool { code == .forbidden || code == .unauthenticated || code == .invalid }
}
