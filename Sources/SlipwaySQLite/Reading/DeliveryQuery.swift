internal import GRDB
public import SlipwayCore

/// Which deliveries to show. All of what is set must hold.
public struct DeliveryQuery: Hashable, Sendable {
    public var disposition: Delivery.Disposition?
    /// The event's type as Azure DevOps spells it; `job-state-changed` is short for `ms.vss-pipelines.job-state-changed-event`.
    public var event: String?
    /// True: repeated ones alone; false: none of these.
    public var isDuplicate: Bool?
    /// Of the pipeline run that they hint at.
    public var run: Int?
    /// The id of the job or of the project that they hint at.
    public var job: String?
    public var project: String?
    /// Received from then on, and before then.
    public var since: Timestamp?
    public var until: Timestamp?

    public init() {}

    /// Over `deliveries`; every value is bound. Ids are looked for in the key, which is short, and not in the facts.
    func condition(before number: Int64) -> (sql: String, arguments: StatementArguments) {
        var terms = ["number < ?"]
        var arguments: StatementArguments = [number]
        func require(_ term: String, _ values: StatementArguments) {
            terms.append(term)
            arguments += values
        }
        if let disposition { require("disposition = ?", [disposition.rawValue]) }
        if let event {
            // In the record alone: few ask for it, and each delivery's is one step away.
            require(
                "EXISTS (SELECT 1 FROM ledger WHERE sequence = record AND json_extract(facts, '$.eventType') IN (?, ?))",
                [event, "ms.vss-pipelines.\(event)-event"])
        }
        if let isDuplicate { terms.append(isDuplicate ? "duplicate_of IS NOT NULL" : "duplicate_of IS NULL") }
        if let since { require("received_at >= ?", [since.milliseconds]) }
        if let until { require("received_at < ?", [until.milliseconds]) }
        // A key is `job:account|project|run|scope|job|attempt|state`: each id is looked for in its place.
        if let project {
            let part = "|\(project.lowercased())|"
            require("substr(lower(key), instr(key, '|'), ?) = ?", [part.unicodeScalars.count, part])
        }
        if let run { require(Self.beside("'|' || ? || '|' || scope.name || '|'"), [run]) }
        if let job { require(Self.beside("'|' || scope.name || '|' || ? || '|'"), [job.lowercased()]) }
        return (terms.joined(separator: " AND "), arguments)
    }

    /// That an id stands beside the scope in the key.
    private static func beside(_ part: String) -> String {
        let scopes = JobHint.Scope.allCases.map { "SELECT '\($0.rawValue)' AS name" }.joined(separator: " UNION ALL ")
        return "EXISTS (SELECT 1 FROM (\(scopes)) scope WHERE instr(lower(key), \(part)) > 0)"
    }
}

/// Some of a list.
public struct DeliveryPage: Hashable, Sendable {
    public var deliveries: [StoredDelivery]
    /// The number before which the next page begins; nil: this was the last one.
    public var next: Int64?
}

extension StoreReader {
    /// Deliveries, newest first, before a number.
    public func deliveries(
        _ query: DeliveryQuery, before number: Int64 = .max, limit: Int = 50
    ) async throws(StoreError) -> DeliveryPage {
        let limit = Self.bounded(limit)
        return try await read { database in
            let (condition, arguments) = query.condition(before: number)
            let statement = try database.makeStatement(
                sql: """
                    SELECT \(Self.deliveryColumns)
                    FROM (SELECT * FROM deliveries WHERE \(condition) ORDER BY number DESC LIMIT ?)
                    JOIN ledger ON sequence = record ORDER BY number DESC
                    """)
            // One more than is shown tells whether there is a next page.
            let found = try Self.deliveries(statement, arguments + [limit + 1])
            let shown = Array(found.prefix(limit))
            return DeliveryPage(deliveries: shown, next: found.count > limit ? shown.last?.number : nil)
        }
    }

    public func delivery(_ number: Int64) async throws(StoreError) -> StoredDelivery? {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(Self.deliveryColumns) FROM deliveries JOIN ledger ON sequence = record WHERE number = ?
                    """)
            return try Self.deliveries(statement, [number]).first
        }
    }

    /// The numbers of the deliveries that repeated this one, the first hundred of them.
    public func duplicates(of number: Int64) async throws(StoreError) -> [Int64] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT number FROM deliveries WHERE duplicate_of = ? ORDER BY number LIMIT 100")
            return try Int64.fetchAll(statement, arguments: [number])
        }
    }
}
