internal import SlipwayCore

/// The notices that wait, and when each is tried next. Pure.
struct WaitingNotices {
    struct Item: Sendable {
        enum Step: Sendable {
            case tell
            /// Over but for its record in the ledger.
            case record(LedgerEntry)
        }

        var notice: RunNotice
        var step = Step.tell
        var addedAt: Timestamp
        var notBefore: Timestamp
        /// A call went without an answer: it may have taken effect.
        var mayBeTold = false
        /// Tries of the present step that failed.
        var failures = 0

        func isTooOld(at now: Timestamp) -> Bool { now >= addedAt.adding(seconds: WaitingNotices.maximumAgeSeconds) }
    }

    private var items: [RunNotice.Key: Item] = [:]

    /// Beyond so many the oldest is left out: its job stays queued, as without the policy.
    static let maximumCount = 1_000
    static let maximumAgeSeconds = 86_400
    static let firstPauseSeconds = 5
    static let longestPauseSeconds = 300
    /// Records that wait beside the notices, while the store takes none.
    private static let maximumRecords = 1_000

    /// Answers a notice that is left out instead, which is to be recorded, and one whose record is given up.
    mutating func add(_ notice: RunNotice, at now: Timestamp) -> (leftOut: RunNotice?, unrecorded: RunNotice?) {
        guard items[notice.key] == nil else { return (nil, nil) }
        items[notice.key] = Item(notice: notice, addedAt: now, notBefore: now)
        guard let oldest = oldest(of: Self.maximumCount, where: \.isToBeTold) else { return (nil, nil) }
        let why = "more than \(Self.maximumCount) runs wait to be told"
        return (oldest, end(oldest, oldest.untoldEntry(why, at: now), at: now))
    }

    /// It is over: what the ledger has to say of it is recorded next. Answers a notice whose record is given up.
    @discardableResult
    mutating func end(_ notice: RunNotice, _ entry: LedgerEntry, at now: Timestamp) -> RunNotice? {
        items[notice.key] = Item(notice: notice, step: .record(entry), addedAt: now, notBefore: now)
        guard let oldest = oldest(of: Self.maximumRecords, where: { !$0.isToBeTold }) else { return nil }
        items[oldest.key] = nil
        return oldest
    }

    mutating func forget(_ notice: RunNotice) { items[notice.key] = nil }

    /// - Parameter askedSeconds: the pause that the service asked for.
    mutating func failed(_ notice: RunNotice, mayBeTold: Bool, askedSeconds: Int?, at now: Timestamp) {
        guard var item = items[notice.key] else { return }
        if mayBeTold { item.mayBeTold = true }
        item.failures += 1
        let grown = backoff(item.failures, first: Self.firstPauseSeconds, limit: Self.longestPauseSeconds)
        let pause = min(Self.longestPauseSeconds, max(grown, askedSeconds ?? 0))
        item.notBefore = now.adding(seconds: pause)
        items[notice.key] = item
    }

    /// The one to be tried now, or the milliseconds to wait for the next.
    func next(at now: Timestamp) -> (due: Item?, pauseMilliseconds: Int64) {
        guard let first = items.values.min(by: { ($0.notBefore, $0.addedAt) < ($1.notBefore, $1.addedAt) }) else {
            return (nil, 3_600_000)
        }
        let pause = first.notBefore.millisecondsSince(now)
        return pause <= 0 ? (first, 0) : (nil, pause)
    }

    var count: Int { items.count }

    /// The oldest of those that the condition holds for, if there are more than `maximum`.
    private func oldest(of maximum: Int, where condition: (Item) -> Bool) -> RunNotice? {
        guard items.count > maximum else { return nil }
        let some = items.values.filter(condition)
        guard some.count > maximum else { return nil }
        return some.min { ($0.addedAt, $0.notice.key.request) < ($1.addedAt, $1.notice.key.request) }?.notice
    }
}

extension WaitingNotices.Item {
    fileprivate var isToBeTold: Bool { if case .tell = step { true } else { false } }
}
