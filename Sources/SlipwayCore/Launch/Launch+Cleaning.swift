/// Its end, and how it is cleaned.
extension Launch {
    mutating func clean(_ cause: CleaningCause, _ now: Timestamp, agentTaskGone: Bool) {
        var cleaning = Cleaning(cause: cause, notBefore: now)
        cleaning.isAgentTaskGone = agentTaskGone
        state = .cleaning(cleaning)
        endedAt = now
    }

    /// Ends a launch that may be ended: never a busy one.
    mutating func end(_ cause: CleaningCause, _ now: Timestamp) {
        switch state {
        case .planned: clean(cause, now, agentTaskGone: true)
        case .starting: cleanStarting(cause, now)
        case .pending, .online, .finished: clean(cause, now, agentTaskGone: false)
        case .busy, .cleaning, .closed: return
        }
    }

    /// Without its registration RunTask was not called; but the pool may be asked for that registration right now.
    private mutating func cleanStarting(_ cause: CleaningCause, _ now: Timestamp) {
        if isToBeRegistered {
            // One that a start may have cut off is a try that was not heard of too.
            if registeringFailedAt != nil { startFailures = max(1, startFailures) }
            registeringFailedAt = now
        }
        clean(cause, now, agentTaskGone: isToBeRegistered)
    }

    /// Ends a launch whatever its agent does. One that is being cleaned, and waits for its agent to let go of its job, waits
    /// no longer.
    mutating func endByForce(_ why: String, _ now: Timestamp) {
        switch state {
        case .planned, .starting, .pending, .online, .finished:
            end(.operatorRequest(why), now)
        case .busy:
            clean(.operatorRequest(why), now, agentTaskGone: false)
        case .cleaning, .closed:
            break
        }
        guard case .cleaning(var cleaning) = state, !cleaning.isAgentTaskGone, cleaning.isForced == nil else { return }
        cleaning.isForced = true
        cleaning.notBefore = now
        state = .cleaning(cleaning)
    }

    mutating func quiesced(lookedAt: Timestamp, _ now: Timestamp) {
        guard case .cleaning(var cleaning) = state, !cleaning.isAgentTaskGone else { return }
        guard now < lookedAt.adding(seconds: LaunchRules.quiescedSeconds) else {
            return cleaningFailed("Azure DevOps took too long to tell whether its agent has a job", now)
        }
        cleaning.quiescedAt = lookedAt
        cleaning.failures = 0
        state = .cleaning(cleaning)
    }

    mutating func stopCalled(_ now: Timestamp) {
        guard case .cleaning(var cleaning) = state, !cleaning.isAgentTaskGone else { return }
        cleaning.isStopCalled = true
        cleaning.notBefore = now.adding(seconds: LaunchRules.stopRepeatSeconds)
        state = .cleaning(cleaning)
    }

    mutating func registrationGone() {
        guard case .cleaning(let cleaning) = state, cleaning.isAgentTaskGone else { return }
        state = .closed(cleaning.cause.outcome)
    }

    mutating func cleaningFailed(_ why: String, _ now: Timestamp) {
        guard case .cleaning(var cleaning) = state else { return }
        cleaning.failures += 1
        cleaning.quiescedAt = nil
        cleaning.notBefore = now.adding(seconds: backoff(cleaning.failures, first: 2, limit: 60))
        lastProblem = why
        state = .cleaning(cleaning)
    }

    mutating func timePassed(_ now: Timestamp, _ rules: LaunchRules) {
        guard let deadline = deadline(rules.deadlines), now >= deadline else { return }
        switch state {
        case .planned:
            clean(
                .notStarted("waited \(rules.deadlines.startSeconds) s for its turn to start"), now, agentTaskGone: true)
        case .starting:
            let leftOut = rules.openRungs.union(rules.avoidedRungs)
            let hasRung = !(0..<rules.rungs).allSatisfy(leftOut.contains)
            let why = lastProblem ?? (hasRung ? "the cluster gave no answer" : "its placements keep refusing others")
            cleanStarting(.notStarted("not started within \(rules.deadlines.startSeconds) s: \(why)"), now)
        case .pending: clean(.neverOnline, now, agentTaskGone: false)
        case .online:
            let isPassedOver = request != nil && orphanedAt == nil
            if isPassedOver { wasPassedOver = true }
            clean(isPassedOver ? .passedOver : isWarm == true ? .warmNoMore : .idle, now, agentTaskGone: false)
        case .finished: clean(.jobFinished, now, agentTaskGone: false)
        case .busy, .cleaning, .closed: return
        }
    }
}
