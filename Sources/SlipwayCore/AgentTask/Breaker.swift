/// Keeps launches from a rung that has no room: after some refusals in a row it is left out for a while, then tried again,
/// and a single refusal leaves it out for longer. Pure.
public struct Breaker: Hashable, Sendable {
    /// Refusals for want of room or quota since the rung last took an agent task.
    private var refusals = 0
    /// Agent tasks that it took and had no room for after all, since one came up on it.
    private var losses = 0
    /// Times it was opened since then.
    private var openings = 0
    public private(set) var openUntil: Timestamp?

    static let maximumRefusals = 3
    static let capacitySeconds = 60
    static let quotaSeconds = 300
    static let longestSeconds = 1_800

    public init() {}

    public func isOpen(at now: Timestamp) -> Bool { openUntil.map { now < $0 } ?? false }

    /// Answers whether this opened it.
    public mutating func refused(_ kind: StartRefusal.Class, at now: Timestamp) -> Bool {
        guard kind == .capacity || kind == .quota else { return false }
        refusals += 1
        return open(after: refusals, first: kind == .quota ? Self.quotaSeconds : Self.capacitySeconds, at: now)
    }

    /// An agent task that it had taken was stopped for want of room. Answers whether this opened it.
    public mutating func lost(at now: Timestamp) -> Bool {
        losses += 1
        return open(after: losses, first: Self.capacitySeconds, at: now)
    }

    private mutating func open(after failures: Int, first: Int, at now: Timestamp) -> Bool {
        // What was under way when it opened tells nothing new.
        guard !isOpen(at: now), openings > 0 || failures >= Self.maximumRefusals else { return false }
        openings += 1
        openUntil = now.adding(seconds: backoff(openings, first: first, limit: Self.longestSeconds))
        return true
    }

    /// An agent task was taken. Answers whether that shows room: not where such were stopped for want of it.
    mutating func accepted() -> Bool {
        refusals = 0
        return losses == 0
    }

    /// An agent task came up. Answers whether that shows room: not where it may have been taken before the rung was left out,
    /// nor where acceptances tell it.
    mutating func cameUp(at now: Timestamp) -> Bool {
        guard losses > 0, !isOpen(at: now) else { return false }
        losses = 0
        return hasOpened
    }

    /// As it was before a start. Which kind of trouble it was is not known.
    fileprivate mutating func restore(openings: Int, until: Timestamp, at now: Timestamp) {
        refusals = Self.maximumRefusals
        losses = 1
        self.openings = openings
        // A clock that was set must not leave it out for longer.
        openUntil = min(until, now.adding(seconds: Self.longestSeconds))
    }

    /// Whether it was opened since the rung last took an agent task.
    public var hasOpened: Bool { openings > 0 }
}

/// The breakers of all rungs. An agent task that is accepted closes its rung's; where some were stopped for want of room after
/// that, one that runs. Profiles with an equal placement share its breaker.
public struct Breakers: Sendable {
    private var breakers: [Placement: Breaker] = [:]

    public init() {}

    /// The rungs, by their index, that are to be left out.
    public func openRungs(of placements: [Placement], at now: Timestamp) -> Set<Int> {
        guard !breakers.isEmpty else { return [] }
        return Set(placements.indices.filter { breakers[placements[$0]]?.isOpen(at: now) ?? false })
    }

    /// The rungs, by their index, that are left out, or that were and have not shown room since.
    public func doubtfulRungs(of placements: [Placement]) -> Set<Int> {
        guard !breakers.isEmpty else { return [] }
        return Set(placements.indices.filter { breakers[placements[$0]]?.hasOpened ?? false })
    }

    /// Until when a rung is left out; nil: it isn't.
    public func openUntil(_ placement: Placement, at now: Timestamp) -> Timestamp? {
        guard let breaker = breakers[placement], breaker.isOpen(at: now) else { return nil }
        return breaker.openUntil
    }

    /// What an answer to RunTask on this rung changes, or what became of an agent task there, as the ledger tells it; nil:
    /// nothing.
    public mutating func note(_ event: LaunchEvent, on placement: Placement, at now: Timestamp) -> LedgerEntry? {
        switch event {
        case .startRefused(let refusal):
            guard breakers[placement, default: Breaker()].refused(refusal.kind, at: now) else { return nil }
            return opened(placement, refusal.message, at: now)
        case .agentTaskObserved(.stopped(let stop), _):
            guard stop.lacksRoom, breakers[placement, default: Breaker()].lost(at: now) else { return nil }
            return opened(placement, stop.explanation, at: now)
        case .agentTaskAccepted:
            guard breakers[placement]?.accepted() ?? false else { return nil }
            return closed(placement, at: now)
        case .agentTaskObserved(.running, _):
            guard breakers[placement]?.cameUp(at: now) ?? false else { return nil }
            return closed(placement, at: now)
        default:
            return nil
        }
    }

    private func opened(_ placement: Placement, _ why: String, at now: Timestamp) -> LedgerEntry {
        var facts = Self.facts(of: placement)
        facts["reason"] = .text(why)
        facts.set("until", breakers[placement]?.openUntil?.description, ifChangedFrom: nil)
        return LedgerEntry(at: now, kind: "rung.opened", subject: placement.name, facts: facts)
    }

    private mutating func closed(_ placement: Placement, at now: Timestamp) -> LedgerEntry? {
        guard breakers.removeValue(forKey: placement)?.hasOpened ?? false else { return nil }
        return LedgerEntry(at: now, kind: "rung.closed", subject: placement.name, facts: Self.facts(of: placement))
    }

    /// Takes up, after a start, what the ledger says of a rung.
    /// - Parameter records: the newest about its name, newest first.
    public mutating func restore(_ placement: Placement, from records: [LedgerRecord], at now: Timestamp) {
        let subnets = Self.facts(of: placement)["subnets"]
        let own = records.lazy.filter { $0.readFacts?["subnets"] == subnets }
        let opened = own.prefix { $0.kind != "rung.closed" }.filter { $0.kind == "rung.opened" }
        guard case .text(let text)? = opened.first?.readFacts?["until"], let until = Timestamp(text) else { return }
        breakers[placement, default: Breaker()].restore(openings: opened.count, until: until, at: now)
    }

    private static func facts(of placement: Placement) -> LedgerFacts {
        var facts = LedgerFacts()
        facts["subnets"] = .text(placement.subnets.joined(separator: " "))
        return facts
    }
}
