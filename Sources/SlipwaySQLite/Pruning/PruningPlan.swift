internal import GRDB
public import SlipwayCore

/// What a pruning would remove: a beginning of the ledger, and the launches and deliveries that end in it.
public struct PruningPlan: Hashable, Sendable {
    public var before: Timestamp
    /// The last record that goes; 0: none does.
    public var through: Int64
    public var removed: PrunedCounts
    /// Nil: all that is from before goes.
    public var keptFor: PruningObstacle?
}

/// Whose records stand in the way of a longer beginning.
public enum PruningObstacle: Hashable, Sendable {
    /// It was closed later, and its records stay together.
    case closedLater(LaunchID)
    /// It is open, or what is open, a launch or a booking, counts it among those before.
    case open(LaunchID)
    /// A drain or a pause that is in force, by what its record is about.
    case hold(String)

    /// Whether somebody can do something about it.
    public var isInForce: Bool { if case .closedLater = self { false } else { true } }
}

extension PruningPlan {
    fileprivate mutating func end(before record: Int64, for obstacle: PruningObstacle) {
        through = record - 1
        if obstacle.isInForce || keptFor?.isInForce != true { keptFor = obstacle }
    }
}

extension StoreReader {
    /// What may go of what was recorded before an instant. The chain can lose its beginning and nothing else, so it ends
    /// before the first record of whatever must stay whole or still counts.
    public func pruningPlan(before: Timestamp) async throws(StoreError) -> PruningPlan {
        try await read { database in
            var plan = PruningPlan(
                before: before, through: try Self.lastRecord(before: before, database), removed: PrunedCounts())
            let kept = try Row.fetchCursor(
                database, sql: Self.keptSQL, arguments: [before.milliseconds, before.milliseconds])
            while let row = try kept.next() {
                guard let id = String.fromDatabaseValue(row[0]),
                    let first = try Int64.fetchOne(
                        database.cachedStatement(sql: "SELECT min(sequence) FROM ledger WHERE subject = ?"),
                        arguments: [id]), first <= plan.through
                else { continue }
                guard let launch = LaunchID(rawValue: id) else { continue }
                let isOpen = Int64.fromDatabaseValue(row[1]) == 1
                plan.end(before: first, for: isOpen ? .open(launch) : .closedLater(launch))
            }
            if let hold = try Row.fetchOne(
                database, sql: Self.holdSQL, arguments: [plan.through] + StatementArguments(OperatorHolds.kinds))
            {
                plan.end(before: hold[0], for: .hold(hold[1]))
            }
            // What stands in the way may stand in the middle of another launch's records.
            while let first = try Int64.fetchOne(
                database, sql: Self.cutSQL, arguments: [before.milliseconds, plan.through])
            {
                plan.through = first - 1
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
        SELECT old.id, 1 FROM launches new CROSS JOIN launches old ON old.pool = new.pool AND old.request = new.request
        WHERE new.is_open = 1 AND old.is_open = 0
        UNION ALL
        SELECT old.id, 1 FROM launches new CROSS JOIN launches old ON old.booking = new.booking
        WHERE new.is_open = 1 AND old.is_open = 0
        UNION ALL
        SELECT old.id, 1 FROM bookings CROSS JOIN launches old ON old.booking = bookings.id
        WHERE bookings.closed_at IS NULL AND old.is_open = 0
        """

    /// The first record of a closed launch that has some on either side.
    private static let cutSQL = """
        SELECT min(first) FROM (
            SELECT (SELECT min(sequence) FROM ledger WHERE subject = id) AS first,
                (SELECT max(sequence) FROM ledger WHERE subject = id AND kind = 'launch.closed') AS last
            FROM launches WHERE is_open = 0 AND created_at < ?1)
        WHERE first <= ?2 AND last > ?2
        """

    /// The first word on a hold that is the last on its subject: without it, nothing would be on hold.
    private static let holdSQL = """
        SELECT sequence, subject FROM ledger
        WHERE sequence <= ? AND kind IN (?, ?) AND NOT EXISTS (
            SELECT 1 FROM ledger later WHERE later.subject = ledger.subject AND later.sequence > ledger.sequence)
        ORDER BY sequence LIMIT 1
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
