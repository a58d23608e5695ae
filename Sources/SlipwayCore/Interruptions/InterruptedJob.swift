/// A job that ended because the capacity under its agent was taken back.
public struct InterruptedJob: Hashable, Sendable {
    public var launch: LaunchID
    /// Of its agent.
    public var agentName: String
    public var pool: PoolID
    public var request: JobRequestID
    /// The pipeline run that it is a job of, as was known when it was interrupted; nil: the service is yet to be asked.
    public var run: Int?
    public var at: Timestamp

    public init(
        launch: LaunchID, agentName: String? = nil, pool: PoolID, request: JobRequestID, run: Int? = nil, at: Timestamp
    ) {
        self.launch = launch
        self.agentName = agentName ?? launch.agentName
        self.pool = pool
        self.request = request
        self.run = run
        self.at = at
    }

    /// The subject of all records about interruptions: a start reads them back.
    public static let ledgerSubject = "interruptions"

    private static let kind = "job.interrupted"

    /// Committed together with the change of the launch that tells of it, so that no end of the process loses it.
    var entry: LedgerEntry {
        var facts = LedgerFacts()
        facts["launch"] = .text(launch.rawValue)
        if agentName != launch.agentName { facts["agentName"] = .text(agentName) }
        facts["pool"] = .integer(Int64(pool.rawValue))
        facts["request"] = .integer(request.rawValue)
        if let run { facts["run"] = .integer(Int64(run)) }
        return LedgerEntry(at: at, kind: Self.kind, subject: Self.ledgerSubject, facts: facts)
    }

    /// Nil for a record of another kind.
    public init?(_ record: LedgerRecord) {
        guard record.kind == Self.kind, let facts = record.readFacts, case .text(let text)? = facts["launch"],
            let launch = LaunchID(rawValue: text), case .integer(let pool)? = facts["pool"],
            case .integer(let request)? = facts["request"]
        else { return nil }
        var agentName: String?
        if case .text(let name)? = facts["agentName"] { agentName = name }
        var run: Int?
        if case .integer(let number)? = facts["run"] { run = Int(exactly: number) }
        self.init(
            launch: launch, agentName: agentName, pool: PoolID(rawValue: Int(pool)),
            request: JobRequestID(rawValue: request), run: run, at: record.at)
    }
}

extension Launch {
    /// The job that an interruption ended; nil while its end, or its agent task's, isn't known.
    public func interruptedJob(at now: Timestamp) -> InterruptedJob? {
        guard outcome != nil, let stop = agentTaskStop, stop.isInterruption, let ran,
            ranResult != "succeeded", ranResult != "succeededWithIssues"
        else { return nil }
        // Where another's job was taken, its own is none of it.
        let run = ran == request ? origin.runID : ranOrigin?.runID
        return InterruptedJob(launch: id, agentName: agentName, pool: pool, request: ran, run: run, at: now)
    }
}
