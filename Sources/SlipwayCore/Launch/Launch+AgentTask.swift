/// What the cluster says of its agent task.
extension Launch {
    mutating func agentTaskObserved(_ status: AgentTaskStatus, _ facts: AgentTaskFacts?, _ now: Timestamp) {
        guard agentTask != nil, isOpen else { return }
        if isLearnt(with: status) { learn(facts) }
        switch status {
        case .pending:
            missingSince = nil
        case .stopping:
            missingSince = nil
            agentTaskStopping(now)
        case .running:
            missingSince = nil
            if runningAt == nil { runningAt = now }
        case .stopped(let stop):
            missingSince = nil
            agentTaskStopped(stop, now)
        case .missing:
            let since = missingSince ?? now
            missingSince = since
            guard now >= since.adding(seconds: LaunchRules.consistencySeconds) else { return }
            agentTaskStopped(
                AgentTaskStop(
                    reason: "unknown to the cluster", explanation: "the cluster no longer knows the agent task"),
                now)
        }
    }

    /// Unasked, and without a job as far as was seen: whatever the reason, its agent takes no job any more, and whoever
    /// waits for it needs another.
    private mutating func agentTaskStopping(_ now: Timestamp) {
        switch state {
        case .pending, .online: clean(.leaving, now, agentTaskGone: false)
        case .planned, .starting, .busy, .finished, .cleaning, .closed: return
        }
    }

    private mutating func agentTaskStopped(_ stop: AgentTaskStop, _ now: Timestamp) {
        if agentTaskStop == nil { agentTaskStop = stop }
        switch state {
        case .pending, .online:
            clean(endWithoutAJobSeen(stop), now, agentTaskGone: true)
        case .busy where earlierRan != nil && stop.exitCode == 0:
            leaveSecondJobBehind()
            clean(.jobFinished, now, agentTaskGone: true)
        case .busy:
            // The listener ends with 0 once its one job is done, whatever the job's result.
            let endedWell = stop.exitCode == 0 && !stop.isInterruption
            let cause: CleaningCause = endedWell ? .jobFinished : .lost(stop.explanation)
            clean(cause, now, agentTaskGone: true)
        case .finished:
            let isCutOff = stop.isInterruption && (ranResult == nil || ranResult == "canceled")
            clean(isCutOff ? .lost(stop.explanation) : .jobFinished, now, agentTaskGone: true)
        case .cleaning(var cleaning):
            guard !cleaning.isAgentTaskGone else { return }
            cleaning.isAgentTaskGone = true
            cleaning.notBefore = now
            cleaning.cause = explained(cleaning.cause, by: stop)
            if cleaning.cause == .leftUnseen, ran != nil {
                // One whose end was heard, it has done; one that it was only seen to be given, it has not.
                if ranResult == nil { leaveSecondJobBehind() } else { cleaning.cause = .jobFinished }
            }
            state = .cleaning(cleaning)
        case .planned, .starting, .closed:
            return
        }
    }

    private mutating func explained(_ cause: CleaningCause, by stop: AgentTaskStop) -> CleaningCause {
        switch cause {
        case .leaving: endWithoutAJobSeen(stop)
        // It had gone before it was stopped; or a call that was given up had taken effect; or, with a job that was taken back
        // since it never received it, it had done another before.
        case .neverOnline, .idle, .passedOver, .surplus, .warmNoMore, .withdrawn, .notStarted, .lost:
            stop.isEndOfOneJob ? .leftUnseen : cause
        case .jobFinished, .stoppedEarly, .leftUnseen, .claimMisused, .agentNameTaken, .operatorRequest: cause
        }
    }

    /// A listener that was started with `--once` ends with 0 after its job, or when it is told to stop.
    private mutating func endWithoutAJobSeen(_ stop: AgentTaskStop) -> CleaningCause {
        guard stop.exitCode != 0 || stop.isInterruption else { return .leftUnseen }
        // Of a container that did not get its registration, the pool's word tells more than the exit code.
        let cause = claim.flatMap { $0.credentials == nil ? lastProblem : nil }
        let why = [stop.explanation, cause].compactMap { $0 }.joined(separator: "; ")
        lastProblem = why
        return .stoppedEarly(why)
    }

    mutating func agentTasksFound(_ ids: [AgentTaskID], lookedAt: Timestamp, _ now: Timestamp) {
        if case .cleaning(let cleaning) = state, cleaning.isAgentTaskGone {
            otherAgentTasksFound(ids.filter { $0 != agentTask }, cleaning, now)
            return
        }
        guard agentTask == nil else { return }
        switch state {
        case .starting:
            guard let id = ids.first else { return }
            agentTask = id
            state = .pending
        case .cleaning(var cleaning):
            guard !cleaning.isAgentTaskGone else { return }
            if let id = ids.first {
                agentTask = id
                cleaning.quiescedAt = nil
            } else if lookedAt >= stateSince.adding(seconds: LaunchRules.consistencySeconds) {
                cleaning.isAgentTaskGone = true
            } else {
                cleaning.notBefore = now.adding(seconds: 10)
            }
            state = .cleaning(cleaning)
        case .busy, .finished:
            if let id = ids.first { agentTask = id } else { searchLater(now) }
        case .planned, .pending, .online, .closed:
            return
        }
    }

    mutating func searchFailed(_ why: String, _ now: Timestamp) {
        switch state {
        case .busy, .finished:
            guard agentTask == nil else { return }
            lastProblem = why
            searchLater(now)
        case .planned, .starting, .pending, .online, .cleaning, .closed:
            return
        }
    }

    private mutating func searchLater(_ now: Timestamp) {
        let searches = (self.searches ?? 0) + 1
        self.searches = searches
        startNotBefore = now.adding(seconds: backoff(searches, first: 10, limit: 300))
    }
}

extension Launch {
    /// An agent task from a call of RunTask that was given up, beside the one that is gone: it has to go as well.
    private mutating func otherAgentTasksFound(_ ids: [AgentTaskID], _ cleaning: Cleaning, _ now: Timestamp) {
        var cleaning = cleaning
        if let id = ids.first {
            agentTask = id
            cleaning.isAgentTaskGone = false
            cleaning.isStopCalled = false
            cleaning.quiescedAt = nil
            cleaning.notBefore = now
        } else {
            cleaning.othersSoughtAt = now
        }
        state = .cleaning(cleaning)
    }
}
