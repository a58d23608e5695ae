/// A change of a launch: the new value, and what the ledger says of it.
public struct LaunchTransition: Hashable, Sendable {
    public var launch: Launch
    public var entry: LedgerEntry
}

extension Launch {
    /// The change that an event makes, or nil where it changes nothing: late, repeated and out-of-order events are
    /// ordinary here, and an event that doesn't fit the state is one of those.
    ///
    /// Pure. The caller commits the transition over `version` before it does anything else with it.
    public func applying(_ event: LaunchEvent, at now: Timestamp, rules: LaunchRules) -> LaunchTransition? {
        var next = self
        next.handle(event, now, rules)
        guard next != self else { return nil }
        next.version = version + 1
        if next.state.name != state.name { next.stateSince = now }
        return LaunchTransition(launch: next, entry: next.entry(of: event, from: self, at: now))
    }

    private mutating func handle(_ event: LaunchEvent, _ now: Timestamp, _ rules: LaunchRules) {
        switch event {
        case .startPermitted: startPermitted(now, rules)
        case .agentTaskAccepted(let id, let placement): agentTaskAccepted(id, placement: placement)
        case .startRefused(let refusal): startRefused(refusal, now, rules)
        case .startUnanswered(let why): startUnanswered(why, now)
        case .agentTaskObserved(let status): agentTaskObserved(status, now)
        case .agentTasksFound(let ids): agentTasksFound(ids, now)
        case .agentObserved(let agent): agentObserved(agent, now)
        case .jobObserved(let request): jobObserved(request, now)
        case .jobEnded(let request, let result): jobEnded(request, result: result, now)
        case .jobReturned(let request): jobReturned(request, now)
        case .requestGone: requestGone(now)
        case .requestWaits: requestWaits()
        case .quiesced: quiesced(now)
        case .stopCalled: stopCalled(now)
        case .registrationGone: registrationGone()
        case .cleaningFailed(let why): cleaningFailed(why, now)
        case .surplus: end(.surplus, now)
        case .stopRequested(let why): end(.operatorRequest(why), now)
        case .recovered: recovered(now)
        case .timePassed: timePassed(now, rules)
        }
    }
}

// MARK: Starting

extension Launch {
    private mutating func startPermitted(_ now: Timestamp, _ rules: LaunchRules) {
        guard case .planned = state else { return }
        state = .starting
        attempt = 1
        rung = rules.firstRung
        startNotBefore = now
    }

