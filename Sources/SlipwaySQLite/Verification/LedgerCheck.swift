internal import GRDB
internal import SlipwayCore

/// What the ledger reaches to at one instant.
struct LedgerExtent: Sendable {
    /// The last record that is there.
    let last: Int64
    /// The highest sequence that was ever given.
    let highest: Int64
    /// What was removed before the first record that is there, as a later record says; nil: nothing was, or nothing says so.
    let pruned: LedgerPruned?

    init(_ database: Database) throws {
        last = try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM ledger") ?? 0
        let first = try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM ledger")
        pruned = try first.flatMap { $0 > 1 ? try LedgerPruned.record(endingBefore: $0, database) : nil }
        highest = try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'ledger'") ?? 0
    }

    /// What the first record that is there follows.
    var chain: LedgerChain { pruned.map { LedgerChain(sequence: $0.through, head: $0.lastHash) } ?? LedgerChain() }

    func missingEnd(after sequence: Int64) -> LedgerFault? {
        guard highest > sequence else { return nil }
        return LedgerFault(
            sequence: sequence + 1,
            kind: .unreadable("the end of the ledger, up to record \(highest), was removed"))
    }
}

/// One stretch of the chain, read in one snapshot.
struct LedgerCheck: Sendable {
    var chain: LedgerChain
    var fault: LedgerFault?
    var last: Int64?
    var mismatches: [StoreMismatch] = []
    /// What was told of the launches that are open at its end, and of those that it closes.
    var records: LaunchRecords

    init(_ chain: LedgerChain, _ records: LaunchRecords = LaunchRecords()) {
        self.chain = chain
        self.records = records
    }

    func run(_ database: Database, after start: Int64, upTo end: Int64) throws -> LedgerCheck {
        var check = self
        try check.verifyChain(database, start, end)
        if check.fault == nil, let last = check.last { try check.findLostRows(database, start, last) }
        return check
    }

    private mutating func verifyChain(_ database: Database, _ start: Int64, _ end: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(LedgerRows.plainColumns) FROM ledger
                WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?
                """)
        var scratch: [UInt8] = []
        // Apart from the chain, which is changed at the same time; and only once there, so that nothing is copied.
        var records = self.records
        self.records = LaunchRecords()
        defer { self.records = records }
        let rows = try Row.fetchCursor(statement, arguments: [start, end, StoreReader.verifiedPerRead])
        while let row = try rows.next() {
            let isNext = try LedgerRows.advance(&chain, by: row, &scratch) { record in
                records.take(kind: record.kind, subject: record.subject, facts: record.facts)
            }
            guard isNext else {
                fault = try nameFault(database, row)
                return
            }
            last = chain.sequence
        }
    }

    /// Slow and exact, for the one record that is not as it should be.
    private func nameFault(_ database: Database, _ row: Row) throws -> LedgerFault {
        let sequence: DatabaseValue = row[0]
        let read = try Row.fetchOne(
            database, sql: "SELECT \(LedgerRows.columns) FROM ledger WHERE sequence IS ?", arguments: [sequence])
        let unknown = LedgerFault(
            sequence: Int64.fromDatabaseValue(sequence) ?? 0, kind: .unreadable("it changed while it was read"))
        guard let read else { return unknown }
        var chain = chain
        switch LedgerRows.record(read) {
        case .success(let record): return chain.verify(record) ?? unknown
        case .failure(let unreadable): return unreadable.fault
        }
    }

    /// Launches and deliveries of which the ledger tells, and whose rows are gone.
    private mutating func findLostRows(_ database: Database, _ start: Int64, _ end: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                SELECT subject FROM ledger
                WHERE sequence > ? AND sequence <= ? AND (
                    (kind = 'launch.planned' AND NOT EXISTS (SELECT 1 FROM launches WHERE id = subject))
                    OR (kind IN ('delivery.recorded', 'delivery.duplicate') AND NOT EXISTS (
                        SELECT 1 FROM deliveries
                        WHERE number = CAST(substr(subject, 10) AS INTEGER) AND record = sequence)))
                ORDER BY sequence
                """)
        for subject in try String.fetchAll(statement, arguments: [start, end]) {
            mismatches.append(StoreMismatch(subject: subject, detail: "the ledger tells of it, and its row is gone"))
        }
    }
}
