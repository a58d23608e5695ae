/// Which questions a launch asks of the outside in its present state. The engine asks them, again and again.
extension Launch {
    /// Something about it may change any moment; of one that is busy, or waits for jobs to come, only in minutes or hours.
    public var isMoving: Bool {
        switch state {
        case .busy: false
        case .online: isWarm != true
        case .planned, .starting, .pending, .finished, .cleaning, .closed: true
        }
    }

    /// Its agent holds a job.
    public var isBusy: Bool { if case .busy = state { true } else { false } }

    /// Whether time alone may bring it something to do within the next minute: an effect, or a deadline. Of the busy ones it
    /// does where the agent is still to be disabled, or its agent task to be found.
    public var isTimed: Bool {
        guard isBusy else { return isMoving }
        return agentDisabledAt == nil || agentTask == nil
    }

    /// Whether the cluster has to be asked how its agent task fares.
    public var isAgentTaskWatched: Bool {
        if case .cleaning(let cleaning) = state, cleaning.isAgentTaskGone { return false }
        return agentTask != nil
    }

    /// Whether the pool's registrations have to be read for it: its agent may have come, or taken a job.
    public var awaitsAgent: Bool { state != .planned && canTakeJob }

    /// Whether the cluster's word on its agent task may change it. Most of the time it says what is known.
    public func isNews(_ status: AgentTaskStatus) -> Bool {
        switch status {
        case .pending: missingSince != nil
        case .running: missingSince != nil || runningAt == nil
        case .stopping, .stopped, .missing: true
        }
    }

    /// The job request to read once more before the end of its agent task is taken for a failure: the job may have
    /// come, run and gone between two looks.
    public var lastWordRequest: JobRequestID? {
        switch state {
        case .busy(let held): held
        case .pending, .online: request
        case .cleaning(let cleaning) where cleaning.cause == .leaving && ran == nil: request
        case .planned, .starting, .finished, .cleaning, .closed: nil
        }
    }
}
