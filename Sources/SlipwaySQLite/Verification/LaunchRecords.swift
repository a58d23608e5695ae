internal import Foundation
internal import GRDB
internal import SlipwayCore

/// What the ledger told of the launches that it has not closed yet, while it is read from its first record to its last: so
/// that each launch's row can be held against all of it, and no record is read twice for that.
///
/// It holds the records of as many launches as were ever open at once.
struct LaunchRecords: Sendable {
    /// Kind and facts of each record, one after the other; see `TellingBytes.append`.
    private var told: [String: [UInt8]] = [:]

    /// Takes the ledger's next record, which is whole. Answers the id of a launch that it closes: its row is to be looked at
    /// then, and isn't told of any more.
    mutating func take(_ row: Row) throws -> String? {
        let code = try row.withUnsafeData(atIndex: 2) { kind in
            kind.flatMap { $0.withUnsafeBytes { TellingBytes.code(of: $0) } }
        }
        guard let code, let id = row[3] as String? else { return nil }
        try row.withUnsafeData(atIndex: 4) { facts in
            facts?.withUnsafeBytes { TellingBytes.append(kind: code, facts: $0, to: &told[id, default: []]) }
        }
        return TellingBytes.closes(code) ? id : nil
    }

    /// Holds a launch's row against what was told of it, which is forgotten then. Nil where both agree, and where they can't be
    /// compared: the row is gone, which others name, or it was changed since.
    mutating func settle(_ id: String, _ database: Database) throws -> StoreMismatch? {
        guard let records = told.removeValue(forKey: id) else { return nil }
        let statement = try database.cachedStatement(sql: "SELECT id, body FROM launches WHERE id = ?")
        let rows = try Row.fetchCursor(statement, arguments: [id])
        guard let row = try rows.next() else { return nil }
        let agrees = try row.withUnsafeData(atIndex: 1) { body in
            body.map { TellingBytes.agree(records, body: $0) } ?? false
        }
        // That it can't be read is said by who reads all rows.
        guard !agrees, let launch = try? LaunchDecoder().launch(row) else { return nil }
        let telling = TellingBytes.telling(records)
        guard telling.version == launch.version, let name = telling.contradiction(of: launch) else { return nil }
        return StoreMismatch(subject: id, detail: "its body and the ledger differ in \(name)")
    }

    /// The launches that are open as far as was read.
    var open: [String] { told.keys.sorted() }
}
