internal import GRDB
internal import SlipwayCore

/// A stretch of the ledger that is verified beside others. Its first record is held against what the record before it says
/// its own hash is; that this is so, the verification of the stretch before tells.
struct LedgerStretch: Sendable {
    /// What its first record follows.
    var start: LedgerChain
    /// Every record after this sequence is looked at, so that one which was slipped in is found.
    var after: Int64
    var through: Int64
    var isFirst: Bool

    /// The whole ledger in at most so many stretches, of about one length.
    static func all(
        of extent: LedgerExtent, atMost count: Int, ofAtLeast minimum: Int64, _ database: Database
    ) throws -> [LedgerStretch] {
        var start = extent.chain
        let length = max(minimum, (extent.last - start.sequence) / Int64(max(1, count)) + 1)
        var stretches = [LedgerStretch(start: start, after: .min, through: extent.last, isFirst: true)]
        while extent.last - start.sequence > length {
            // One that can't be read is no place to begin: the stretch before will find it.
            guard let next = try chain(at: start.sequence + length, database) else { break }
            stretches[stretches.count - 1].through = next.sequence
            stretches.append(LedgerStretch(start: next, after: next.sequence, through: extent.last, isFirst: false))
            start = next
        }
        return stretches
    }

    private static func chain(at sequence: Int64, _ database: Database) throws -> LedgerChain? {
        let row = try Row.fetchOne(
            database, sql: "SELECT \(LedgerRows.columns) FROM ledger WHERE sequence = ?", arguments: [sequence])
        guard let row, let record = try? LedgerRows.record(row).get() else { return nil }
        return LedgerChain(sequence: record.sequence, head: record.hash)
    }
}
