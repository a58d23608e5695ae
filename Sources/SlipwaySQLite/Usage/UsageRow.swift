internal import GRDB
internal import SlipwayCore

/// What a launch used, as a row of `launch_usage`.
struct UsageRow: Hashable, Sendable {
    /// As the schema numbers them.
    enum Standing: Int64, Sendable {
        case nothing
        case running
        case known
        case unknown
    }

    /// Who pays: of the job that its agent took.
    var project: String?
    var projectName: String?
    var pipeline: String?
    /// What it is found by: of the job that it was made for, or else of the one that its agent took.
    var run: Int?
    /// In lower case: deliveries and job requests need not agree.
    var job: String?
    var requester: String?
    var capacity: String?
    var standing: Standing
    var unit: UsageUnit?
    var seconds: Int64?
    var gap: String?

    init(_ launch: Launch) {
        project = launch.jobOrigin.projectID
        projectName = launch.run?.projectName
        pipeline = launch.jobOrigin.pipelineName ?? launch.jobOrigin.pipelineID.map { "#\($0)" }
        run = launch.origin.runID ?? launch.jobOrigin.runID
        job = (launch.origin.jobID ?? launch.jobOrigin.jobID)?.lowercased()
        requester = launch.run?.requestedFor ?? launch.run?.requestedBy
        let facts = launch.agentTaskFacts
        capacity = facts?.capacityProvider ?? facts?.launchType ?? launch.placement
        // Until it is closed its usage may change, and is not looked at.
        switch launch.isOpen ? .running(since: nil, nil) : launch.usage {
        case .nothing: standing = .nothing
        case .running: standing = .running
        case .known(let unit, let seconds):
            standing = .known
            self.unit = unit
            self.seconds = seconds
        case .unknown(let gap):
            standing = .unknown
            self.gap = gap.rawValue
        }
    }
}

extension WriteTransaction {
    func insertUsage(_ row: LaunchRow) throws {
        let usage = row.usage
        try execute(
            """
            INSERT OR REPLACE INTO launch_usage
                (made_at, launch, pool, profile, project, pipeline, run, job, requester, capacity, standing, unit, seconds,
                gap)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                row.createdAt, row.id, row.pool, row.profile, usage.project, usage.pipeline, usage.run,
                usage.job, usage.requester,
                usage.capacity, usage.standing.rawValue, try usage.unit.map(unitID), usage.seconds, usage.gap,
            ])
    }

    /// Of a launch that is closed now. What it used is not known before.
    func finishUsage(_ row: LaunchRow) throws {
        guard !row.isOpen else { return }
        let usage = row.usage
        try execute(
            """
            UPDATE launch_usage SET requester = ?, capacity = ?, standing = ?, unit = ?, seconds = ?, gap = ?
            WHERE made_at = ? AND launch = ?
            """,
            [
                usage.requester, usage.capacity, usage.standing.rawValue, try usage.unit.map(unitID), usage.seconds,
                usage.gap, row.createdAt, row.id,
            ])
        // A job of the same pipeline changes none of the launch's columns.
        if row.isOfAnothersJob { try updateUsageOrigin(row) }
        guard let project = usage.project, let name = usage.projectName else { return }
        try execute(
            """
            INSERT INTO project_names (project, name) VALUES (?, ?)
            ON CONFLICT (project) DO UPDATE SET name = excluded.name WHERE name <> excluded.name
            """,
            [project, name])
    }

    /// Whose job it was used for, and what it is found by.
    func updateUsageOrigin(_ row: LaunchRow) throws {
        let usage = row.usage
        try execute(
            "UPDATE launch_usage SET project = ?, pipeline = ?, run = ?, job = ? WHERE made_at = ? AND launch = ?",
            [usage.project, usage.pipeline, usage.run, usage.job, row.createdAt, row.id])
    }

    private func unitID(_ unit: UsageUnit) throws -> Int64 {
        let values: StatementArguments = [
            unit.region, unit.capacity, unit.platform.rawValue, unit.cpu, unit.memory, unit.storage,
        ]
        try execute(
            """
            INSERT OR IGNORE INTO usage_units (region, capacity, platform, cpu, memory, storage)
            VALUES (?, ?, ?, ?, ?, ?)
            """, values)
        let statement = try database.cachedStatement(
            sql: """
                SELECT id FROM usage_units
                WHERE region = ? AND capacity = ? AND platform = ? AND cpu = ? AND memory = ? AND storage = ?
                """)
        guard let id = try Int64.fetchOne(statement, arguments: values) else {
            throw StoreError(code: .corrupt, message: "the store does not keep what launches use; please report it")
        }
        return id
    }
}
