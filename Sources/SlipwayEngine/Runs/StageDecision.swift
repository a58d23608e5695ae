internal import SlipwayCore

/// What became of the stage of an interrupted job, as the ledger has it.
struct StageDecision {
    var request: JobRequestID
    var run: Int?
    private var project: String?
    private var decision: StageRetry

    private static let retried = "stage.retried"
    private static let left = "stage.left"

    init(_ item: InterruptedStages.Item, _ decision: StageRetry) {
        request = item.job.request
        run = item.origin?.runID
        project = item.origin?.projectID
        self.decision = decision
    }

    func entry(at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["request"] = .integer(request.rawValue)
        if let run { facts["run"] = .integer(Int64(run)) }
        if let project { facts["project"] = .text(project) }
        var kind = Self.left
        switch decision {
        case .retry(let stage):
            kind = Self.retried
            facts["stage"] = .text(stage)
            facts["reason"] = .text("Spot capacity was taken back under its jobs")
        case .alreadyRetried(let stage):
            facts["stage"] = .text(stage)
            facts["reason"] = .text("it has been run again before")
        case .leave(let why): facts["reason"] = .text(why)
        case .wait: break
        }
        return LedgerEntry(at: now, kind: kind, subject: InterruptedJob.ledgerSubject, facts: facts)
    }

    /// Nil for a record of another kind.
    init?(_ record: LedgerRecord) {
        guard record.kind == Self.retried || record.kind == Self.left, let facts = record.readFacts,
            case .integer(let request)? = facts["request"]
        else { return nil }
        self.request = JobRequestID(rawValue: request)
        if case .integer(let run)? = facts["run"] { self.run = Int(run) }
        decision = .wait
    }
}
