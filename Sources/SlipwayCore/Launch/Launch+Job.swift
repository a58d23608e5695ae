/// What the pool says of its agent and of the job that it holds.
extension Launch {
    mutating func agentObserved(_ observed: PoolAgent, _ now: Timestamp) {
        guard isOpen else { return }
        agent = observed.id
        if !observed.isOnline, isReservedBeforeItComes {
            // Given to it, and nobody is there to take it yet.
            return
        } else if let request = observed.assignedRequest {
            jobObserved(request, of: nil, now)
        } else if let completed = observed.completed {
            jobEnded(completed.request, result: completed.result, now)
        } else if case .pending = state, observed.isOnline {
            state = .online
            onlineAt = now
        }
    }

    /// A booked agent is registered long before it comes, and the service gives its job to it at once. Until it has come
    /// it doesn't hold that job: its deadlines go on, and its agent task is still to be started.
    var isReservedBeforeItComes: Bool {
        guard binding != nil, onlineAt == nil else { return false }
        switch state {
        case .planned, .starting, .pending, .cleaning: return true
        case .online, .busy, .finished, .closed: return false
        }
    }

    mutating func jobObserved(_ request: JobRequestID, of origin: JobOrigin?, _ now: Timestamp) {
        switch state {
        case .planned, .starting, .pending, .online:
            takeJob(request, of: origin, now)
        case .finished where request != ran:
            // A second job for an agent that was on its way out: not to be interrupted either, should it run it.
            earlierRan = ran
            earlierResult = ranResult
            earlierOrigin = ranOrigin
            takeJob(request, of: origin, now)
        case .cleaning(let cleaning)
        where request != ran && !cleaning.isAgentTaskGone && !cleaning.isStopCalled && cleaning.isForced == nil:
            takeJob(request, of: origin, now)
        case .busy(request):
            // It has it after all: an older list said that it waited.
            jobReturnedAt = nil
            learn(origin)
        case .busy, .finished, .cleaning, .closed:
            return
        }
    }

    private mutating func takeJob(_ request: JobRequestID, of origin: JobOrigin?, _ now: Timestamp) {
        state = .busy(request)
        ran = request
        ranResult = nil
        ranOrigin = nil
        learn(origin)
        if onlineAt == nil { onlineAt = now }
        busyAt = now
        jobReturnedAt = nil
        endedAt = nil
        finishedAt = nil
        orphanedAt = nil
    }

    mutating func agentDisabled(_ now: Timestamp) {
        guard case .busy = state, agentDisabledAt == nil else { return }
        agentDisabledAt = now
    }

    mutating func disablingFailed(_ now: Timestamp) {
        guard case .busy = state, agentDisabledAt == nil else { return }
        let failures = (disablingFailures ?? 0) + 1
        disablingFailures = failures
        disableNotBefore = now.adding(seconds: backoff(failures, first: 5, limit: 300))
    }

    mutating func jobEnded(_ request: JobRequestID, result: String?, _ now: Timestamp) {
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
            if cleaning.cause.isBetterExplainedByJob(result, after: agentTaskStop) { cleaning.cause = .jobFinished }
            state = .cleaning(cleaning)
        case .closed:
            return
        }
    }

    private mutating func finish(_ request: JobRequestID, result: String?, _ now: Timestamp) {
        if ran != request { ranOrigin = nil }
        ran = request
        ranResult = result
        if finishedAt == nil { finishedAt = now }
        orphanedAt = nil
    }

    /// Its agent never began it, and is of no further use: with the pool it counts as one that has had its job.
    mutating func jobWithdrawn(_ request: JobRequestID, _ now: Timestamp) {
        switch state {
        case .busy(request) where earlierRan != nil:
            leaveSecondJobBehind()
            state = .finished
        case .busy(request):
            ran = nil
            ranOrigin = nil
            busyAt = nil
            clean(.withdrawn, now, agentTaskGone: false)
        case .planned, .starting, .pending, .online:
            if self.request == request { requestGone(now) }
        case .busy, .finished, .cleaning, .closed:
            return
        }
    }

    mutating func jobLeftBehind(_ request: JobRequestID, _ now: Timestamp) {
        guard state == .busy(request) else { return }
        let isFirstKnown = earlierRan != nil
        leaveSecondJobBehind()
        clean(isFirstKnown ? .jobFinished : .leftUnseen, now, agentTaskGone: false)
    }

    /// A `--once` agent never takes a second job: what it was given on its way out goes back to the queue.
    mutating func leaveSecondJobBehind() {
        leftBehind = ran
        ran = earlierRan
        ranResult = earlierResult
        ranOrigin = earlierOrigin
        earlierRan = nil
        earlierResult = nil
        earlierOrigin = nil
        if let leftBehind {
            lastProblem =
                "job request \(leftBehind) was given to its agent after its one job, and goes back to the queue"
        }
    }

    /// The service takes a job request back when its agent was not heard of for long. One sight of it is not enough: a
    /// list may be older than it looks.
    mutating func jobReturned(_ request: JobRequestID, _ now: Timestamp) {
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

    mutating func requestGone(_ now: Timestamp) {
        guard canTakeJob, request != nil, orphanedAt == nil else { return }
        orphanedAt = now
    }

    mutating func requestWaits() {
        guard canTakeJob else { return }
        orphanedAt = nil
    }
}

extension CleaningCause {
    /// An agent task that "stopped early" or was "lost" had in fact done its job.
    fileprivate func isBetterExplainedByJob(_ result: String?, after stop: AgentTaskStop?) -> Bool {
        switch self {
        case .stoppedEarly, .leaving, .leftUnseen, .neverOnline, .idle, .passedOver, .surplus, .warmNoMore,
            .withdrawn:
            true
        case .lost:
            result == "succeeded" || result == "succeededWithIssues"
                // An interruption cancels the job by itself.
                || (result == "canceled" && stop?.isInterruption != true)
        case .jobFinished, .notStarted, .claimMisused, .agentNameTaken, .operatorRequest: false
        }
    }
}
