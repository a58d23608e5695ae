internal import SlipwayCore

/// Writes to the ledger why a job request waits or is refused: when the reason changes, not at each reading.
struct DecisionLog {
    private var lastReasons: [JobRequestID: String] = [:]

    /// Answers the decisions that were written, which are new.
    @discardableResult
    mutating func record(
        _ decisions: [Decision], pool: PoolPolicy, in parts: EngineParts
    ) async throws -> [Decision] {
        var new: [Decision] = []
        var entries: [LedgerEntry] = []
        var reasons: [JobRequestID: String] = [:]
        for decision in decisions {
            guard let request = decision.request else { continue }
            reasons[request] = decision.reason
            guard lastReasons[request] != decision.reason, isWorthAnEntry(decision) else { continue }
            new.append(decision)
            entries.append(entry(decision, request, pool, at: parts.time.now()))
        }
        if !entries.isEmpty { try await parts.store.commit(LaunchBatch(entries: entries)) }
        lastReasons = reasons
        return new
    }

    /// A launch opens its own history with the same reason, and that an agent is on its way shows there too.
    private func isWorthAnEntry(_ decision: Decision) -> Bool {
        switch decision.action {
        case .launch, .served: false
        case .stop, .hold, .refuse: true
        }
    }

    private func entry(_ decision: Decision, _ request: JobRequestID, _ pool: PoolPolicy, at now: Timestamp)
        -> LedgerEntry
    {
        var facts = LedgerFacts()
        facts["pool"] = .integer(Int64(pool.id.rawValue))
        facts["reason"] = .text(decision.reason)
        if case .stop(let id) = decision.action { facts["launch"] = .text(id.rawValue) }
        return LedgerEntry(at: now, kind: "decision.\(decision.name)", subject: "request-\(request)", facts: facts)
    }
}
