internal import GRDB
internal import SlipwayCore

extension WriteTransaction {
    func write(_ row: BookingRow) throws {
        if row.version == 0 { try insert(row) } else { try update(row) }
    }

    private func insert(_ row: BookingRow) throws {
        do {
            try execute(
                """
                INSERT INTO bookings (id, version, agent_name, stage_attempt, job_attempt, closed_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    row.id, row.version, row.agentName, row.stageAttempt, row.jobAttempt, row.closedAt, row.body,
                ])
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY {
            throw StoreError(code: .duplicateLaunch, message: "booking \(row.id) exists already", cause: error.message)
        }
    }

    private func update(_ row: BookingRow) throws {
        try execute(
            "UPDATE bookings SET version = ?, closed_at = ?, body = ? WHERE id = ? AND version = ?",
            [row.version, row.closedAt, row.body, row.id, row.version - 1])
        guard database.changesCount == 1 else {
            throw StoreError(
                code: .versionConflict,
                message:
                    "booking \(row.id) is not stored with version \(row.version - 1): it has changed since it was read")
        }
    }

    /// A thousand at a time, so that who writes beside it needn't wait.
    func dropBookings(closedBefore: Int64) throws -> Int {
        try execute(
            """
            DELETE FROM bookings WHERE id IN (
                SELECT id FROM bookings WHERE closed_at IS NOT NULL AND closed_at < ?
                    AND NOT EXISTS (SELECT 1 FROM launches WHERE booking = bookings.id AND is_open = 1)
                LIMIT 1000)
            """, [closedBefore])
        return database.changesCount
    }
}
