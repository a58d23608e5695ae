/// What the ledger is told of placeholders.
extension PlaceholderStep {
    /// The entry of a step that was taken; nil: nothing was changed.
    ///
    /// - Parameter agent: the registration that it made.
    public func entry(pool: PoolID, agent made: AgentID? = nil, at now: Timestamp) -> LedgerEntry? {
        var facts = LedgerFacts()
        facts["pool"] = .integer(Int64(pool.rawValue))
        if let id = made ?? agent { facts["agent"] = .integer(Int64(id.rawValue)) }
        func entry(_ kind: String, _ name: String, _ demands: [Demand], _ reason: String) -> LedgerEntry {
            facts["demands"] = .text(demandText(demands))
            facts["reason"] = .text(reason)
            return LedgerEntry(at: now, kind: kind, subject: name, facts: facts)
        }
        switch self {
        case .register(let placeholder):
            return entry(
                "placeholder.registered", placeholder.name, placeholder.demands,
                "no registered agent that lasts satisfies these demands")
        case .replace(_, with: let placeholder, because: let reason):
            return entry("placeholder.replaced", placeholder.name, placeholder.demands, reason)
        case .enable(_, let placeholder):
            return entry("placeholder.enabled", placeholder.name, placeholder.demands, "it was disabled")
        case .remove(_, name: let name, demands: let demands):
            return entry("placeholder.removed", name, demands, "no profile serves these demands any more")
        case .leave: return nil
        }
    }
}
