internal import Foundation
internal import GRDB
internal import SlipwayCore
internal import Synchronization

/// What a stretch of the ledger told of launches, while it is read: so that each launch's row can be held against all that is
/// told of it, and no record is read twice for that.
///
/// It holds the records of as many launches as were ever open at once, and of those that began before the stretch. One for all pages: a copy for each would take longer
/// than the page, where many are open.
final class LaunchRecords: Sendable {
    /// A launch's records, one after the other; see `TellingBytes.append`.
    struct Told: Sendable {
        var id: String
        var records: [UInt8]
    }

    struct Taker: ~Copyable {
        fileprivate let isFromTheBeginning: Bool
        fileprivate var told: [String: [UInt8]] = [:]
        /// Those that were closed, and that began before the stretch.
        fileprivate var ended: [String: [UInt8]] = [:]
        /// Those that were closed by what was taken since they were last taken away: each has all its records, and its row changes
        /// no more.
        fileprivate var closed: [Told] = []

        /// Takes the ledger's next record, which is whole. Answers false, and takes nothing, where it is about no change of a
        /// launch.
        mutating func take(_ record: RecordBytes) -> Bool {
            guard let code = TellingBytes.code(of: record.kind) else { return false }
            let id = String(decoding: record.subject, as: UTF8.self)
            TellingBytes.append(kind: code, facts: record.facts, to: &told[id, default: []])
            guard TellingBytes.closes(code), let records = told.removeValue(forKey: id) else { return true }
            if isFromTheBeginning || TellingBytes.isFromTheBeginning(records) {
                closed.append(Told(id: id, records: records))
            } else {
                ended[id, default: []] += records
            }
            return true
        }
    }

    private let taker: Mutex<Taker>

    /// - Parameter isFromTheBeginning: of the ledger, as far as it is there.
    init(isFromTheBeginning: Bool = true) {
        taker = Mutex(Taker(isFromTheBeginning: isFromTheBeginning))
    }

    /// Lends the taker, for a page of records.
    func taking(_ body: (inout Taker) throws -> Void) rethrows {
        try taker.withLock { (taker) throws -> Void in try body(&taker) }
    }

    func takeAwayClosed() -> [Told] {
        taker.withLock { taker in
            let closed = taker.closed
            taker.closed = []
            return closed
        }
    }

    /// What was told of the launches that are open at its end, or that began before it.
    var rest: [String: [UInt8]] {
        taker.withLock { taker in taker.ended.merging(taker.told) { $0 + $1 } }
    }
}

extension LaunchRecords.Told {
    /// Holds the launch's row against its records. Nil where both agree, and where they can't be compared: the row was changed
    /// since, or it was removed with the records when the store was pruned.
    func mismatch(_ database: Database) throws -> StoreMismatch? {
        let statement = try database.cachedStatement(sql: "SELECT id, body FROM launches WHERE id = ?")
        let rows = try Row.fetchCursor(statement, arguments: [id])
        guard let row = try rows.next() else { return try isPlanned(database) ? .goneRow(of: id) : nil }
        let agrees = try row.withUnsafeData(atIndex: 1) { body in
            body.map { TellingBytes.agree(records, body: $0) } ?? false
        }
        // That it can't be read is said by who reads all rows.
        guard !agrees, let launch = try? LaunchDecoder().launch(row) else { return nil }
        let telling = TellingBytes.telling(records)
        guard telling.version == launch.version, let name = telling.contradiction(of: launch) else { return nil }
        return StoreMismatch(subject: id, detail: "its body and the ledger differ in \(name)")
    }

    /// Whether the record that opened its history is there still.
    private func isPlanned(_ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM ledger WHERE subject = ? AND kind = 'launch.planned')",
            arguments: [id]) ?? false
    }
}
