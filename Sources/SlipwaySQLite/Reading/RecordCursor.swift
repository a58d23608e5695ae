internal import GRDB
internal import GRDBSQLite
internal import SlipwayCore

/// Walks over the ledger and lends each record's bytes as they are stored. For looks at millions: a `Row` copies each column
/// into a value of its own, which takes longer than all that is done with it.
struct RecordCursor {
    private let statement: Statement
    private let rows: RowCursor

    /// The records after a sequence, up to one, at most `limit`.
    init(_ database: Database, after start: Int64, upTo end: Int64 = .max, limit: Int64) throws {
        statement = try database.cachedStatement(
            sql: """
                SELECT sequence, at, kind, subject, facts, previous_hash, hash FROM ledger
                WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?
                """)
        rows = try Row.fetchCursor(statement, arguments: [start, end, limit])
    }

    /// Answers false at the end.
    func next() throws -> Bool { try rows.next() != nil }

    /// Of the present row, whatever it is.
    var sequence: DatabaseValue { DatabaseValue(sqliteStatement: statement.sqliteStatement, index: 0) }

    /// Lends the present row's bytes; nil, and nothing is lent, where it is not a record, as its columns' types tell.
    func withBytes<Value>(_ body: (RecordBytes) throws -> Value) rethrows -> Value? {
        let row = statement.sqliteStatement
        // Before any column is read: reading one may change its type.
        guard hasTypes(row), sqlite3_column_bytes(row, 5) == 32, sqlite3_column_bytes(row, 6) == 32 else { return nil }
        return try body(
            RecordBytes(
                sequence: sqlite3_column_int64(row, 0),
                at: Timestamp(milliseconds: sqlite3_column_int64(row, 1)), kind: bytes(row, 2), subject: bytes(row, 3),
                facts: bytes(row, 4), previousHash: bytes(row, 5), hash: bytes(row, 6)))
    }

    private func hasTypes(_ row: SQLiteStatement) -> Bool {
        for column in Int32(0)...1 where sqlite3_column_type(row, column) != SQLITE_INTEGER { return false }
        for column in Int32(2)...4 where sqlite3_column_type(row, column) != SQLITE_TEXT { return false }
        for column in Int32(5)...6 where sqlite3_column_type(row, column) != SQLITE_BLOB { return false }
        return true
    }

    /// Valid until the next row. Of a text its bytes, with whatever a Swift string couldn't hold.
    private func bytes(_ row: SQLiteStatement, _ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(row, column), count: Int(sqlite3_column_bytes(row, column)))
    }
}
