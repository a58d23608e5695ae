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
                SELECT id, body, version, state, is_open, can_take_job, outcome, pool, profile, request, ordinal, ran,
                    created_at, state_since, booking, project, pipeline, pipeline_name, running_at, online_at, busy_at,
                    finished_at, ended_at
                FROM launches WHERE id > ? ORDER BY id LIMIT ?
                """)
        let rows = try Row.fetchAll(statement, arguments: [start, StoreReader.verifiedPerRead])
        for row in rows {
            let id = String.fromDatabaseValue(row[0]) ?? "?"
            check.last = id
            check.count += 1
            guard let problem = try problem(database, id, row) else { continue }
            check.mismatches.append(StoreMismatch(subject: id, detail: problem))
        }
        return check
    }

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
        return nil
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

    init?(_ database: Database, _ id: String) throws {
        let newest = try database.cachedStatement(
            sql: """
                SELECT facts FROM ledger WHERE subject = ? AND kind GLOB 'launch.*' ORDER BY sequence DESC LIMIT 1
                """)
        let newestState = try database.cachedStatement(
            sql: """
                SELECT kind FROM ledger WHERE subject = ? AND kind GLOB 'launch.*' AND kind <> 'launch.updated'
                ORDER BY sequence DESC LIMIT 1
                """)
        guard let facts = try String.fetchOne(newest, arguments: [id]),
            let kind = try String.fetchOne(newestState, arguments: [id])
        else { return nil }
        state = String(kind.dropFirst("launch.".count))
        // The record that opens a launch's history names no version: it is the first, 0.
        version = (try? JSONDecoder().decode(Facts.self, from: Data(facts.utf8)))?.version ?? 0
    }

    private struct Facts: Decodable {
        var version: Int?
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
