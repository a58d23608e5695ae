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
    /// The deliveries that were told of.
    private var deliveries: [(number: Int64, record: Int64)] = []

    init(_ chain: LedgerChain) { self.chain = chain }

    /// - Parameter launches: gets what is told of launches.
    func run(
        _ database: Database, after start: Int64, upTo end: Int64, telling launches: LaunchRecords = LaunchRecords()
    ) throws -> LedgerCheck {
        var check = self
        try check.verifyChain(database, start, end, launches)
        if check.fault == nil { try check.findLostDeliveries(database) }
        return check
    }

    private mutating func verifyChain(
        _ database: Database, _ start: Int64, _ end: Int64, _ launches: LaunchRecords
    ) throws {
        let rows = try RecordCursor(database, after: start, upTo: end, limit: StoreReader.verifiedPerRead)
        var scratch: [UInt8] = []
        // Apart from self, which is changed once: exclusive access to it for each record costs as much as its hash.
        var (chain, told) = (chain, deliveries)
        defer { (self.chain, deliveries) = (chain, told) }
        try launches.taking { launches in
            while try rows.next() {
                let isNext = rows.withBytes { record in
                    guard chain.advance(by: record, &scratch) else { return false }
                    if !launches.take(record), let number = record.deliveryNumber {
                        told.append((number, record.sequence))
                    }
                    return true
                }
                guard isNext == true else {
                    fault = try nameFault(database, rows.sequence, after: chain)
                    return
                }
                last = chain.sequence
            }
        }
    }

    /// Slow and exact, for the one record that is not as it should be.
    private func nameFault(
        _ database: Database, _ sequence: DatabaseValue, after chain: LedgerChain
    ) throws -> LedgerFault {
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

    /// Deliveries of which the ledger tells, and whose rows are gone.
    private mutating func findLostDeliveries(_ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "SELECT 1 FROM deliveries WHERE number = ? AND record = ?")
        for (number, record) in deliveries
        where try Int64.fetchOne(statement, arguments: [number, record]) == nil {
            mismatches.append(.goneRow(of: number == 0 ? "record \(record)" : "delivery-\(number)"))
        }
        deliveries = []
    }
}

extension StoreMismatch {
    static func goneRow(of subject: String) -> StoreMismatch {
        StoreMismatch(subject: subject, detail: "the ledger tells of it, and its row is gone")
    }
}

extension LedgerChain {
    /// Takes the record as the chain's next; false where it is not that, or not whole.
    fileprivate mutating func advance(by record: RecordBytes, _ scratch: inout [UInt8]) -> Bool {
        advance(
            sequence: record.sequence, at: record.at.milliseconds, kind: record.kind, subject: record.subject,
            facts: record.facts, previousHash: record.previousHash, hash: record.hash, scratch: &scratch)
    }
}

extension RecordBytes {
    private static let deliveryKinds = [Array("delivery.recorded".utf8), Array("delivery.duplicate".utf8)]
    private static let deliveryPrefix = Array("delivery-".utf8)

    /// Of a record that tells of a delivery; 0 where its subject is none. Nil: it tells of something else.
    fileprivate var deliveryNumber: Int64? {
        guard Self.deliveryKinds.contains(where: { kind.elementsEqual($0) }) else { return nil }
        guard subject.starts(with: Self.deliveryPrefix) else { return 0 }
        return Int64(String(decoding: subject.dropFirst(Self.deliveryPrefix.count), as: UTF8.self)) ?? 0
    }
}
