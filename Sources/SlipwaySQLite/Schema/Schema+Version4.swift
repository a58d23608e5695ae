extension Schema {
    /// Version 4: what launches used, for costs, and what leads from runs, jobs and repeated deliveries to them.
    ///
    /// One row for each launch, in the order in which they were made, so that a month is one stretch of the table. A function
    /// of the launch's body, like the columns of `launches`; written when the launch is made, and again when it is closed.
    /// `standing`: 0 it used nothing, 1 it isn't closed, 2 `unit` and `seconds` are known, 3 they are not, for `gap`.
    static let version4 = """
        CREATE TABLE usage_units (
            id INTEGER PRIMARY KEY,
            region TEXT NOT NULL,
            capacity TEXT NOT NULL,
            platform TEXT NOT NULL,
            cpu INTEGER NOT NULL,
            memory INTEGER NOT NULL,
            storage INTEGER NOT NULL,
            UNIQUE (region, capacity, platform, cpu, memory, storage)
        ) STRICT;

        CREATE TABLE launch_usage (
            made_at INTEGER NOT NULL,
            launch TEXT NOT NULL,
            pool INTEGER NOT NULL,
            profile TEXT NOT NULL,
            project TEXT,
            pipeline TEXT,
            run INTEGER,
            job TEXT,
            requester TEXT,
            capacity TEXT,
            standing INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 3),
            unit INTEGER REFERENCES usage_units (id),
            seconds INTEGER,
            gap TEXT,
            PRIMARY KEY (made_at, launch),
            CHECK ((standing = 2) = (unit IS NOT NULL AND seconds IS NOT NULL)),
            CHECK ((standing = 3) = (gap IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX launch_usage_run ON launch_usage (run) WHERE run IS NOT NULL;
        CREATE INDEX launch_usage_job ON launch_usage (job) WHERE job IS NOT NULL;
        CREATE INDEX launches_ran ON launches (ran) WHERE ran IS NOT NULL;
        CREATE INDEX deliveries_repeated ON deliveries (duplicate_of) WHERE duplicate_of IS NOT NULL;

        CREATE TABLE project_names (
            project TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        INSERT INTO launch_usage (made_at, launch, pool, profile, project, pipeline, run, job, capacity, standing, gap)
        SELECT created_at, id, pool, profile, CAST(json_extract(body, '$.origin.projectID') AS TEXT),
            CAST(ifnull(json_extract(body, '$.origin.pipelineName'), '#' || json_extract(body, '$.origin.pipelineID')) AS TEXT),
            CAST(json_extract(body, '$.origin.runID') AS INTEGER), lower(json_extract(body, '$.origin.jobID')),
            CAST(json_extract(body, '$.placement') AS TEXT),
            CASE WHEN is_open THEN 1 WHEN is_readable AND json_extract(body, '$.agentTask') IS NULL THEN 0 ELSE 3 END,
            CASE WHEN NOT is_open AND NOT (is_readable AND json_extract(body, '$.agentTask') IS NULL) THEN 'notRecorded' END
        FROM (
            SELECT created_at, id, pool, profile, is_open, iif(json_valid(body), body, '{}') AS body,
                json_valid(body) AS is_readable FROM launches)
        ORDER BY created_at, id;
        """
}
