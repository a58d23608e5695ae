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
    /// By the clock that `notBefore` goes by: an earlier time than this is a clock that was set back.
    private var lastSeen: Date?

    /// An answer without a wish for a pause does not end a pause that another answer asked for: calls run side by side.
    mutating func observe(_ limit: RateLimit) {
        latest = limit
        follow(limit.observed)
        guard let wanted = limit.notBefore else { return }
        notBefore = max(wanted, notBefore ?? wanted)
    }

    mutating func verdict(at now: Date, longestWait: Duration) -> RateLimitVerdict {
        follow(now)
        guard let notBefore, notBefore > now else { return .proceed }
        let pause = Duration(seconds: notBefore.timeIntervalSince(now))
        return pause <= longestWait ? .wait(pause) : .refuse(pause)
    }

    /// A clock that is set back by an hour would make a pause of a minute one of an hour and a minute: the pause goes with it.
    /// Calls run side by side, so a little earlier is no sign of that.
    private mutating func follow(_ now: Date) {
        if let lastSeen, now < lastSeen.addingTimeInterval(-1) {
            notBefore?.addTimeInterval(now.timeIntervalSince(lastSeen))
        } else if let lastSeen, now < lastSeen {
            return
        }
        lastSeen = now
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
