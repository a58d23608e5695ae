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
