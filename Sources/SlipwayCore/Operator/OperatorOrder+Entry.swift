extension OperatorOrder {
    /// What the records of a drain and of its end are about.
    public static let serverSubject = "server"

    static func subject(of key: ProfileKey) -> String { "profile \(key.pool)/\(key.profile)" }

    /// What the ledger says of it, for the actions that put on hold and take up again, and for a stop; nil for a retry, which
    /// needs what is known of the job request.
    public func entry(at now: Timestamp) -> LedgerEntry? {
        var facts = provenanceFacts
        switch action {
        case .drain: return LedgerEntry(at: now, kind: "operator.drained", subject: Self.serverSubject, facts: facts)
        case .resume: return LedgerEntry(at: now, kind: "operator.resumed", subject: Self.serverSubject, facts: facts)
        case .pauseProfile(let key):
            return LedgerEntry(at: now, kind: "operator.paused", subject: Self.subject(of: key), facts: facts)
        case .resumeProfile(let key):
            return LedgerEntry(at: now, kind: "operator.unpaused", subject: Self.subject(of: key), facts: facts)
        case .stopLaunch(let id, let isForced):
            facts["isForced"] = .flag(isForced)
            return LedgerEntry(at: now, kind: "operator.stopped", subject: id.rawValue, facts: facts)
        case .retryLaunch: return nil
        }
    }

    /// What the ledger says of a retry, and what counts from then on.
    public func retryEntry(of launch: Launch, forgiving failures: Int, at now: Timestamp) -> LedgerEntry? {
        guard let request = launch.request else { return nil }
        var facts = provenanceFacts
        facts["pool"] = .integer(Int64(launch.pool.rawValue))
        facts["launch"] = .text(launch.id.rawValue)
        facts["forgives"] = .integer(Int64(failures))
        return LedgerEntry(at: now, kind: Self.retryKind, subject: request.ledgerSubject, facts: facts)
    }

    static let retryKind = "operator.retried"

    private var provenanceFacts: LedgerFacts {
        var facts = LedgerFacts()
        facts["by"] = .text(by)
        facts.set("reason", reason, ifChangedFrom: nil)
        return facts
    }
}

/// How many failures of a job request an operator has forgiven, by the newest retry amongst these records.
/// - Parameter records: the newest about it, newest first.
public func forgivenFailures(of request: JobRequestID, pool: PoolID, in records: [LedgerRecord]) -> Int {
    newestRetry(of: request, pool: pool, in: records) ?? 0
}

/// What the newest retry amongst these records forgave; nil: there is none.
/// - Parameter records: the newest about it, newest first.
public func newestRetry(of request: JobRequestID, pool: PoolID, in records: [LedgerRecord]) -> Int? {
    for record in records
    where record.kind == OperatorOrder.retryKind && record.subject == request.ledgerSubject {
        guard let facts = record.readFacts, facts["pool"] == .integer(Int64(pool.rawValue)),
            case .integer(let failures)? = facts["forgives"]
        else { continue }
        return Int(clamping: max(0, failures))
    }
    return nil
}

/// Of the newest records about a job request so many are looked at for a retry: it has one for each reason that it waited for.
public let maximumRecordsForRetry = 200
