internal import SlipwayCore

/// What a pipeline run is to be told: that no further launch is made for one of its jobs.
struct RunNotice: Sendable {
    struct Key: Hashable, Sendable {
        var pool: PoolID
        var request: JobRequestID
    }

    var key: Key
    var run: Int
    var project: String
    var what: GivenUp
    var reason: String
    /// The pool that the job waits in.
    var port: any AgentPoolPort

    /// What the ledger says once it was told.
    var toldKind: String { what == .tag ? "run.tagged" : "run.cancelled" }
    var subject: String { key.request.ledgerSubject }

    func toldEntry(at now: Timestamp) -> LedgerEntry { entry(toldKind, at: now) }

    /// - Parameter why: for the operator.
    func untoldEntry(_ why: String, at now: Timestamp) -> LedgerEntry {
        var entry = entry("run.notTold", at: now)
        entry.facts["why"] = .text(why)
        return entry
    }

    private func entry(_ kind: String, at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["run"] = .integer(Int64(run))
        facts["project"] = .text(project)
        facts["reason"] = .text(reason)
        return LedgerEntry(at: now, kind: kind, subject: subject, facts: facts)
    }
}
