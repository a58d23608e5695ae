/// How RunTask answers.
extension Launch {
    mutating func startPermitted(_ now: Timestamp, _ rules: LaunchRules) {
        guard case .planned = state else { return }
        state = .starting
        attempt = 1
        rung = rules.firstRung
        startNotBefore = now
    }

    mutating func agentTaskAccepted(_ id: AgentTaskID, placement: String) {
        switch state {
        case .planned, .starting:
            state = .pending
            agentTask = id
            self.placement = placement
            startFailures = 0
        case .cleaning(var cleaning):
            // The answer to a call that was given up: its agent task must go as well.
            guard agentTask == nil else { return }
            agentTask = id
            self.placement = placement
            cleaning.isAgentTaskGone = false
            cleaning.quiescedAt = nil
            state = .cleaning(cleaning)
        case .busy, .finished:
            // Its agent took a job before the answer to RunTask came.
            guard agentTask == nil else { return }
            agentTask = id
            self.placement = placement
        case .pending, .online, .closed:
            return
        }
    }

    mutating func startRefused(_ refusal: StartRefusal, _ now: Timestamp, _ rules: LaunchRules) {
        guard case .starting = state else { return }
        startFailures += 1
        lastProblem = refusal.message
        self.refusal = refusal.kind
        if refusal.kind == .unknown { unknownRefusals += 1 }
        if refusal.kind == .permanent || unknownRefusals >= LaunchRules.maximumUnknownRefusals {
            self.refusal = .permanent
            // An earlier call with this token may have worked without our having heard of it, so it is looked for. But what
            // was refused while it was to be registered is no call of RunTask, and an agent of its name may be anybody's.
            clean(.notStarted(refusal.message), now, agentTaskGone: isToBeRegistered)
            return
        }
        // A throttled call did nothing, so its token is still good. The others are remembered with their token. But while
        // an earlier call with this token may still take effect, another token could start a second agent task.
        guard refusal.kind != .throttled else {
            startNotBefore = now.adding(seconds: backoff(startFailures, first: 1, limit: 30))
            return
        }
        if mayStillTakeEffect(now) {
            startNotBefore = now.adding(seconds: backoff(startFailures, first: 2, limit: 30))
        } else {
            moveOn(after: refusal.kind, now, rules)
        }
    }

    mutating func startUnanswered(_ why: String, _ now: Timestamp) {
        guard case .starting = state else { return }
        startFailures += 1
        lastProblem = why
        unansweredAt = now
        startNotBefore = now.adding(seconds: backoff(startFailures, first: 1, limit: 30))
    }
}

extension Launch {
    /// To the next rung at once, or to the first again after a pause.
    private mutating func moveOn(after kind: StartRefusal.Class, _ now: Timestamp, _ rules: LaunchRules) {
        let here = rung(amongst: rules.rungs)
        let next = rules.rung(after: here)
        attempt += 1
        rung = next
        unansweredAt = nil
        var pause = 0
        if next <= here {
            let rounds = (self.rounds ?? 0) + 1
            self.rounds = rounds
            pause = rules.pauseSeconds(after: kind, rounds: rounds)
        }
        startNotBefore = now.adding(seconds: pause)
    }

    private func mayStillTakeEffect(_ now: Timestamp) -> Bool {
        guard let unansweredAt else { return false }
        return now < unansweredAt.adding(seconds: LaunchRules.consistencySeconds)
    }
}