    private mutating func agentTaskAccepted(_ id: AgentTaskID, placement: String) {
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

    private mutating func startRefused(_ refusal: StartRefusal, _ now: Timestamp, _ rules: LaunchRules) {
        guard case .starting = state else { return }
        startFailures += 1
        lastProblem = refusal.message
        self.refusal = refusal.kind
        if refusal.kind == .unknown { unknownRefusals += 1 }
        if refusal.kind == .permanent || unknownRefusals >= LaunchRules.maximumUnknownRefusals {
            self.refusal = .permanent
            // An earlier call with this token may have worked without our having heard of it, so it is looked for.
            clean(.notStarted(refusal.message), now, agentTaskGone: false)
            return
        }
        // A throttled call did nothing, so its token is still good. The others are remembered with their token. But while
        // an earlier call with this token may still take effect, another token could start a second agent task.
        guard refusal.kind != .throttled else {
            startNotBefore = now.adding(seconds: LaunchRules.backoff(startFailures, first: 1, limit: 30))
            return
        }
        if mayStillTakeEffect(now) {
            startNotBefore = now.adding(seconds: 2)
        } else {
            moveOn(after: refusal.kind, now, rules)
        }
    }

    private mutating func startUnanswered(_ why: String, _ now: Timestamp) {
        guard case .starting = state else { return }
        startFailures += 1
        lastProblem = why
        unansweredAt = now
        startNotBefore = now.adding(seconds: LaunchRules.backoff(startFailures, first: 1, limit: 30))
    }
}

extension Launch {
    /// To the next rung at once, or to the first again after a pause.
    private mutating func moveOn(after kind: StartRefusal.Class, _ now: Timestamp, _ rules: LaunchRules) {
        let here = rung ?? 0
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

// MARK: The agent task

extension Launch {
    private mutating func agentTaskObserved(_ status: AgentTaskStatus, _ now: Timestamp) {
        guard agentTask != nil, isOpen else { return }
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
            let cause: CleaningCause = stop.exitCode == 0 ? .jobFinished : .lost(stop.explanation)
            clean(cause, now, agentTaskGone: true)
        case .finished:
            clean(.jobFinished, now, agentTaskGone: true)
        case .cleaning(var cleaning):
            guard !cleaning.isAgentTaskGone else { return }
            cleaning.isAgentTaskGone = true
            cleaning.notBefore = now
            cleaning.cause = explained(cleaning.cause, by: stop)
            state = .cleaning(cleaning)
        case .planned, .starting, .closed:
            return
        }
    }

    private mutating func explained(_ cause: CleaningCause, by stop: AgentTaskStop) -> CleaningCause {
        switch cause {
        case .leaving: endWithoutAJobSeen(stop)
        // It had gone before it was stopped.
        case .neverOnline, .idle, .passedOver, .surplus: stop.isEndOfOneJob ? .leftUnseen : cause
        case .jobFinished, .notStarted, .stoppedEarly, .leftUnseen, .lost, .operatorRequest: cause
        }
    }

    /// A listener that was started with `--once` ends with 0 after its job, and then only.
    private mutating func endWithoutAJobSeen(_ stop: AgentTaskStop) -> CleaningCause {
        guard stop.exitCode != 0 else { return .leftUnseen }
        lastProblem = stop.explanation
        return .stoppedEarly(stop.explanation)
    }

    /// A `--once` agent never takes a second job: what it was given on its way out goes back to the queue.
    private mutating func leaveSecondJobBehind() {
        leftBehind = ran
        ran = earlierRan
        ranResult = earlierResult
        earlierRan = nil
        earlierResult = nil
        if let leftBehind {
            lastProblem =
                "job request \(leftBehind) was given to its agent after its one job, and goes back to the queue"
        }
    }

    private mutating func agentTasksFound(_ ids: [AgentTaskID], _ now: Timestamp) {
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
            } else if now >= stateSince.adding(seconds: LaunchRules.consistencySeconds) {
                cleaning.isAgentTaskGone = true
            } else {
                cleaning.notBefore = now.adding(seconds: 10)
            }
            state = .cleaning(cleaning)
        case .busy, .finished:
            if let id = ids.first { agentTask = id } else { startNotBefore = now.adding(seconds: 10) }
        case .planned, .pending, .online, .closed:
            return
        }
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

// MARK: The agent and its job

extension Launch {
    private mutating func agentObserved(_ observed: PoolAgent, _ now: Timestamp) {
        guard isOpen else { return }
        agent = observed.id
        if let request = observed.assignedRequest {
            jobObserved(request, now)
        } else if let completed = observed.completed {
            jobEnded(completed.request, result: completed.result, now)
        } else if case .pending = state, observed.isOnline {
            state = .online
            onlineAt = now
        }
    }

    private mutating func jobObserved(_ request: JobRequestID, _ now: Timestamp) {
        switch state {
        case .planned, .starting, .pending, .online:
            takeJob(request, now)
        case .finished where request != ran:
            // A second job for an agent that was on its way out: not to be interrupted either, should it run it.
            earlierRan = ran
            earlierResult = ranResult
            takeJob(request, now)
        case .cleaning(let cleaning) where request != ran && !cleaning.isAgentTaskGone && !cleaning.isStopCalled:
            takeJob(request, now)
        case .busy, .finished, .cleaning, .closed:
            return
        }
    }

    private mutating func takeJob(_ request: JobRequestID, _ now: Timestamp) {
        state = .busy(request)
        ran = request
        ranResult = nil
        if onlineAt == nil { onlineAt = now }
        busyAt = now
        jobReturnedAt = nil
        endedAt = nil
        finishedAt = nil
        orphanedAt = nil
    }

    private mutating func jobEnded(_ request: JobRequestID, result: String?, _ now: Timestamp) {
        switch state {
        case .busy(let held):
            guard held == request else { return }
            finish(request, result: result, now)
            if earlierRan != nil, result == nil || result == "abandoned" || result == "canceled" {
                leaveSecondJobBehind()
            }
            state = .finished
        case .planned, .starting, .pending, .online:
            // It came, ran and went between two observations.
            finish(request, result: result, now)
            state = .finished
        case .finished:
            guard ran == request, ranResult == nil else { return }
            ranResult = result
        case .cleaning(var cleaning):
            guard ran == nil || ran == request, ranResult == nil else { return }
            finish(request, result: result, now)
            if cleaning.cause.isBetterExplainedByJob(result) { cleaning.cause = .jobFinished }
            state = .cleaning(cleaning)
        case .closed:
            return
        }
    }

    private mutating func finish(_ request: JobRequestID, result: String?, _ now: Timestamp) {
        ran = request
        ranResult = result
        if finishedAt == nil { finishedAt = now }
        orphanedAt = nil
    }

