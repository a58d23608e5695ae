internal import Foundation
internal import GRDB
internal import SlipwayCore

/// Ledger records as rows.
enum LedgerRows {
    /// Texts as their bytes: a string of SQLite's may hold what a Swift string can't, or go on after a NUL, and a
    /// verification that did not see it would call an edited record good.
    static let columns = """
        sequence, at, CAST(kind AS BLOB), CAST(subject AS BLOB), CAST(facts AS BLOB), previous_hash, hash,
        typeof(sequence) || ' ' || typeof(at) || ' ' || typeof(kind) || ' ' || typeof(subject) || ' ' || typeof(facts)
            || ' ' || typeof(previous_hash) || ' ' || typeof(hash)
        """
    private static let types = "integer integer text text text blob blob"

    /// `row` has `columns`. Never traps on what somebody else has put there: the schema forbids most of it, but the schema
    /// can be changed too.
    static func record(_ row: Row) -> Result<LedgerRecord, UnreadableRecord> {
        let sequence = Int64.fromDatabaseValue(row[0]) ?? 0
        let types = String.fromDatabaseValue(row[7])
        guard types == Self.types else {
            return .failure(UnreadableRecord(sequence, "its columns are of the types \(types ?? "?")"))
        }
        guard let at = Int64.fromDatabaseValue(row[1]), let kind = text(row, 2), let subject = text(row, 3),
            let facts = text(row, 4)
        else { return .failure(UnreadableRecord(sequence, "a text of it is not UTF-8")) }
        guard let previousHash = hash(row, 5), let hash = hash(row, 6) else {
            return .failure(UnreadableRecord(sequence, "a hash of it is not 32 bytes long"))
        }
        return .success(
            LedgerRecord(
                sequence: sequence, at: Timestamp(milliseconds: at), kind: kind, subject: subject, facts: facts,
                previousHash: previousHash, hash: hash))
    }

    private static func text(_ row: Row, _ index: Int) -> String? {
        guard let data = bytes(row, index) else { return nil }
        return String(validating: data, as: UTF8.self)
    }

    private static func hash(_ row: Row, _ index: Int) -> LedgerHash? {
        bytes(row, index).flatMap { LedgerHash(bytes: [UInt8]($0)) }
    }

    private static func bytes(_ row: Row, _ index: Int) -> Data? {
        Data.fromDatabaseValue(row[index])
    }

    /// The newest about a subject, newest first. One that can't be read is left out: verification names it.
    static func newest(_ database: Database, about subject: String, limit: Int) throws -> [LedgerRecord] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT \(columns) FROM ledger WHERE subject = ? ORDER BY sequence DESC LIMIT ?"),
            arguments: [subject, max(0, limit)])
        return rows.compactMap { try? record($0).get() }
    }

    /// Where the chain goes on.
    ///
    /// After the highest sequence that was ever given: where somebody cut off the end of the ledger, the next record
    /// leaves a gap, and the cut stays visible for good.
    static func chain(_ database: Database) throws -> LedgerChain {
        let highest =
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'ledger'")) ?? 0
        let last = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT sequence, hash FROM ledger ORDER BY sequence DESC LIMIT 1"))
        guard let last else { return LedgerChain(sequence: highest) }
        guard let sequence = Int64.fromDatabaseValue(last[0]), let hash = hash(last, 1) else {
            throw StoreError(
                code: .corrupt,
                message: "the ledger's last record is damaged, so nothing can follow it: run `slipway ledger verify`, "
                    + "then restore a backup")
        }
        return LedgerChain(sequence: max(highest, sequence), head: hash)
    }
}

/// Why a row is no record.
struct UnreadableRecord: Error {
    var sequence: Int64
    var why: String

    init(_ sequence: Int64, _ why: String) {
        self.sequence = sequence
        self.why = why
    }

    var fault: LedgerFault { LedgerFault(sequence: sequence, kind: .unreadable(why)) }

    var storeError: StoreError {
        StoreError(
            code: .corrupt,
            message: "ledger record \(sequence) can't be read: run `slipway ledger verify`, then restore a backup",
            cause: why)
    }
}
