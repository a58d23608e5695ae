extension Schema {
    /// Version 2: bookings, and the launches that are bound to them.
    ///
    /// Columns of `bookings` are there to be searched; its `body` is the truth. A booking has one open launch at most.
    static let version2 = """
        CREATE TABLE bookings (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            version INTEGER NOT NULL CHECK (version >= 0),
            agent_name TEXT,
            stage_attempt INTEGER NOT NULL,
            job_attempt INTEGER NOT NULL,
            closed_at INTEGER,
            body TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX bookings_agent_name ON bookings (agent_name, stage_attempt, job_attempt)
            WHERE agent_name IS NOT NULL;
        CREATE INDEX bookings_open ON bookings (id) WHERE closed_at IS NULL;
        CREATE INDEX bookings_closed ON bookings (closed_at) WHERE closed_at IS NOT NULL;

        ALTER TABLE launches ADD COLUMN booking TEXT;
        CREATE UNIQUE INDEX launches_booking_ordinal ON launches (booking, ordinal) WHERE booking IS NOT NULL;
        CREATE UNIQUE INDEX launches_one_of_booking ON launches (booking) WHERE booking IS NOT NULL AND is_open = 1;
        """
}
