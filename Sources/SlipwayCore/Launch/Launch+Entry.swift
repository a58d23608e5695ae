extension Launch {
    /// What the ledger says of a change: named after the state it leads to.
    func entry(of event: LaunchEvent, from old: Launch, at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["event"] = .text(event.name)
        facts["version"] = .integer(Int64(version))
        facts["from"] = .text(old.state.name)
        if attempt != old.attempt { facts["attempt"] = .integer(Int64(attempt)) }
        facts.set("agentTask", agentTask?.rawValue, ifChangedFrom: old.agentTask?.rawValue)
        facts.set("placement", placement, ifChangedFrom: old.placement)
        facts.set("problem", lastProblem, ifChangedFrom: old.lastProblem)
        if registeredAt != nil, old.registeredAt == nil { facts["isRegistered"] = .flag(true) }
        facts.set("result", ranResult, ifChangedFrom: old.ranResult)
        if let agent, agent != old.agent { facts["agent"] = .integer(Int64(agent.rawValue)) }
        facts.set("claimedBy", claim?.key, ifChangedFrom: old.claim?.key)
        if case .claimed(let asked) = event, !asked.source.isEmpty { facts["claimedFrom"] = .text(asked.source) }
        if claim?.misusedAt != old.claim?.misusedAt { facts["isClaimMisused"] = .flag(true) }
        if let leftBehind, leftBehind != old.leftBehind { facts["leftBehind"] = .integer(leftBehind.rawValue) }
        if let ran, ran != old.ran { facts["ran"] = .integer(ran.rawValue) }
        if let ranOrigin, ranOrigin != old.ranOrigin { ranOrigin.tell(&facts) }
        if runningAt != nil, old.runningAt == nil { facts["agentTaskStatus"] = .text("running") }
        if missingSince != nil, old.missingSince == nil { facts["agentTaskStatus"] = .text("missing") }
        if (orphanedAt == nil) != (old.orphanedAt == nil) { facts["isOrphaned"] = .flag(orphanedAt != nil) }
        if let stop = agentTaskStop, old.agentTaskStop == nil {
            facts["stopReason"] = .text(stop.reason)
            facts.set("stopCode", stop.code, ifChangedFrom: nil)
            if let exitCode = stop.exitCode { facts["exitCode"] = .integer(Int64(exitCode)) }
        }
        if let agentTaskFacts, agentTaskFacts != old.agentTaskFacts {
            agentTaskFacts.tell(&facts, besides: old.agentTaskFacts)
        }
        if let definition, old.definition == nil { definition.tell(&facts) }
        if let run, old.run == nil { run.tell(&facts) }
        switch state {
        case .cleaning(let cleaning) where old.state.name != state.name:
            facts["cause"] = .text(cleaning.cause.outcome.reason)
        case .closed(let outcome):
            facts["outcome"] = .text(outcome.kind.rawValue)
            facts["reason"] = .text(outcome.reason)
        case .planned, .starting, .pending, .online, .busy, .finished, .cleaning:
            break
        }
        let changed = old.state.name != state.name
        return LedgerEntry(
            at: now, kind: changed ? "launch.\(state.name)" : "launch.updated", subject: id.rawValue, facts: facts)
    }

    /// All that its later records may have told of it, as it is now.
    var tellableFacts: LedgerFacts {
        let unknown = Launch(
            id: id, pool: pool, profile: profile, request: request, ordinal: ordinal, origin: origin, reason: reason,
            createdAt: createdAt)
        var facts = entry(of: .recovered, from: unknown, at: stateSince).facts
        // That of its cleaning has the same name, and is told in one record alone.
        facts["cause"] = run?.cause.map { .text($0) }
        return facts
    }

    /// The entry that opens a launch's history: for whom, and why.
    public func openingEntry() -> LedgerEntry {
        var facts = LedgerFacts()
        facts["pool"] = .integer(Int64(pool.rawValue))
        facts["profile"] = .text(profile)
        facts["ordinal"] = .integer(Int64(ordinal))
        facts["reason"] = .text(reason)
        if let request { facts["request"] = .integer(request.rawValue) }
        if let binding {
            facts["booking"] = .text(binding.booking.rawValue)
            facts["agentName"] = .text(binding.agentName.rawValue)
            if let cpu = binding.cpu { facts["cpu"] = .integer(Int64(cpu)) }
            if let memory = binding.memory { facts["memory"] = .integer(Int64(memory)) }
            if let storage = binding.ephemeralStorageGiB { facts["ephemeralStorageGiB"] = .integer(Int64(storage)) }
            facts.set("taskDefinition", binding.taskDefinition, ifChangedFrom: nil)
        }
        if isWarm == true { facts["isWarm"] = .flag(true) }
        origin.tell(&facts)
        return LedgerEntry(at: createdAt, kind: "launch.planned", subject: id.rawValue, facts: facts)
    }
}

extension JobOrigin {
    fileprivate func tell(_ facts: inout LedgerFacts) {
        facts.set("project", projectID, ifChangedFrom: nil)
        facts.set("pipelineName", pipelineName, ifChangedFrom: nil)
        facts.set("runName", runName, ifChangedFrom: nil)
        facts.set("jobID", jobID, ifChangedFrom: nil)
        facts.set("jobName", jobName, ifChangedFrom: nil)
        facts.set("jobQueuedAt", queuedAt?.description, ifChangedFrom: nil)
        if let pipelineID { facts["pipeline"] = .integer(Int64(pipelineID)) }
        if let runID { facts["run"] = .integer(Int64(runID)) }
    }
}
