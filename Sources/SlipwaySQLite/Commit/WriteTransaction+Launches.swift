internal import GRDB
internal import SlipwayCore

/// A batch whose launches are ready to be written.
struct LaunchChanges: Sendable {
    var updates: [LaunchRow]
    var inserts: [LaunchRow]
    var entries: [LedgerEntry]
    var bookings: [BookingRow]

    init(_ batch: LaunchBatch) throws(StoreError) {
        updates = []
        inserts = []
        for launch in batch.updates { updates.append(try LaunchRow(launch)) }
        for launch in batch.inserts { inserts.append(try LaunchRow(launch)) }
        entries = batch.entries
        bookings = []
        for booking in batch.bookings { bookings.append(try BookingRow(booking)) }
    }
}

extension WriteTransaction {
    /// Updates go first: one of them may free its job request for the launch that follows it.
    mutating func commit(_ changes: LaunchChanges) throws {
        for row in changes.updates {
            try update(row)
            try updateOrigin(row)
            try finishUsage(row)
        }
        for row in changes.inserts {
            try insert(row)
            try insertUsage(row)
        }
        for row in changes.bookings { try write(row) }
        for entry in changes.entries { try append(entry) }
    }

    private func update(_ row: LaunchRow) throws {
        try execute(
            """
            UPDATE launches SET version = ?, ran = ?, state = ?, is_open = ?, can_take_job = ?, outcome = ?,
                state_since = ?, running_at = ?, online_at = ?, busy_at = ?, finished_at = ?, ended_at = ?, body = ?
            WHERE id = ? AND version = ?
            """,
            [
                row.version, row.ran, row.state, row.isOpen, row.canTakeJob, row.outcome, row.stateSince,
                row.runningAt, row.onlineAt, row.busyAt, row.finishedAt, row.endedAt, row.body,
                row.id, row.version - 1,
            ])
        guard database.changesCount == 1 else { throw versionConflict(row) }
    }

    /// A statement of its own: these columns are in many indexes, and nearly no change of a launch changes them. Its agent may
    /// take another's job, and lose it again.
    private func updateOrigin(_ row: LaunchRow) throws {
        try execute(
            """
            UPDATE launches SET project = ?, pipeline = ?, pipeline_name = ?
            WHERE id = ? AND NOT (project IS ? AND pipeline IS ? AND pipeline_name IS ?)
            """,
            [
                row.project, row.pipeline, row.pipelineName, row.id, row.project, row.pipeline, row.pipelineName,
            ])
        if database.changesCount > 0 { try updateUsageOrigin(row) }
    }

    private func insert(_ row: LaunchRow) throws {
        do {
            try execute(
                """
                INSERT INTO launches (id, version, pool, profile, request, ordinal, ran, state, is_open, can_take_job,
                    outcome, created_at, state_since, project, pipeline, pipeline_name, running_at, online_at, busy_at,
                    finished_at, ended_at, body, booking)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    row.id, row.version, row.pool, row.profile, row.request, row.ordinal, row.ran, row.state,
                    row.isOpen,
                    row.canTakeJob, row.outcome, row.createdAt, row.stateSince, row.project, row.pipeline,
                    row.pipelineName, row.runningAt, row.onlineAt, row.busyAt, row.finishedAt, row.endedAt, row.body,
                    row.booking,
                ])
        } catch let error as DatabaseError where Self.isTaken(error) {
            throw StoreError(
                code: .duplicateLaunch,
                message: "launch \(row.id) exists already, or what it is for has another",
                cause: error.message)
        }
    }

    private static func isTaken(_ error: DatabaseError) -> Bool {
        error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE
            || error.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY
    }

    private func versionConflict(_ row: LaunchRow) -> StoreError {
        StoreError(
            code: .versionConflict,
            message: "launch \(row.id) is not stored with version \(row.version - 1): it has changed since it was read")
    }
}
