import Foundation
import Synchronization

/// The decision about one call, from what the answers before it said.
enum RateLimitVerdict: Equatable {
    case proceed
    /// Wait this long, then send.
    case wait(Duration)
    /// The pause is longer than a call may wait: fail at once.
    case refuse(Duration)
}

/// What the service has asked for so far. Pure: answers in, decisions out.
struct RateLimitRecord: Equatable {
    private(set) var latest: RateLimit?
    private var notBefore: Date?

    /// An answer without a wish for a pause does not end a pause that another answer asked for: calls run side by side.
    mutating func observe(_ limit: RateLimit) {
        latest = limit
        guard let wanted = limit.notBefore else { return }
        notBefore = max(wanted, notBefore ?? wanted)
    }

    func verdict(at now: Date, longestWait: Duration) -> RateLimitVerdict {
        guard let notBefore, notBefore > now else { return .proceed }
        let pause = Duration(seconds: notBefore.timeIntervalSince(now))
        return pause <= longestWait ? .wait(pause) : .refuse(pause)
    }
}

/// The record of one client, shared by its copies.
final class RateLimitGauge: Sendable {
    private let record = Mutex(RateLimitRecord())

    var latest: RateLimit? { record.withLock { $0.latest } }

    func observe(_ limit: RateLimit) { record.withLock { $0.observe(limit) } }

    func verdict(at now: Date, longestWait: Duration) -> RateLimitVerdict {
        record.withLock { $0.verdict(at: now, longestWait: longestWait) }
    }
}
