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
            figures.failures = LaunchFigures.count(try Self.failures(database, since))
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

    /// The reason out of the body alone: a thousand whole launches would take longer to read than all the rest.
    private static func failures(_ database: Database, _ since: Timestamp) throws -> [LaunchFigures.FailedLaunch] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, state_since,
                    iif(json_valid(body), CAST(json_extract(body, '$.state.closed._0.reason') AS TEXT), NULL)
                FROM launches WHERE outcome = ? AND created_at >= ? AND +is_open = 0
                ORDER BY created_at DESC, id DESC LIMIT ?
                """)
        var failures: [LaunchFigures.FailedLaunch] = []
        for kind in [LaunchOutcome.Kind.failed, .lost] {
            let arguments: StatementArguments = [
                kind.rawValue, since.milliseconds, LaunchFigures.maximumFailures,
            ]
            let rows = try Row.fetchCursor(statement, arguments: arguments)
            while let row = try rows.next() {
                guard let id = String.fromDatabaseValue(row[0]).flatMap(LaunchID.init(rawValue:)),
                    let at = Int64.fromDatabaseValue(row[1])
                else { continue }
                let reason = String.fromDatabaseValue(row[2]) ?? "no reason known"
                failures.append((id, Timestamp(milliseconds: at), reason))
            }
        }
        return failures
    }
}
