internal import GRDB
internal import SlipwayCore

/// A stretch of the ledger that is verified beside others. Its first record is held against what the record before it says
/// its own hash is; that this is so, the verification of the stretch before tells.
struct LedgerRange: Sendable {
    /// What its first record follows.
    var start: LedgerChain
    /// Every record after this sequence is looked at, so that one which was slipped in is found.
    var after: Int64
    var through: Int64
    var isFirst: Bool

    /// The whole ledger in at most so many stretches, of about one length.
    static func all(
        of extent: LedgerExtent, atMost count: Int, ofAtLeast minimum: Int64, _ database: Database
    ) throws -> [LedgerRange] {
        var start = extent.chain
        let length = max(minimum, (extent.last - start.sequence) / Int64(max(1, count)) + 1)
        var ranges = [LedgerRange(start: start, after: .min, through: extent.last, isFirst: true)]
        while extent.last - start.sequence > length {
            // One that can't be read is no place to begin: the stretch before will find it.
            guard let next = try chain(at: start.sequence + length, database) else { break }
            ranges[ranges.count - 1].through = next.sequence
            ranges.append(LedgerRange(start: next, after: next.sequence, through: extent.last, isFirst: false))
            start = next
        }
        return ranges
    }

    private static func chain(at sequence: Int64, _ database: Database) throws -> LedgerChain? {
        let row = try Row.fetchOne(
            database, sql: "SELECT \(LedgerRows.columns) FROM ledger WHERE sequence = ?", arguments: [sequence])
        guard let row, let record = try? LedgerRows.record(row).get() else { return nil }
        return LedgerChain(sequence: record.sequence, head: record.hash)
    }
}

/// What was found in a stretch, or in several that follow each other.
struct LedgerRangeCheck: Sendable {
    var start: LedgerChain
    var chain: LedgerChain
    var verification = StoreVerification()
    /// What was told of launches that began before it, or that are open at its end.
    var rest: [String: [UInt8]] = [:]

    /// Takes the stretch that follows; its start is where this one ends.
    mutating func join(_ next: LedgerRangeCheck) {
        chain = next.chain
        verification.fault = next.verification.fault
        verification.add(next.verification)
        rest.merge(next.rest) { $0 + $1 }
    }
}
