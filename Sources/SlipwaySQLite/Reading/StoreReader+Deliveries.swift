internal import GRDB
public import SlipwayCore

/// A delivery as it is stored.
public struct StoredDelivery: Hashable, Sendable {
    public var number: Int64
    public var receivedAt: Timestamp
    public var disposition: Delivery.Disposition
    public var duplicateOf: Int64?
    public var key: String?
    /// What its ledger record says of it: one JSON object, as in `LedgerRecord.facts`.
    public var facts: String
}

extension StoreReader {
    /// Deliveries, newest first; before `number`, if it is given: the last one of a page leads to the next page.
    ///
    /// - Parameter disposition: only these; nil: all.
    public func deliveries(
        before number: Int64 = .max, disposition: Delivery.Disposition? = nil, limit: Int = 50
    ) async throws(StoreError) -> [StoredDelivery] {
        let limit = Self.bounded(limit)
        switch disposition {
        case nil: return try await deliveries("number < ?", [number, limit])
        // Nearly all are: they are in no index of their own.
        case .accepted: return try await deliveries("number < ? AND disposition = 'accepted'", [number, limit])
        case .ignored, .rejected:
            return try await deliveries(
                "number < ? AND disposition <> 'accepted' AND disposition = ?",
                [number, disposition?.rawValue, limit])
        }
    }

    /// The deliveries that told of a job, or of its stage and run, newest first; each once, however often it came. Told by the
    /// ids of the run and of the job: one without a run has none.
    public func deliveries(
        about origin: JobOrigin, limit: Int = 50
    ) async throws(StoreError) -> [StoredDelivery] {
        guard let run = origin.runID, let project = origin.projectID else { return [] }
        var found: [StoredDelivery] = []
        for account in try await accounts() {
            // "|" ends the run's number, and "}" is the character after it. The plus: found by key, not by number.
            let prefix = "job:\(account)|\(project)|\(run)"
            found += try await deliveries(
                "key > ? AND key < ? AND duplicate_of IS NULL AND disposition <> 'rejected'",
                [prefix + "|", prefix + "}", Self.maximumLimit], order: "+number")
        }
        let job = origin.jobID?.lowercased()
        return Array(
            found.filter { $0.tells(ofJob: job) }.sorted { $0.number > $1.number }.prefix(Self.bounded(limit)))
    }

    /// The accounts that the latest deliveries name; one, where one organization calls.
    private func accounts() async throws(StoreError) -> Set<String> {
        let latest = try await deliveries("key > 'job:' AND key < 'job;'", [Self.accountsFromDeliveries])
        return Set(latest.compactMap { $0.keyParts.first }.prefix(Self.maximumAccounts))
    }

    private static let accountsFromDeliveries = 50
    private static let maximumAccounts = 3

    private func deliveries(
        _ condition: String, _ arguments: [(any DatabaseValueConvertible & Sendable)?], order: String = "number"
    ) async throws(StoreError) -> [StoredDelivery] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT number, received_at, disposition, duplicate_of, key, facts
                    FROM deliveries CROSS JOIN ledger ON sequence = record
                    WHERE \(condition) ORDER BY \(order) DESC LIMIT ?
                    """)
            var deliveries: [StoredDelivery] = []
            let bound: [(any DatabaseValueConvertible)?] = arguments.map { $0 }
            let rows = try Row.fetchCursor(statement, arguments: StatementArguments(bound))
            while let row = try rows.next() { deliveries.append(try Self.delivery(row)) }
            return deliveries
        }
    }

    static let deliveryColumns = "number, received_at, disposition, duplicate_of, key, facts"

    /// `statement` selects `deliveryColumns`.
    static func deliveries(_ statement: Statement, _ arguments: StatementArguments) throws -> [StoredDelivery] {
        var deliveries: [StoredDelivery] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { deliveries.append(try delivery(row)) }
        return deliveries
    }

    private static func delivery(_ row: Row) throws -> StoredDelivery {
        guard let number = Int64.fromDatabaseValue(row[0]), let receivedAt = Int64.fromDatabaseValue(row[1]),
            let disposition = String.fromDatabaseValue(row[2]).flatMap(Delivery.Disposition.init),
            let facts = String.fromDatabaseValue(row[5])
        else {
            throw StoreError(
                code: .corrupt,
                message: "a delivery can't be read from the store: run `slipway ledger verify`, then restore a backup")
        }
        return StoredDelivery(
            number: number, receivedAt: Timestamp(milliseconds: receivedAt), disposition: disposition,
            duplicateOf: Int64.fromDatabaseValue(row[3]), key: String.fromDatabaseValue(row[4]), facts: facts)
    }
}

extension StoredDelivery {
    /// Of the key of a delivery with a hint: account, project, run, scope, job, attempt and state.
    fileprivate var keyParts: [String] {
        guard let key, key.hasPrefix("job:") else { return [] }
        return key.dropFirst("job:".count).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether it tells of this job, or of what the job is a part of.
    fileprivate func tells(ofJob job: String?) -> Bool {
        let parts = keyParts
        guard parts.count == 7, parts[3] == "job", let job else { return true }
        return parts[4].lowercased() == job
    }
}
