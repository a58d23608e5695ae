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

/// Why a pool's placeholders are not as they should be.
public enum PlaceholderTrouble: Hashable, Sendable {
    /// Another agent has the name.
    case nameTaken(String, isOnline: Bool)
    /// The credentials don't suffice.
    case refused

    public func text(pool: String) -> String {
        switch self {
        case .nameTaken(let name, let isOnline):
            "pool \(pool) has \(isOnline ? "an online agent" : "an agent") named \(name) that is not Slipway's placeholder: "
                + "remove it, or give it another name"
        case .refused:
            "the placeholders of pool \(pool) may not be read or changed: give the token the scope Agent Pools (read & "
                + "manage) and its owner the role Administrator on the pool, or set placeholders: leave and register them "
                + "yourself"
        }
    }

    public func entry(poolName: String, pool: PoolID?, at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        if let pool { facts["pool"] = .integer(Int64(pool.rawValue)) }
        facts["reason"] = .text(text(pool: poolName))
        switch self {
        case .nameTaken(let name, isOnline: _):
            return LedgerEntry(at: now, kind: "placeholder.nameTaken", subject: name, facts: facts)
        case .refused: return LedgerEntry(at: now, kind: "placeholder.refused", subject: "placeholders", facts: facts)
        }
    }
}

/// Demands in words.
public func demandText(_ demands: [Demand]) -> String {
    demands.isEmpty ? "no demands" : demands.map(\.description).joined(separator: ", ")
}
