/// How the agent of a booked launch is registered before its agent task is started: `starting`, with no call of RunTask yet.
extension Launch {
    mutating func agentRegistered(_ id: AgentID, _ now: Timestamp) {
        guard isOpen, isToBeRegistered else { return }
        agent = id
        registeredAt = now
        // It ended while this one call was under way. Tries before it may still take effect.
        if case .cleaning = state, startFailures == 0 { registeringFailedAt = nil }
        startFailures = 0
    }

    /// Whether it was made is found out by the next try, which knows its own registration.
    mutating func registeringFailed(_ why: String, _ now: Timestamp) {
        guard isOpen, isToBeRegistered else { return }
        registeringFailedAt = now
        guard case .starting = state else { return }
        startFailures += 1
        lastProblem = why
        startNotBefore = now.adding(seconds: backoff(startFailures, first: 1, limit: 30))
    }

    /// RunTask was not called, so there is no agent task.
    mutating func agentNameTaken(_ now: Timestamp) {
        guard case .starting = state, isToBeRegistered else { return }
        let cause = CleaningCause.agentNameTaken(agentName)
        lastProblem = cause.outcome.reason
        refusal = .permanent
        clean(cause, now, agentTaskGone: true)
    }

    /// Whether a registration that the pool was asked for, by us or for its container, may still appear: also one that was
    /// asked for before the one that was made, once that is gone.
    func registrationMayStillAppear(_ now: Timestamp) -> Bool {
        if let registeringFailedAt, now < registeringFailedAt.adding(seconds: LaunchRules.consistencySeconds) {
            return true
        }
        return claim?.mayStillRegister(now) == true
    }
}
