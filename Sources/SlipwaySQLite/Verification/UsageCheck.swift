internal import GRDB
internal import SlipwayCore

/// What a launch used, as its row for costs has it, against its body.
enum UsageCheck {
    /// For `LaunchCheck.isAsItShouldBe`: the same as `problem`, for the ordinary ones among closed launches.
    static let isAsItShouldBe = """
        EXISTS (
            SELECT 1 FROM launch_usage u LEFT JOIN usage_units n ON n.id = u.unit
            WHERE u.made_at = created_at AND u.launch = launches.id AND u.pool = launches.pool
                AND u.profile = launches.profile AND u.project IS \(JobOriginSQL.extract("projectID"))
                AND u.pipeline IS ifnull(\(JobOriginSQL.extract("pipelineName")),
                    '#' || \(JobOriginSQL.extract("pipelineID")))
                AND u.run IS \(JobOriginSQL.made("runID"))
                AND u.job IS lower(\(JobOriginSQL.made("jobID")))
                AND u.requester IS ifnull(json_extract(body, '$.run.requestedFor'),
                    json_extract(body, '$.run.requestedBy'))
                AND u.capacity IS coalesce(json_extract(body, '$.agentTaskFacts.capacityProvider'),
                    json_extract(body, '$.agentTaskFacts.launchType'), json_extract(body, '$.placement'))
                AND CASE u.standing
                    WHEN 0 THEN json_extract(body, '$.agentTask') IS NULL
                    WHEN 2 THEN n.platform = 'linux-x86'
                        AND n.region = json_extract(body, '$.agentTaskFacts.region')
                        AND n.capacity = json_extract(body, '$.agentTaskFacts.capacityProvider')
                        AND n.cpu = json_extract(body, '$.agentTaskFacts.cpu')
                        AND n.memory = json_extract(body, '$.agentTaskFacts.memory')
                        AND n.storage = ifnull(json_extract(body, '$.agentTaskFacts.ephemeralStorageGiB'), 20)
                        AND ifnull(json_extract(body, '$.agentTaskFacts.platformFamily'), 'Linux') = 'Linux'
                        AND ifnull(json_extract(body, '$.agentTaskFacts.architecture'), 'x86_64') = 'x86_64'
                        AND u.seconds = max(60, (json_extract(body, '$.agentTaskFacts.stoppedAt')
                            - json_extract(body, '$.agentTaskFacts.pullStartedAt') + 999) / 1000)
                    WHEN 3 THEN u.gap = 'notRecorded' AND json_type(body, '$.agentTaskFacts') IS NULL
                        AND json_extract(body, '$.agentTask') IS NOT NULL
                END)
        """

    /// Rows of no launch, the first of them. Each launch has its own, or is named for it: so there are as many of both.
    static func strays(_ database: Database) throws -> [StoreMismatch] {
        let more = try Bool.fetchOne(
            database, sql: "SELECT (SELECT count(*) FROM launch_usage) > (SELECT count(*) FROM launches)")
        guard more == true else { return [] }
        let strays = try String.fetchAll(
            database,
            sql: """
                SELECT launch FROM launch_usage WHERE NOT EXISTS (
                    SELECT 1 FROM launches WHERE id = launch AND created_at = made_at)
                ORDER BY launch LIMIT ?
                """,
            arguments: [StoreVerification.maximumMismatches])
        return strays.map { StoreMismatch(subject: $0, detail: "what it used is stored, and there is no such launch") }
    }

    static func problem(_ database: Database, _ launch: LaunchRow) throws -> String? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT u.pool, u.profile, u.project, u.pipeline, u.run, u.job, u.requester, u.capacity, u.standing,
                    u.seconds, u.gap, n.region, n.capacity, n.platform, n.cpu, n.memory, n.storage
                FROM launch_usage u LEFT JOIN usage_units n ON n.id = u.unit WHERE u.made_at = ? AND u.launch = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [launch.createdAt, launch.id]) else {
            return "what it used is not stored"
        }
        let usage = launch.usage
        let unit = usage.unit
        // One that an older version closed used what nobody recorded; its body can't say so.
        let expected: [DatabaseValue] = [
            launch.pool.databaseValue, launch.profile.databaseValue,
            launch.isOpen ? row[2] : usage.project.databaseValue,
            launch.isOpen ? row[3] : usage.pipeline.databaseValue, launch.isOpen ? row[4] : usage.run.databaseValue,
            launch.isOpen ? row[5] : usage.job.databaseValue,
            // These are written when it is closed.
            launch.isOpen ? row[6] : usage.requester.databaseValue,
            launch.isOpen ? row[7] : usage.capacity.databaseValue,
            usage.standing.rawValue.databaseValue, usage.seconds.databaseValue, usage.gap.databaseValue,
            (unit?.region).databaseValue, (unit?.capacity).databaseValue, (unit?.platform.rawValue).databaseValue,
            (unit?.cpu).databaseValue, (unit?.memory).databaseValue, (unit?.storage).databaseValue,
        ]
        let isSame = expected.enumerated().allSatisfy { index, value in (row[index] as DatabaseValue) == value }
        return isSame ? nil : "what it used is stored otherwise than its body says"
    }
}
