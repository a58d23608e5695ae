internal import GRDB
public import SlipwayCore

/// What the ledger says of its own beginning that was removed: the record that keeps the rest provable.
public struct LedgerPruned: Hashable, Sendable {
    /// The record that says so.
    public var record: Int64
    public var at: Timestamp
    /// The last record that was removed, and its hash, which the first that is there follows.
    public var through: Int64
    public var lastHash: LedgerHash

    static let kind = "ledger.pruned"
    static let subject = "ledger"

    /// Nil where no record says it.
    static func record(endingBefore first: Int64, _ database: Database) throws -> LedgerPruned? {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT \(LedgerRows.columns) FROM ledger WHERE subject = ? AND kind = ? ORDER BY sequence DESC",
            arguments: [subject, kind])
        while let row = try rows.next() {
            guard let record = try? LedgerRows.record(row).get(), let pruned = LedgerPruned(record) else { continue }
            if pruned.through == first - 1 { return pruned }
        }
        return nil
    }

    private init?(_ record: LedgerRecord) {
        guard let facts = record.factsByName, case .integer(let through)? = facts["through"],
            case .text(let hash)? = facts["lastHash"], let lastHash = LedgerHash(hexadecimal: hash)
        else { return nil }
        self.record = record.sequence
        at = record.at
        self.through = through
        self.lastHash = lastHash
    }

    static func entry(
        through: Int64, lastHash: LedgerHash, removed: PrunedCounts, before: Timestamp, at now: Timestamp
    ) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["through"] = .integer(through)
        facts["lastHash"] = .text(lastHash.description)
        facts["before"] = .text(before.description)
        facts["records"] = .integer(removed.records)
        facts["launches"] = .integer(removed.launches)
        facts["deliveries"] = .integer(removed.deliveries)
        return LedgerEntry(at: now, kind: kind, subject: subject, facts: facts)
    }
}

/// How much was removed, or would be.
public struct PrunedCounts: Hashable, Sendable {
    public var records: Int64 = 0
    public var launches: Int64 = 0
    public var deliveries: Int64 = 0

    public init(records: Int64 = 0, launches: Int64 = 0, deliveries: Int64 = 0) {
        self.records = records
        self.launches = launches
        self.deliveries = deliveries
    }
}
