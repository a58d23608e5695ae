public import SlipwayCore

/// What came of removing a stray.
public enum StrayRemoval: Hashable, Sendable {
    case removed
    /// Its agent has this job, and is never stopped for as long.
    case leftToItsJob(JobRequestID)
}

extension Stray {
    /// Removes a stray that was believed (`StraySuspicions`). The agent is disabled and read again before its agent task is
    /// stopped.
    ///
    /// - Parameter pool: its pool.
    public func remove(from pool: any AgentPoolPort, _ agentTasks: any AgentTaskPort) async throws(PortError)
        -> StrayRemoval
    {
        switch kind {
        case .agentTask(let id):
            if case .busy(let request) = try await pool.quiesce(agentNamed: agentName) {
                return .leftToItsJob(request)
            }
            do {
                try await agentTasks.stop(id, reason: "Slipway: no open launch answers for it")
            } catch  where error.code == .unknown {
                // It was listed a moment ago, so it has just gone; if it hasn't, the next sweep finds it again.
            }
        case .registration:
            try await pool.deregister(agentNamed: agentName)
        }
        return .removed
    }

    /// The ledger entry of its removal.
    public func removalEntry(at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        let kind: String
        switch self.kind {
        case .agentTask(let id):
            kind = "stray.agentTaskStopped"
            facts["agentTask"] = .text(id.rawValue)
        case .registration(let id):
            kind = "stray.registrationRemoved"
            facts["agent"] = .integer(Int64(id.rawValue))
        }
        facts["reason"] = .text("no open launch answers for it")
        return LedgerEntry(at: now, kind: kind, subject: subject, facts: facts)
    }
}
