internal import SlipwayCore

/// What became of the stage of an interrupted job, as the ledger has it.
struct StageDecision {
    enum Kind: String {
        /// Recorded before the one call that may not be repeated.
        case retrying = "stage.retrying"
        case retried = "stage.retried"
        case left = "stage.left"
    }

    var kind: Kind
    var request: JobRequestID
    var run: Int?
    var stage: String?
    var at: Timestamp
    /// Of a retry.
    static let why = "Spot capacity was taken back under its jobs"
    private var project: String?
    private var reason: String?

    init(_ kind: Kind, _ item: InterruptedStages.Item, stage: String? = nil, because reason: String, at now: Timestamp)
    {
        self.kind = kind
        request = item.job.request
        run = item.origin?.runID
        project = item.origin?.projectID
        self.stage = stage
        self.reason = reason
        at = now
    }

    var entry: LedgerEntry {
        var facts = LedgerFacts()
        facts["request"] = .integer(request.rawValue)
        if let run { facts["run"] = .integer(Int64(run)) }
        if let project { facts["project"] = .text(project) }
        if let stage { facts["stage"] = .text(stage) }
        if let reason { facts["reason"] = .text(reason) }
        return LedgerEntry(at: at, kind: kind.rawValue, subject: InterruptedJob.ledgerSubject, facts: facts)
    }

    /// Nil for a record of another kind.
    init?(_ record: LedgerRecord) {
        guard let kind = Kind(rawValue: record.kind), let facts = record.readFacts,
            case .integer(let request)? = facts["request"]
        else { return nil }
        self.kind = kind
        self.request = JobRequestID(rawValue: request)
        if case .integer(let run)? = facts["run"] { self.run = Int(run) }
        if case .text(let stage)? = facts["stage"] { self.stage = stage }
        at = record.at
    }
}
