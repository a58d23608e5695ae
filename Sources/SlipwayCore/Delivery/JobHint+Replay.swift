extension JobHint {
    /// What the ledger says when an operator hands the hint of a delivery in again. A server that runs on the store sees that
    /// somebody else has written, and reads its pools.
    public func replayEntry(of number: Int64, at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["scope"] = .text(scope.rawValue)
        facts["state"] = .text(state.rawValue)
        facts["attempt"] = .integer(Int64(attempt))
        facts.set("project", projectID, ifChangedFrom: nil)
        facts.set("jobID", jobID, ifChangedFrom: nil)
        if let runID { facts["run"] = .integer(Int64(runID)) }
        return LedgerEntry(at: now, kind: "delivery.replayed", subject: "delivery-\(number)", facts: facts)
    }

    /// Read back from the facts of a delivery's record; nil where it holds none.
    public init?(_ facts: [String: LedgerFacts.Fact]) {
        func text(_ name: String) -> String? { if case .text(let text)? = facts[name] { text } else { nil } }
        func integer(_ name: String) -> Int? {
            if case .integer(let number)? = facts[name] { Int(number) } else { nil }
        }
        guard let scope = text("scope").flatMap(Scope.init), let state = text("state").flatMap(State.init) else {
            return nil
        }
        self.init(
            scope: scope, state: state, projectID: text("project"), runID: integer("run"), jobID: text("jobID"),
            attempt: integer("attempt") ?? 1)
    }
}
