/// A change of a launch: the new value, and what the ledger says of it.
public struct LaunchTransition: Hashable, Sendable {
    public var launch: Launch
    public var entry: LedgerEntry
    /// What else is recorded with it: the end of a job by an interruption.
    public var note: LedgerEntry?

    /// All that the ledger says of it.
    public var entries: [LedgerEntry] { [entry] + (note.map { [$0] } ?? []) }
}

extension Launch {
    /// The change that an event makes, or nil where it changes nothing: late, repeated and out-of-order events are
    /// ordinary here, and an event that doesn't fit the state is one of those.
    ///
    /// Pure. The caller commits the transition over `version` before it does anything else with it.
    public func applying(_ event: LaunchEvent, at now: Timestamp, rules: LaunchRules) -> LaunchTransition? {
        var next = self
        next.handle(event, now, rules)
        // What was read of one run is not of another.
        if next.jobOrigin.runID != jobOrigin.runID { next.run = nil }
        guard next != self else { return nil }
        next.version = version + 1
        if next.state.name != state.name { next.stateSince = now }
        let interruption = interruptedJob(at: now) == nil ? next.interruptedJob(at: now) : nil
        return LaunchTransition(
            launch: next, entry: next.entry(of: event, from: self, at: now), note: interruption?.entry)
    }

    private mutating func handle(_ event: LaunchEvent, _ now: Timestamp, _ rules: LaunchRules) {
        if isToBeRegistered, event.isOfAgent { return }
        switch event {
        case .startPermitted: startPermitted(now, rules)
        case .agentRegistered(let id): agentRegistered(id, now)
        case .registeringFailed(let why): registeringFailed(why, now)
        case .agentNameTaken: agentNameTaken(now)
        case .agentTaskAccepted(let id, let placement): agentTaskAccepted(id, placement: placement)
        case .startRefused(let refusal): startRefused(refusal, now, rules)
        case .startUnanswered(let why): startUnanswered(why, now)
        case .agentTaskObserved(let status, let facts): agentTaskObserved(status, facts, now)
        case .agentTasksFound(let ids, let lookedAt): agentTasksFound(ids, lookedAt: lookedAt, now)
        case .searchFailed(let why): searchFailed(why, now)
        case .agentTaskDescribed(let definition): agentTaskDescribed(definition)
        case .runDescribed(let facts, let run): runDescribed(facts, of: run)
        case .claimed(let claim): claimed(claim, now)
        case .claimReplaces: claimReplaces(now)
        case .claimAnswered(let credentials): claimAnswered(credentials)
        case .claimFailed(let why): claimFailed(why, now)
        case .claimMisused: claimMisused(now)
        case .agentObserved(let agent): agentObserved(agent, now)
        case .jobObserved(let request, let origin): jobObserved(request, of: origin, now)
        case .jobDescribed(let request, let origin): if isOpen, ran == request { learn(origin) }
        case .jobEnded(let request, let result): jobEnded(request, result: result, now)
        case .jobWithdrawn(let request): jobWithdrawn(request, now)
        case .jobLeftBehind(let request): jobLeftBehind(request, now)
        case .jobReturned(let request): jobReturned(request, now)
        case .agentDisabled: agentDisabled(now)
        case .disablingFailed: disablingFailed(now)
        case .requestGone: requestGone(now)
        case .requestWaits: requestWaits()
        case .quiesced(let lookedAt): quiesced(lookedAt: lookedAt, now)
        case .stopCalled: stopCalled(now)
        case .registrationGone: registrationGone()
        case .cleaningFailed(let why): cleaningFailed(why, now)
        case .surplus: end(isWarm == true ? .warmNoMore : .surplus, now)
        case .stopRequested(let why): end(.operatorRequest(why), now)
        case .stopForced(let why): endByForce(why, now)
        case .recovered: recovered(now, rules)
        case .timePassed: timePassed(now, rules)
        }
    }
}

extension LaunchEvent {
    /// It tells of an agent that was known by its name alone: before a booked one is registered, that is anybody's.
    fileprivate var isOfAgent: Bool {
        switch self {
        case .agentObserved, .jobObserved, .jobEnded: true
        default: false
        }
    }
}
