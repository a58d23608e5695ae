extension Launch {
    /// When the present state has lasted too long; nil where only an observation can end it, which is asked for again
    /// and again with growing pauses.
    public func deadline(_ limits: Deadlines) -> Timestamp? {
        switch state {
        case .planned, .starting: min(createdAt, stateSince).adding(seconds: limits.startSeconds)
        case .pending: stateSince.adding(seconds: limits.onlineSeconds)
        case .online: stateSince.adding(seconds: isWarm == true ? limits.warmLimitSeconds : limits.idleSeconds)
        case .finished: stateSince.adding(seconds: limits.leaveSeconds)
        case .busy, .cleaning, .closed: nil
        }
    }

    /// Whether `timePassed` has something to tell it. A deadline that passed while nobody looked, since no process ran or
    /// the pool could not be read, is not held against it at once: its agent may have come meanwhile, which the next
    /// readings tell. While the pool can't be read, an agent that is awaited has no deadline, but is overdue at some time.
    ///
    /// - Parameter sight: nil where nobody will read the pool any more.
    public func isDue(at now: Timestamp, recoveredAt: Timestamp, sight: PoolSight?, rules: LaunchRules) -> Bool {
        guard let deadline = deadline(rules.deadlines), now >= deadline else { return false }
        var lookedSince = recoveredAt
        switch state {
        case .pending, .online:
            guard let sight else { break }
            guard sight.isClear(at: now), let readableSince = sight.readableSince else { return false }
            lookedSince = max(lookedSince, readableSince)
        case .planned, .starting, .busy, .finished, .cleaning, .closed: break
        }
        return deadline > lookedSince || now >= lookedSince.adding(seconds: LaunchRules.recoverySeconds)
    }

    /// A busy agent, or a cleaning that doesn't end, that a person should look at.
    public func isOverdue(_ limits: Deadlines, at now: Timestamp) -> Bool {
        switch state {
        case .busy: now >= stateSince.adding(seconds: limits.busySeconds)
        case .cleaning: now >= stateSince.adding(seconds: 3_600)
        case .pending, .online: deadline(limits).map { now >= $0.adding(seconds: 3_600) } ?? false
        case .planned, .starting, .finished, .closed: false
        }
    }
}
