internal import GRDB
public import SlipwayCore

/// What a pruning would remove: a beginning of the ledger, and the launches and deliveries that end in it.
public struct PruningPlan: Hashable, Sendable {
    public var before: Timestamp
    /// The last record that goes; 0: none does.
    public var through: Int64
    public var removed: PrunedCounts
    /// The launch whose records stand in the way of more: it is open, or was closed later, or an open one's job request had
    /// it before.
    public var keptFor: LaunchID?
    public var isKeptForOpen: Bool
}

extension StoreReader {
    /// What may go of what was recorded before an instant. The chain can lose its beginning and nothing else, so it ends
    /// before the first record of whatever must stay whole.
    public func pruningPlan(before: Timestamp) async throws(StoreError) -> PruningPlan {
        try await read { database in
            var plan = PruningPlan(
                before: before, through: try Self.lastRecord(before: before, database), removed: PrunedCounts(),
                isKeptForOpen: false)
            let kept = try Row.fetchCursor(
                database, sql: Self.keptSQL, arguments: [before.milliseconds, before.milliseconds])
            while let row = try kept.next() {
                guard let id = String.fromDatabaseValue(row[0]),
                    let first = try Int64.fetchOne(
                        database.cachedStatement(sql: "SELECT min(sequence) FROM ledger WHERE subject = ?"),
                        arguments: [id]), first <= plan.through
                else { continue }
                plan.through = first - 1
                let isForOpen = Int64.fromDatabaseValue(row[1]) == 1
                if isForOpen || !plan.isKeptForOpen { plan.keptFor = LaunchID(rawValue: id) }
                plan.isKeptForOpen = plan.isKeptForOpen || isForOpen
            }
            plan.removed = try Self.counts(through: plan.through, database)
            return plan
        }
    }

    private static let keptSQL = """
        SELECT id, is_open FROM launches WHERE is_open = 1 AND created_at < ?1
        UNION ALL
        SELECT id, 0 FROM launches WHERE is_open = 0 AND created_at < ?1 AND state_since >= ?2
        UNION ALL
        SELECT old.id, 1 FROM launches new JOIN launches old ON old.pool = new.pool AND old.request = new.request
        WHERE new.is_open = 1 AND old.is_open = 0
        """

    /// Instants need not grow with the records, so this is the one before the first that is too young.
    private static func lastRecord(before: Timestamp, _ database: Database) throws -> Int64 {
        let young = try Int64.fetchOne(
            database, sql: "SELECT sequence FROM ledger WHERE at >= ? ORDER BY sequence LIMIT 1",
            arguments: [before.milliseconds])
        if let young { return max(0, young - 1) }
        return try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM ledger") ?? 0
    }

    private static func counts(through: Int64, _ database: Database) throws -> PrunedCounts {
        func count(_ sql: String) throws -> Int64 { try Int64.fetchOne(database, sql: sql, arguments: [through]) ?? 0 }
        return PrunedCounts(
            records: try count("SELECT count(*) FROM ledger WHERE sequence <= ?"),
            launches: try count("SELECT count(*) FROM ledger WHERE sequence <= ? AND kind = 'launch.closed'"),
            deliveries: try count("SELECT count(*) FROM deliveries WHERE record <= ?"))
    }
}
