extension Launch {
    /// When the present state has lasted too long; nil where only an observation can end it, which is asked for again
    /// and again with growing pauses.
    public func deadline(_ limits: Deadlines) -> Timestamp? {
        switch state {
        case .planned, .starting: min(createdAt, stateSince).adding(seconds: limits.startSeconds)
        case .pending: stateSince.adding(seconds: limits.onlineSeconds)
        case .online: stateSince.adding(seconds: limits.idleSeconds)
        case .finished: stateSince.adding(seconds: limits.leaveSeconds)
        case .busy, .cleaning, .closed: nil
        }
    }

    /// Whether `timePassed` has something to tell it. A deadline that passed while no process looked (since `recoveredAt`
    /// one does) is not held against it at once: its agent may have come meanwhile, which the next readings tell.
    public func isDue(at now: Timestamp, recoveredAt: Timestamp, rules: LaunchRules) -> Bool {
        guard let deadline = deadline(rules.deadlines), now >= deadline else { return false }
        return deadline > recoveredAt || now >= recoveredAt.adding(seconds: LaunchRules.recoverySeconds)
    }

    /// A busy agent, or a cleaning that doesn't end, that a person should look at.
    public func isOverdue(_ limits: Deadlines, at now: Timestamp) -> Bool {
        switch state {
        case .busy: now >= stateSince.adding(seconds: limits.busySeconds)
        case .cleaning: now >= stateSince.adding(seconds: 3_600)
        case .planned, .starting, .pending, .online, .finished, .closed: false
        }
    }
}