    /// The service takes a job request back when its agent was not heard of for long. One sight of it is not enough: a
    /// list may be older than it looks.
    private mutating func jobReturned(_ request: JobRequestID, _ now: Timestamp) {
        guard state == .busy(request) else { return }
        guard let since = jobReturnedAt else {
            jobReturnedAt = now
            return
        }
        guard now >= since.adding(seconds: LaunchRules.returnedSeconds) else { return }
        let why = "job request \(request) was taken back from its agent, which the service no longer hears"
        lastProblem = why
        if earlierRan != nil {
            leaveSecondJobBehind()
            clean(.jobFinished, now, agentTaskGone: false)
        } else {
            clean(.lost(why), now, agentTaskGone: false)
        }
    }

    private mutating func requestGone(_ now: Timestamp) {
        guard canTakeJob, request != nil, orphanedAt == nil else { return }
        orphanedAt = now
    }

    private mutating func requestWaits() {
        guard canTakeJob else { return }
        orphanedAt = nil
    }
}

extension CleaningCause {
    /// An agent task that "stopped early" or was "lost" had in fact done its job.
    fileprivate func isBetterExplainedByJob(_ result: String?) -> Bool {
        switch self {
        case .stoppedEarly, .leaving, .leftUnseen, .neverOnline, .idle, .passedOver, .surplus: true
        case .lost: result == "succeeded" || result == "succeededWithIssues" || result == "canceled"
        case .jobFinished, .notStarted, .operatorRequest: false
        }
    }
}

// MARK: Recovery

extension Launch {
    /// What was seen before and is believed only for a while, or only after one, is forgotten; pauses are over.
    private mutating func recovered(_ now: Timestamp) {
        guard isOpen else { return }
        stateSince = min(stateSince, now)
        missingSince = nil
        jobReturnedAt = nil
        if orphanedAt.map({ $0 > now }) ?? false { orphanedAt = now }
        switch state {
        case .starting:
            // RunTask may have been under way.
            unansweredAt = now
            startNotBefore = now
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

// MARK: Cleaning

extension Launch {
    private mutating func clean(_ cause: CleaningCause, _ now: Timestamp, agentTaskGone: Bool) {
        var cleaning = Cleaning(cause: cause, notBefore: now)
        cleaning.isAgentTaskGone = agentTaskGone
        state = .cleaning(cleaning)
        endedAt = now
    }

    /// Ends a launch that may be ended: never a busy one.
    private mutating func end(_ cause: CleaningCause, _ now: Timestamp) {
        switch state {
        case .planned: clean(cause, now, agentTaskGone: true)
        case .starting, .pending, .online, .finished: clean(cause, now, agentTaskGone: false)
        case .busy, .cleaning, .closed: return
        }
    }

    private mutating func quiesced(_ now: Timestamp) {
        guard case .cleaning(var cleaning) = state, !cleaning.isAgentTaskGone else { return }
        cleaning.quiescedAt = now
        cleaning.failures = 0
        state = .cleaning(cleaning)
    }

    private mutating func stopCalled(_ now: Timestamp) {
        guard case .cleaning(var cleaning) = state, !cleaning.isAgentTaskGone else { return }
        cleaning.isStopCalled = true
        cleaning.notBefore = now.adding(seconds: LaunchRules.stopRepeatSeconds)
        state = .cleaning(cleaning)
    }

    private mutating func registrationGone() {
        guard case .cleaning(let cleaning) = state, cleaning.isAgentTaskGone else { return }
        state = .closed(cleaning.cause.outcome)
    }

    private mutating func cleaningFailed(_ why: String, _ now: Timestamp) {
        guard case .cleaning(var cleaning) = state else { return }
        cleaning.failures += 1
        cleaning.quiescedAt = nil
        cleaning.notBefore = now.adding(seconds: LaunchRules.backoff(cleaning.failures, first: 2, limit: 60))
        lastProblem = why
        state = .cleaning(cleaning)
    }

    private mutating func timePassed(_ now: Timestamp, _ rules: LaunchRules) {
        guard let deadline = deadline(rules.deadlines), now >= deadline else { return }
        switch state {
        case .planned:
            clean(
                .notStarted("waited \(rules.deadlines.startSeconds) s for its turn to start"), now, agentTaskGone: true)
        case .starting:
            let why = lastProblem ?? "the cluster gave no answer"
            clean(
                .notStarted("not started within \(rules.deadlines.startSeconds) s: \(why)"), now, agentTaskGone: false)
        case .pending: clean(.neverOnline, now, agentTaskGone: false)
        case .online:
            let isPassedOver = request != nil && orphanedAt == nil
            clean(isPassedOver ? .passedOver : .idle, now, agentTaskGone: false)
        case .finished: clean(.jobFinished, now, agentTaskGone: false)
        case .busy, .cleaning, .closed: return
        }
    }
}
