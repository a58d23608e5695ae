internal import SlipwayCore

/// Writes to the ledger why a job request or a booking waits or is refused: when the reason changes, not at each reading.
struct DecisionLog {
    /// By subject. One may have several, as when a launch is stopped and the next is held for it.
    private var lastReasons: [String: Set<String>] = [:]

    /// Answers the decisions that were written, which are new.
    @discardableResult
    mutating func record(
        _ decisions: [Decision], pool: PoolPolicy, in parts: EngineParts
    ) async throws -> [Decision] {
        var new: [Decision] = []
        var entries: [LedgerEntry] = []
        var reasons: [String: Set<String>] = [:]
        for decision in decisions {
            guard let subject = subject(of: decision, pool) else { continue }
            reasons[subject, default: []].insert(decision.reason)
            guard lastReasons[subject]?.contains(decision.reason) != true, isWorthAnEntry(decision) else { continue }
            new.append(decision)
            entries.append(entry(decision, subject, pool, at: parts.time.now()))
        }
        if !entries.isEmpty { try await parts.store.commit(LaunchBatch(entries: entries)) }
        lastReasons = reasons
        return new
    }

    /// A booking's own where no job demands its agent yet; a profile's where agents are kept warm for it.
    private func subject(of decision: Decision, _ pool: PoolPolicy) -> String? {
        decision.request?.ledgerSubject ?? decision.booking?.ledgerSubject
            ?? decision.profile.map { "warm-\(pool.id)-\($0)" }
    }

    /// A launch opens its own history with the same reason, and that an agent is on its way shows there too.
    private func isWorthAnEntry(_ decision: Decision) -> Bool {
        switch decision.action {
        case .launch, .served: false
        case .stop, .hold, .refuse: true
        }
    }

    private func entry(_ decision: Decision, _ subject: String, _ pool: PoolPolicy, at now: Timestamp)
        -> LedgerEntry
    {
        var facts = LedgerFacts()
        facts["pool"] = .integer(Int64(pool.id.rawValue))
        facts["reason"] = .text(decision.reason)
        if case .stop(let id) = decision.action { facts["launch"] = .text(id.rawValue) }
        return LedgerEntry(at: now, kind: "decision.\(decision.name)", subject: subject, facts: facts)
    }
}
