extension Schema {
    /// Version 3: launches are found by project and pipeline, and what the console asks for is found in an index.
    ///
    /// Whose job it is never changes, so no change of a launch touches the indexes over it. The index over the phases holds
    /// closed launches only: each is written to it once, at its end. Deliveries that were of use, nearly all, are in no new
    /// index: taking one in costs what it did. A body that somebody has damaged gives none of its values.
    static let version3 = """
        ALTER TABLE launches ADD COLUMN project TEXT;
        ALTER TABLE launches ADD COLUMN pipeline INTEGER;
        ALTER TABLE launches ADD COLUMN pipeline_name TEXT;
        ALTER TABLE launches ADD COLUMN running_at INTEGER;
        ALTER TABLE launches ADD COLUMN online_at INTEGER;
        ALTER TABLE launches ADD COLUMN busy_at INTEGER;
        ALTER TABLE launches ADD COLUMN finished_at INTEGER;
        ALTER TABLE launches ADD COLUMN ended_at INTEGER;
        UPDATE launches SET
            project = CAST(json_extract(body, '$.origin.projectID') AS TEXT),
            pipeline = CAST(json_extract(body, '$.origin.pipelineID') AS INTEGER),
            pipeline_name = CAST(json_extract(body, '$.origin.pipelineName') AS TEXT),
            running_at = CAST(json_extract(body, '$.runningAt') AS INTEGER),
            online_at = CAST(json_extract(body, '$.onlineAt') AS INTEGER),
            busy_at = CAST(json_extract(body, '$.busyAt') AS INTEGER),
            finished_at = CAST(json_extract(body, '$.finishedAt') AS INTEGER),
            ended_at = CAST(json_extract(body, '$.endedAt') AS INTEGER)
            WHERE json_valid(body);

        CREATE INDEX launches_pool ON launches (pool, created_at, id);
        CREATE INDEX launches_profile ON launches (profile, created_at, id);
        CREATE INDEX launches_pool_profile ON launches (pool, profile, created_at, id);
        CREATE INDEX launches_project ON launches (project, created_at, id, pool, profile) WHERE project IS NOT NULL;
        CREATE INDEX launches_pipeline ON launches (pipeline, created_at, id, pool, profile)
            WHERE pipeline IS NOT NULL;
        CREATE INDEX launches_pipeline_name ON launches (pipeline_name, created_at, id, pool, profile)
            WHERE pipeline_name IS NOT NULL;
        CREATE INDEX launches_outcome ON launches (
            outcome, created_at, id, pool, profile, project, pipeline, pipeline_name) WHERE outcome IS NOT NULL;
        CREATE INDEX launches_phases ON launches (
            state_since, created_at, running_at, online_at, busy_at, finished_at, ended_at, outcome)
            WHERE is_open = 0;

        CREATE INDEX deliveries_of_no_use ON deliveries (disposition, number) WHERE disposition <> 'accepted';
        """
}
