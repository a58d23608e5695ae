internal import Foundation
internal import GRDB
internal import SlipwayCore

/// What the ledger told of the launches that it has not closed yet, while it is read from its first record to its last: so
/// that each launch's row can be held against all of it, and no record is read twice for that.
///
/// It holds the records of as many launches as were ever open at once.
struct LaunchRecords: Sendable {
    /// A launch's records, one after the other; see `TellingBytes.append`.
    struct Told: Sendable {
        var id: String
        var records: [UInt8]
    }

    private var told: [String: [UInt8]] = [:]
    /// Those that were closed by what was taken since they were last taken away: each has all its records, and its row changes
    /// no more.
    private var closed: [Told] = []

    /// Takes the ledger's next record, which is whole.
    mutating func take(
        kind: UnsafeRawBufferPointer, subject: UnsafeRawBufferPointer, facts: UnsafeRawBufferPointer
    ) {
        guard let code = TellingBytes.code(of: kind) else { return }
        let id = String(decoding: subject, as: UTF8.self)
        TellingBytes.append(kind: code, facts: facts, to: &told[id, default: []])
        guard TellingBytes.closes(code), let records = told.removeValue(forKey: id) else { return }
        closed.append(Told(id: id, records: records))
    }

    mutating func takeAwayClosed() -> [Told] {
        defer { closed = [] }
        return closed
    }

    /// The launches that are open as far as was read.
    var open: [Told] { told.sorted { $0.key < $1.key }.map { Told(id: $0.key, records: $0.value) } }
}

extension LaunchRecords.Told {
    /// Holds the launch's row against its records. Nil where both agree, and where they can't be compared: the row is gone,
    /// which others name, or it was changed since.
    func mismatch(_ database: Database) throws -> StoreMismatch? {
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
}
