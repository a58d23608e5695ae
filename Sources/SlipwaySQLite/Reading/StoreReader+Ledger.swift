internal import GRDB
public import SlipwayCore

extension StoreReader {
    /// The records after `sequence` (0: from the first), in their order.
    ///
    /// Throws `corrupt` at a record that can't be read; `verify` names it.
    public func records(
        after sequence: Int64 = 0, limit: Int = StoreReader.maximumLimit
    ) async throws(StoreError) -> [LedgerRecord] {
        try await records(
            "SELECT \(LedgerRows.columns) FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT ?",
            [sequence, Self.bounded(limit)])
    }

    /// The records about one launch (its id), delivery (`delivery-<number>`) or other subject, in their order.
    public func records(
        about subject: String, after sequence: Int64 = 0, limit: Int = StoreReader.maximumLimit
    ) async throws(StoreError) -> [LedgerRecord] {
        try await records(
            "SELECT \(LedgerRows.columns) FROM ledger WHERE subject = ? AND sequence > ? ORDER BY sequence LIMIT ?",
            [subject, sequence, Self.bounded(limit)])
    }

    /// The newest records, newest first; before `sequence`, and about one subject, if they are given.
    ///
    /// Throws `corrupt` at a record that can't be read.
    public func newestRecords(
        before sequence: Int64 = .max, about subject: String? = nil, limit: Int = 50
    ) async throws(StoreError) -> [LedgerRecord] {
        let (sql, arguments) = Self.newest(before: sequence, about: subject, limit: limit)
        return try await records(sql, arguments)
    }

    /// The same for who shows what is there: a record that can't be read is one of them, and keeps nobody from the others.
    public func newestReadings(
        before sequence: Int64 = .max, about subject: String? = nil, limit: Int = 50
    ) async throws(StoreError) -> [RecordReading] {
        let (sql, arguments) = Self.newest(before: sequence, about: subject, limit: limit)
        return try await readings(sql, arguments) { result in
            switch result {
            case .success(let record): .record(record)
            case .failure(let unreadable): .unreadable(sequence: unreadable.sequence, why: unreadable.why)
            }
        }
    }

    private static func newest(
        before sequence: Int64, about subject: String?, limit: Int
    ) -> (sql: String, arguments: [any DatabaseValueConvertible & Sendable]) {
        guard let subject else {
            return (
                "SELECT \(LedgerRows.columns) FROM ledger WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
                [sequence, bounded(limit)]
            )
        }
        return (
            """
            SELECT \(LedgerRows.columns) FROM ledger WHERE subject = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?
            """,
            [subject, sequence, bounded(limit)]
        )
    }

    /// The sequence and the hash of the last record: what to keep elsewhere, to prove later that nothing was cut off.
    public func head() async throws(StoreError) -> LedgerChain {
        try await read { database in try LedgerRows.chain(database) }
    }

    /// The head and the store's id, of one instant, to be vouched for. Throws `corrupt` where the ledger's end is missing:
    /// a head further back, or a number without its record, would vouch for the loss.
    public func wholeHead() async throws(StoreError) -> (storeID: String, head: LedgerChain) {
        try await read { database in
            let extent = try LedgerExtent(database)
            if let fault = extent.missingEnd(after: extent.last) {
                throw StoreError(
                    code: .corrupt, message: "the ledger's end is missing: run slipway ledger verify", cause: "\(fault)"
                )
            }
            return (try Self.storeID(database), try LedgerRows.chain(database))
        }
    }

    private func records(
        _ sql: String, _ arguments: [any DatabaseValueConvertible & Sendable]
    ) async throws(StoreError) -> [LedgerRecord] {
        try await readings(sql, arguments) { try $0.mapError(\.storeError).get() }
    }

    private func readings<Value: Sendable>(
        _ sql: String, _ arguments: [any DatabaseValueConvertible & Sendable],
        _ value: @escaping @Sendable (Result<LedgerRecord, UnreadableRecord>) throws -> Value
    ) async throws(StoreError) -> [Value] {
        try await read { database in
            var values: [Value] = []
            let rows = try Row.fetchCursor(
                database.cachedStatement(sql: sql), arguments: StatementArguments(arguments.map { $0 }))
            while let row = try rows.next() { values.append(try value(LedgerRows.record(row))) }
            return values
        }
    }
}

extension StoreReader {
    /// All records after `sequence`, read page by page, so that however long it takes the writer's log does not grow.
    /// Ends at the record that is the last one when the end is reached.
    public func allRecords(after sequence: Int64 = 0) -> LedgerRecords {
        LedgerRecords(reader: self, start: sequence)
    }
}

/// Ledger records in their order.
public struct LedgerRecords: AsyncSequence, Sendable {
    public typealias Element = LedgerRecord
    public typealias Failure = StoreError

    fileprivate let reader: StoreReader
    fileprivate let start: Int64

    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: reader, last: start)
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: StoreReader
        fileprivate var last: Int64
        private var page: ArraySlice<LedgerRecord> = []
        private var isAtEnd = false

        fileprivate init(reader: StoreReader, last: Int64) {
            self.reader = reader
            self.last = last
        }

        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(StoreError) -> LedgerRecord? {
            if page.isEmpty, !isAtEnd {
                page = try await reader.records(after: last)[...]
                isAtEnd = page.isEmpty
            }
            guard let record = page.popFirst() else { return nil }
            last = record.sequence
            return record
        }

        public mutating func next() async throws(StoreError) -> LedgerRecord? {
            try await next(isolation: nil)
        }
    }
}
