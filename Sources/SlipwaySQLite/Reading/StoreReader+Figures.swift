internal import GRDB
public import SlipwayCore

extension StoreReader {
    /// How the launches since an instant went. Reads indexes, and the bodies of a bounded number of failures.
    ///
    /// - Parameter minutes: whether the launches of each minute are counted.
    public func figures(
        since: Timestamp, until now: Timestamp, minutes: Bool = false
    ) async throws(StoreError) -> LaunchFigures {
        try await read { database in
            var figures = LaunchFigures(since: since, until: now)
            figures.made =
                try Int.fetchOne(
                    database.cachedStatement(sql: "SELECT count(*) FROM launches WHERE created_at >= ?"),
                    arguments: [since.milliseconds]) ?? 0
            if minutes { figures.madePerMinute = try Self.madePerMinute(database, since, now) }
            figures.outcomes = try Self.outcomes(database, since)
            figures.phases = PhaseFigures.of(try Self.times(database, since))
            figures.failures = try Self.failures(database, since)
            return figures
        }
    }

    private static let maximumMinutes: Int64 = 1_440

    private static func madePerMinute(_ database: Database, _ since: Timestamp, _ now: Timestamp) throws -> [Int] {
        let length = min(maximumMinutes, max(0, (now.millisecondsSince(since) + 59_999) / 60_000))
        var counts = [Int](repeating: 0, count: Int(length))
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT (created_at - ?) / 60000, count(*) FROM launches WHERE created_at >= ? GROUP BY 1
                    """),
            arguments: [since.milliseconds, since.milliseconds])
        while let row = try rows.next() {
            guard let minute = Int.fromDatabaseValue(row[0]), counts.indices.contains(minute) else { continue }
            counts[minute] = Int.fromDatabaseValue(row[1]) ?? 0
        }
        return counts
    }

    private static func outcomes(_ database: Database, _ since: Timestamp) throws -> [LaunchOutcome.Kind: Int] {
        var outcomes: [LaunchOutcome.Kind: Int] = [:]
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT outcome, count(*) FROM launches WHERE is_open = 0 AND state_since >= ? GROUP BY outcome
                    """),
            arguments: [since.milliseconds])
        while let row = try rows.next() {
            guard let kind = String.fromDatabaseValue(row[0]).flatMap(LaunchOutcome.Kind.init) else { continue }
            outcomes[kind] = Int.fromDatabaseValue(row[1])
        }
        return outcomes
    }

    private static func times(_ database: Database, _ since: Timestamp) throws -> [LaunchTimes] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT created_at, running_at, online_at, busy_at, finished_at, ended_at, state_since,
                        request IS NULL AND booking IS NULL
                    FROM launches
                    WHERE is_open = 0 AND state_since >= ? ORDER BY state_since DESC LIMIT ?
                    """),
            arguments: [since.milliseconds, LaunchFigures.maximumMeasured])
        var times: [LaunchTimes] = []
        while let row = try rows.next() {
            func instant(_ index: Int) -> Timestamp? {
                Int64.fromDatabaseValue(row[index]).map { Timestamp(milliseconds: $0) }
            }
            guard let createdAt = instant(0) else { continue }
            times.append(
                LaunchTimes(
                    createdAt: createdAt, runningAt: instant(1), onlineAt: instant(2), busyAt: instant(3),
                    finishedAt: instant(4), endedAt: instant(5), closedAt: instant(6),
                    isForNobody: Bool.fromDatabaseValue(row[7]) ?? false))
        }
        return times
    }

    /// The index has those that failed; the reason out of the body alone, since whole launches would take longer to read than
    /// all the rest.
    private static func failures(_ database: Database, _ since: Timestamp) throws -> [LaunchFigures.Failure] {
        // The id beside a maximum is that of its row.
        let statement = try database.cachedStatement(
            sql: """
                SELECT reason, count(*), max(state_since), id FROM (
                    SELECT state_since, id,
                        iif(json_valid(body), CAST(json_extract(body, '$.state.closed._0.reason') AS TEXT), NULL) AS reason
                    FROM launches INDEXED BY launches_phases
                    WHERE is_open = 0 AND state_since >= ? AND outcome IN ('failed', 'lost')
                    ORDER BY state_since DESC LIMIT ?)
                GROUP BY reason ORDER BY 2 DESC, 3 DESC, reason LIMIT ?
                """)
        let arguments: StatementArguments = [
            since.milliseconds, LaunchFigures.maximumFailures, LaunchFigures.maximumReasons,
        ]
        var failures: [LaunchFigures.Failure] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            guard let at = Int64.fromDatabaseValue(row[2]),
                let id = String.fromDatabaseValue(row[3]).flatMap(LaunchID.init(rawValue:))
            else { continue }
            failures.append(
                LaunchFigures.Failure(
                    reason: String.fromDatabaseValue(row[0]) ?? "no reason known",
                    count: Int.fromDatabaseValue(row[1]) ?? 0, launch: id, at: Timestamp(milliseconds: at)))
        }
        return failures
    }
}
