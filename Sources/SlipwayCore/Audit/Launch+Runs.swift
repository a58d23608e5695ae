/// A launch may be made for a job of one run, and its agent be handed one of another.
extension Launch {
    /// Whether its agent took another job than the one that it was made for, or was made for none.
    public var ranAnothersJob: Bool { ran != nil && (ranOrigin != nil || ran != request) }

    /// Who queued the run that it was made for, and of which commit; nil: that is not known, or it was made for none.
    ///
    /// `run` is forgotten when its agent gets a job of another run. What had been read of the first is in its records.
    ///
    /// - Parameter records: about it, in the ledger's order. Without the first of them nothing can be told.
    public func runMadeFor(_ records: [LedgerRecord]) -> RunFacts? {
        guard origin.runID != nil else { return nil }
        guard jobOrigin.runID != origin.runID else { return run }
        var described: RunFacts?
        for record in records where record.subject == id.rawValue && record.kind != "launch.planned" {
            guard let facts = record.factsByName else { continue }
            // From here on it has the other's.
            if LaunchTelling.originNames.contains(where: { facts[$0] != nil }) { return described }
            if facts["event"] == .text("runDescribed") { described = RunFacts(told: facts) }
        }
        return described
    }

    /// Of the run whose job its agent took, where that isn't the job that it was made for.
    public var runOfAnothersJob: RunFacts? { ranAnothersJob && ranOrigin != nil ? run : nil }
}

extension RunFacts {
    /// Of a record that describes a run.
    fileprivate init(told facts: [String: LedgerFacts.Fact]) {
        func text(_ name: String) -> String? { if case .text(let text)? = facts[name] { text } else { nil } }
        self.init(
            requestedFor: text("requestedFor"), requestedBy: text("requestedBy"), cause: text("cause"),
            repository: text("repository"), branch: text("branch"), commit: text("commit"),
            queuedAt: text("queuedAt").flatMap { Timestamp($0) }, projectName: text("projectName"))
    }
}
