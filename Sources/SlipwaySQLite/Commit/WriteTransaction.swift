internal import Foundation
internal import GRDB
internal import SlipwayCore

/// A transaction that writes: where the ledger's chain and the deliveries' numbers stand in it.
///
/// Both are read after the write lock is held, so what another process has appended is built upon. A value: an operation
/// that is taken back takes back its numbers too.
struct WriteTransaction {
    /// An operation was taken back; the transaction goes on without it.
    struct Refusal: Error {
        let cause: any Error
    }

    let database: Database
    private var chain: LedgerChain
    private(set) var lastDelivery: Int64

    /// Waits for the write lock, as long as the busy timeout allows.
    static func begin(_ database: Database) throws -> WriteTransaction {
        // A rollback that failed left this behind; without it gone nothing can begin.
        try database.rollback()
        try database.beginTransaction(.immediate)
        return try WriteTransaction(database)
    }

    private init(_ database: Database) throws {
        self.database = database
        chain = try LedgerRows.chain(database)
        lastDelivery = try Int64.fetchOne(database.cachedStatement(sql: Self.lastDeliverySQL)) ?? 0
    }

    /// The greater of the two, in case somebody has reset `sqlite_sequence` by hand.
    private static let lastDeliverySQL = """
        SELECT max(
            ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'deliveries'), 0),
            ifnull((SELECT max(number) FROM deliveries), 0))
        """

    func commit() throws {
        try database.commit()
    }

    /// After an error. A rollback that fails is tried again by the next `begin`.
    static func abandon(_ database: Database) {
        try? database.rollback()
    }

    /// Runs `body`, and takes back all of it and only it if it is refused. Other errors spoil the transaction.
    mutating func inSavepoint<Value>(_ body: (inout WriteTransaction) throws -> Value) throws -> Value {
        let before = self
        try execute("SAVEPOINT operation")
        do {
            let value = try body(&self)
            try execute("RELEASE operation")
            return value
        } catch  where Self.isRefusal(error) && database.isInsideTransaction {
            try execute("ROLLBACK TO operation")
            try execute("RELEASE operation")
            self = before
            throw Refusal(cause: error)
        }
    }

    private static func isRefusal(_ error: any Error) -> Bool {
        if let error = error as? StoreError { return error.code != .unavailable && error.code != .corrupt }
        guard let error = error as? DatabaseError else { return false }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH: return true
        default: return false
        }
    }

    func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

// MARK: The ledger

extension WriteTransaction {
    /// Appends an entry and answers its sequence.
    @discardableResult
    mutating func append(_ entry: LedgerEntry) throws -> Int64 {
        let record = chain.seal(Self.withoutNulls(entry))
        try execute(
            """
            INSERT INTO ledger (sequence, at, kind, subject, facts, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record.sequence, record.at.milliseconds, record.kind, record.subject, record.facts,
                Data(record.previousHash.bytes), Data(record.hash.bytes),
            ])
        return record.sequence
    }

    mutating func numberDelivery() -> Int64 {
        lastDelivery += 1
        return lastDelivery
    }

    /// A text is bound up to its first NUL: stored shorter than it was hashed, the record would verify as edited. Facts
    /// have none, since JSON escapes it.
    private static func withoutNulls(_ entry: LedgerEntry) -> LedgerEntry {
        guard entry.kind.utf8.contains(0) || entry.subject.utf8.contains(0) else { return entry }
        var entry = entry
        entry.kind = entry.kind.replacingOccurrences(of: "\0", with: "\u{FFFD}")
        entry.subject = entry.subject.replacingOccurrences(of: "\0", with: "\u{FFFD}")
        return entry
    }
}
