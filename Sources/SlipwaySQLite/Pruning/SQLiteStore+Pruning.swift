internal import GRDB
public import SlipwayCore

extension SQLiteStore {
    /// Removes what a plan says, in several transactions, each of which leaves a ledger that verifies: it removes a beginning
    /// and appends the record that holds the hash of the last record removed. Only where no server runs on the store: the
    /// caller holds its lock. Throws `corrupt`, and removes no more, at a record that doesn't verify.
    ///
    /// - Parameters:
    ///   - batch: records that one transaction removes.
    ///   - progress: called after each, with the records removed so far.
    /// - Returns: what was removed.
    public func prune(
        _ plan: PruningPlan, at now: Timestamp, batch: Int64 = 100_000,
        progress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws(StoreError) -> PrunedCounts {
        var removed = PrunedCounts()
        while let part = try await pruneOnce(plan, at: now, batch: max(1, batch)) {
            removed.records += part.records
            removed.launches += part.launches
            removed.deliveries += part.deliveries
            progress(removed.records)
        }
        return removed
    }

    private func pruneOnce(
        _ plan: PruningPlan, at now: Timestamp, batch: Int64
    ) async throws(StoreError) -> PrunedCounts? {
        try await pool.readingOnWriter(path) { database in try plan.carryOut(database, at: now, batch: batch) }
    }
}

extension PruningPlan {
    /// One transaction of it; nil: nothing is left to remove.
    func carryOut(_ database: Database, at now: Timestamp, batch: Int64) throws -> PrunedCounts? {
        // A delivery that stays may repeat one that goes. SQLite takes this outside of transactions alone.
        try database.execute(sql: "PRAGMA foreign_keys = OFF")
        defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
        var transaction = try WriteTransaction.begin(database)
        do {
            let removed = try transaction.removeBeginning(self, batch, now)
            try transaction.commit()
            return removed
        } catch {
            WriteTransaction.abandon(database)
            throw error
        }
    }
}

extension WriteTransaction {
    /// Nil: nothing is left to remove.
    fileprivate mutating func removeBeginning(
        _ plan: PruningPlan, _ batch: Int64, _ now: Timestamp
    ) throws -> PrunedCounts? {
        guard let first = try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM ledger"), first <= plan.through
        else { return nil }
        let last = min(plan.through, first + batch - 1)
        let hash = try provenHash(of: last)
        var removed = PrunedCounts()
        let closed = "SELECT subject FROM ledger WHERE sequence <= ? AND kind = 'launch.closed'"
        try execute(
            """
            DELETE FROM launch_usage WHERE (made_at, launch) IN (
                SELECT created_at, id FROM launches WHERE is_open = 0 AND id IN (\(closed)))
            """, [last])
        try execute("DELETE FROM launches WHERE is_open = 0 AND id IN (\(closed))", [last])
        removed.launches = Int64(database.changesCount)
        try execute("DELETE FROM deliveries WHERE record <= ?", [last])
        removed.deliveries = Int64(database.changesCount)
        removed.records = try removeRecords(through: last)
        try append(
            LedgerPruned.entry(through: last, lastHash: hash, removed: removed, before: plan.before, at: now))
        return removed
    }

    /// What is removed can't be looked at again: what was wrong with it would be, for good, what its removal vouches for.
    private func provenHash(of last: Int64) throws -> LedgerHash {
        var check = LedgerCheck(try LedgerExtent(database).chain)
        var after = Int64.min
        while check.chain.sequence < last {
            check = try LedgerCheck(check.chain).run(database, after: after, upTo: last)
            guard check.fault == nil, let reached = check.last else {
                throw StoreError(
                    code: .corrupt,
                    message: "the ledger doesn't verify, so nothing is pruned: run slipway ledger verify",
                    cause: check.fault.map { "\($0)" })
            }
            after = reached
        }
        return check.chain.head
    }

    /// The one place that lifts the trigger which keeps records; it is back before the transaction ends.
    private func removeRecords(through last: Int64) throws -> Int64 {
        let trigger = "ledger_loses_no_records"
        let sql = try String.fetchOne(
            database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?", arguments: [trigger])
        if sql != nil { try database.execute(sql: "DROP TRIGGER \(trigger)") }
        try execute("DELETE FROM ledger WHERE sequence <= ?", [last])
        let removed = Int64(database.changesCount)
        if let sql { try database.execute(sql: sql) }
        return removed
    }
}
