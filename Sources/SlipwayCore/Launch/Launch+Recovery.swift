/// What a start of the process changes.
extension Launch {
    /// What was seen before and is believed only for a while, or only after one, is forgotten; pauses are over.
    mutating func recovered(_ now: Timestamp, _ rules: LaunchRules) {
        guard isOpen else { return }
        stateSince = min(stateSince, now)
        missingSince = nil
        jobReturnedAt = nil
        if orphanedAt.map({ $0 > now }) ?? false { orphanedAt = now }
        startNotBefore = min(startNotBefore, now)
        disableNotBefore = nil
        // The pool may have been asked right before, by a clock that was set since.
        if claim?.askedAt != nil || claim?.failedAt != nil { claim?.failedAt = now }
        claim?.askedAt = nil
        if claim?.replacedAt != nil { claim?.replacedAt = now }
        if registeringFailedAt != nil { registeringFailedAt = now }
        switch state {
        case .starting:
            // RunTask may have been under way.
            unansweredAt = now
            // Once its time is up, RunTask is not called again. The call that was under way may be hours old; its token is
            // forgotten an hour after the agent task that it started has stopped, and would start a second one.
            if let deadline = deadline(rules.deadlines), now >= deadline {
                startNotBefore = now.adding(seconds: 2 * LaunchRules.recoverySeconds)
            }
            if isToBeRegistered { registeringFailedAt = now }
        case .cleaning(var cleaning):
            cleaning.quiescedAt = nil
            cleaning.notBefore = min(cleaning.notBefore, now)
            if agentTask == nil { stateSince = now }
            state = .cleaning(cleaning)
        case .planned, .pending, .online, .busy, .finished, .closed:
            return
        }
    }
}
