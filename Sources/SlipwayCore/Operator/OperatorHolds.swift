/// What operators have put on hold, as the ledger's last word on each leaves it. Pure.
public struct OperatorHolds: Hashable, Sendable {
    public struct Hold: Hashable, Sendable {
        public var since: Timestamp
        public var by: String
        public var reason: String?

        public init(since: Timestamp, by: String, reason: String? = nil) {
            self.since = since
            self.by = by
            self.reason = reason
        }

        fileprivate var text: String { "by \(by)" + (reason.map { ": \($0)" } ?? "") }
    }

    /// Nil: new launches are made.
    public private(set) var drain: Hold?
    public private(set) var paused: [ProfileKey: Hold] = [:]

    public init() {}

    /// What the ledger is asked for, by subject; of each the newest record counts.
    public static func subjects(of profiles: [ProfileKey]) -> [String] {
        [OperatorOrder.serverSubject] + profiles.map(OperatorOrder.subject(of:))
    }

    /// Of the records that put something on hold.
    public static let kinds = ["operator.drained", "operator.paused"]

    /// Takes up the newest record about a subject.
    public mutating func take(_ record: LedgerRecord, profiles: [ProfileKey]) {
        let hold = Hold(record)
        switch record.kind {
        case "operator.drained": drain = hold
        case "operator.resumed": drain = nil
        case "operator.paused", "operator.unpaused":
            guard let key = profiles.first(where: { OperatorOrder.subject(of: $0) == record.subject }) else { return }
            paused[key] = record.kind == "operator.paused" ? hold : nil
        default: return
        }
    }

    /// Takes up an order that was just stored.
    public mutating func take(_ order: OperatorOrder, at now: Timestamp) {
        let hold = Hold(since: now, by: order.by, reason: order.reason)
        switch order.action {
        case .drain: drain = hold
        case .resume: drain = nil
        case .pauseProfile(let key): paused[key] = hold
        case .resumeProfile(let key): paused[key] = nil
        case .stopLaunch, .retryLaunch: return
        }
    }

    /// Why no launch is made for a profile; nil: it may be.
    public func reason(against key: ProfileKey) -> String? {
        if let drain { return "Slipway is drained, \(drain.text); it is taken up again by slipway resume" }
        return paused[key].map {
            "profile \(key.profile) is paused, \($0.text); it is taken up again by slipway profiles resume"
        }
    }

    /// How many agents of a profile are to be online without a job: none while it is on hold.
    public func warmAgents(of profile: Profile, in pool: String, at now: Timestamp) -> Int {
        reason(against: ProfileKey(pool: pool, profile: profile.name)) == nil ? profile.warmAgents(at: now) : 0
    }

    /// The same for all profiles of a pool, by name: what the planner is given.
    public func reasons(pool: PoolPolicy) -> [String: String] {
        guard drain != nil || !paused.isEmpty else { return [:] }
        var reasons: [String: String] = [:]
        for profile in pool.profiles {
            reasons[profile.name] = reason(against: ProfileKey(pool: pool.name, profile: profile.name))
        }
        return reasons
    }

    /// For whoever asks whether Slipway is ready; nil: it is not drained.
    public var drainNote: String? {
        drain.map { "no new launches are made since \($0.since), \($0.text); slipway resume takes them up again" }
    }
}

extension OperatorHolds.Hold {
    fileprivate init(_ record: LedgerRecord) {
        let facts = record.readFacts
        func text(_ name: String) -> String? { if case .text(let text)? = facts?[name] { text } else { nil } }
        self.init(since: record.at, by: text("by") ?? "somebody", reason: text("reason"))
    }
}
