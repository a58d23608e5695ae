/// What has to be done for a launch now. A function of its committed state alone, and safe to do twice.
public enum LaunchEffect: Hashable, Sendable {
    /// Register its agent, so that jobs can demand its name.
    case registerAgent
    /// Call RunTask with the token of this attempt.
    case startAgentTask(attempt: Int)
    /// Find out whether an unanswered RunTask left an agent task behind.
    case findAgentTasks
    /// Disable the agent, which has its one job.
    case disableAgent
    /// Disable the agent, then read again which job it holds.
    case quiesceAgent
    case stopAgentTask(AgentTaskID)
    /// Delete the registration if there is one, and confirm that there is none.
    case removeRegistration
}

extension Launch {
    /// The outstanding effect, if it may be done at `now`. `nil`: nothing to do but to observe and wait.
    public func effect(at now: Timestamp) -> LaunchEffect? {
        switch state {
        case .planned, .pending, .online, .closed:
            return nil
        case .busy where agentDisabledAt == nil && disableNotBefore.map({ now >= $0 }) ?? true:
            return .disableAgent
        case .busy, .finished:
            // Its agent came before the answer to RunTask did, or that was never heard: which agent task it is has to be
            // found out, or its end would not be seen.
            return agentTask == nil && now >= startNotBefore ? .findAgentTasks : nil
        case .starting:
            guard now >= startNotBefore else { return nil }
            return isToBeRegistered ? .registerAgent : .startAgentTask(attempt: attempt)
        case .cleaning(let cleaning):
            guard now >= cleaning.notBefore else { return nil }
            return cleaningEffect(cleaning, now)
        }
    }

    /// The order matters: an agent that still could take a job is disabled and read again before anything is stopped,
    /// and the registration goes last, since a container that still runs could register again.
    private func cleaningEffect(_ cleaning: Cleaning, _ now: Timestamp) -> LaunchEffect? {
        if cleaning.isAgentTaskGone {
            // Of two tokens, the call with the other may have taken effect after it was given up.
            if attempt > 1, cleaning.othersSoughtAt == nil { return .findAgentTasks }
            // A registration that the pool was asked for may appear after it was looked for.
            return registrationMayStillAppear(now) ? nil : .removeRegistration
        }
        if cleaning.isStopCalled, let agentTask { return .stopAgentTask(agentTask) }
        if cleaning.isForced == true { return agentTask.map(LaunchEffect.stopAgentTask) ?? .findAgentTasks }
        guard let quiescedAt = cleaning.quiescedAt, quiescedAt <= now,
            now < quiescedAt.adding(seconds: LaunchRules.quiescedSeconds)
        else {
            return .quiesceAgent
        }
        if let agentTask { return .stopAgentTask(agentTask) }
        return .findAgentTasks
    }
}
