internal import Foundation
internal import GRDB
internal import SlipwayCore

/// Launch rows against their own bodies and against the last that the ledger says of each.
struct LaunchCheck: Sendable {
    var mismatches: [StoreMismatch] = []
    var count: Int64 = 0
    /// The id of the last one; nil when there are no more.
    var last: String?

    static func run(_ database: Database, after start: String) throws -> LaunchCheck {
        var check = LaunchCheck()
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, \(Self.isAsItShouldBe) AS is_sound FROM launches WHERE id > ? ORDER BY id LIMIT ?
                """)
        var doubtful: [DatabaseValue] = []
        let ids = try Row.fetchCursor(statement, arguments: [start, StoreReader.verifiedPerRead])
        while let row = try ids.next() {
            check.last = String.fromDatabaseValue(row[0]) ?? "?"
            check.count += 1
            if Int64.fromDatabaseValue(row[1]) != 1 { doubtful.append(row[0]) }
        }
        for value in doubtful {
            guard let row = try Row.fetchOne(database.cachedStatement(sql: Self.rowSQL), arguments: [value]) else {
                continue
            }
            let id = String.fromDatabaseValue(row[0]) ?? "?"
            guard let problem = try problem(database, id, row) else { continue }
            check.mismatches.append(StoreMismatch(subject: id, detail: problem))
        }
        return check
    }

    private static let rowSQL = """
        SELECT id, body, version, state, is_open, can_take_job, outcome, pool, profile, request, ordinal, ran, created_at,
            state_since, booking, project, pipeline, pipeline_name, running_at, online_at, busy_at, finished_at, ended_at
        FROM launches WHERE id = ?
        """

    /// Of a closed launch, and only where all is well: what it is read for in full below says so too. Closed launches are
    /// nearly all of them, and reading each body twenty times over takes as long as all else.
    private static let isAsItShouldBe = """
        CASE WHEN state = 'closed' AND json_valid(body) THEN
            json_extract(body, '$.id') = id
            AND json_extract(body, '$.version') = version AND json_extract(body, '$.state.closed._0.kind') = outcome
            AND json_type(body, '$.state.closed._0.reason') = 'text' AND is_open = 0 AND can_take_job = 0
            AND json_extract(body, '$.pool') = pool AND json_extract(body, '$.profile') = profile
            AND json_extract(body, '$.request') IS request AND json_extract(body, '$.ordinal') = ordinal
            AND json_extract(body, '$.ran') IS ran AND json_extract(body, '$.createdAt') = created_at
            AND json_extract(body, '$.binding.booking') IS booking
            AND \(JobOriginSQL.extract("projectID")) IS project
            AND \(JobOriginSQL.extract("pipelineID")) IS pipeline
            AND \(JobOriginSQL.extract("pipelineName")) IS pipeline_name
            AND json_extract(body, '$.runningAt') IS running_at AND json_extract(body, '$.onlineAt') IS online_at
            AND json_extract(body, '$.busyAt') IS busy_at AND json_extract(body, '$.finishedAt') IS finished_at
            AND json_extract(body, '$.endedAt') IS ended_at
            AND json_extract(body, '$.stateSince') = state_since AND json_type(body, '$.reason') = 'text'
            AND json_type(body, '$.origin') = 'object' AND json_type(body, '$.attempt') = 'integer'
            AND json_type(body, '$.startNotBefore') = 'integer' AND json_type(body, '$.startFailures') = 'integer'
            AND json_type(body, '$.unknownRefusals') = 'integer'
            AND (
                SELECT kind = 'launch.closed' AND CASE WHEN json_valid(facts) THEN
                    json_extract(facts, '$.version') = launches.version
                    AND json_extract(facts, '$.outcome') = launches.outcome END
                FROM ledger
                WHERE subject = launches.id AND kind GLOB 'launch.*' AND kind <> 'launch.overdue'
                ORDER BY sequence DESC LIMIT 1)
            AND \(UsageCheck.isAsItShouldBe)
        END
        """

    private static func problem(_ database: Database, _ id: String, _ row: Row) throws -> String? {
        let stored: LaunchRow
        do {
            stored = try LaunchRow(LaunchDecoder().launch(row))
        } catch let error as StoreError {
            return "its body can't be read (\(error.cause ?? error.message))"
        }
        if let column = differing(stored, row) { return "its body and its column \(column) differ" }
        guard let last = try LastRecords(database, id) else { return "the ledger does not tell of it" }
        if last.state != stored.state {
            return "it is stored as \(stored.state), and the ledger's last word is \(last.state)"
        }
        if last.version != stored.version {
            return "it is stored with version \(stored.version), and the ledger's last word is of \(last.version)"
        }
        if stored.state == "closed", last.outcome != stored.outcome {
            return "it is stored as \(stored.outcome ?? "?"), and the ledger's last word is \(last.outcome ?? "none")"
        }
        return try UsageCheck.problem(database, stored)
    }

    private static func differing(_ stored: LaunchRow, _ row: Row) -> String? {
        let expected: [(String, DatabaseValue)] = [
            ("id", stored.id.databaseValue), ("version", stored.version.databaseValue),
            ("state", stored.state.databaseValue), ("is_open", stored.isOpen.databaseValue),
            ("can_take_job", stored.canTakeJob.databaseValue), ("outcome", stored.outcome.databaseValue),
            ("pool", stored.pool.databaseValue), ("profile", stored.profile.databaseValue),
            ("request", stored.request.databaseValue), ("ordinal", stored.ordinal.databaseValue),
            ("ran", stored.ran.databaseValue), ("created_at", stored.createdAt.databaseValue),
            ("state_since", stored.stateSince.databaseValue), ("booking", stored.booking.databaseValue),
            ("project", stored.project.databaseValue), ("pipeline", stored.pipeline.databaseValue),
            ("pipeline_name", stored.pipelineName.databaseValue), ("running_at", stored.runningAt.databaseValue),
            ("online_at", stored.onlineAt.databaseValue), ("busy_at", stored.busyAt.databaseValue),
            ("finished_at", stored.finishedAt.databaseValue), ("ended_at", stored.endedAt.databaseValue),
        ]
        return expected.first { name, value in (row[name] as DatabaseValue) != value }?.0
    }
}

/// What the ledger last said of a launch.
private struct LastRecords {
    var state: String
    var version: Int
    /// Of a closed one.
    var outcome: String?

    init?(_ database: Database, _ id: String) throws {
        let newest = try database.cachedStatement(
            sql: """
                SELECT facts FROM ledger
                WHERE subject = ? AND kind GLOB 'launch.*' AND kind <> 'launch.overdue' ORDER BY sequence DESC LIMIT 1
                """)
        let newestState = try database.cachedStatement(
            sql: """
                SELECT kind FROM ledger WHERE subject = ? AND kind GLOB 'launch.*' AND kind NOT IN ('launch.updated', 'launch.overdue')
                ORDER BY sequence DESC LIMIT 1
                """)
        guard let facts = try String.fetchOne(newest, arguments: [id]),
            let kind = try String.fetchOne(newestState, arguments: [id])
        else { return nil }
        state = String(kind.dropFirst("launch.".count))
        // The record that opens a launch's history names no version: it is the first, 0.
        let told = try? JSONDecoder().decode(Facts.self, from: Data(facts.utf8))
        version = told?.version ?? 0
        outcome = told?.outcome
    }

    private struct Facts: Decodable {
        var version: Int?
        var outcome: String?
    }
}

/// Delivery rows against their ledger records.
enum DeliveryCheck {
    static func run(_ database: Database, after start: Int64, upTo end: Int64) throws -> [StoreMismatch] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT d.number, l.sequence IS NULL FROM deliveries d LEFT JOIN ledger l ON l.sequence = d.record
                WHERE d.number > ? AND d.number <= ? AND (
                    l.sequence IS NULL
                    OR l.subject <> 'delivery-' || d.number
                    OR l.at <> d.received_at
                    OR l.kind <> iif(d.duplicate_of IS NULL, 'delivery.recorded', 'delivery.duplicate')
                    OR instr(l.facts, '"disposition":"' || d.disposition || '"') = 0
                    OR (d.duplicate_of IS NOT NULL AND instr(l.facts, '"duplicateOf":' || d.duplicate_of || ',') = 0))
                ORDER BY d.number
                """)
        return try Row.fetchAll(statement, arguments: [start, end]).map { row in
            let number = Int64.fromDatabaseValue(row[0]) ?? 0
            let isLost = Bool.fromDatabaseValue(row[1]) ?? false
            return StoreMismatch(
                subject: "delivery-\(number)",
                detail: isLost ? "its ledger record is gone" : "its ledger record says something else")
        }
    }
}
