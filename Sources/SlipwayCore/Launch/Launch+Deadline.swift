extension Launch {
    /// When the present state has lasted too long; nil where only an observation can end it, which is asked for again
    /// and again with growing pauses.
    public func deadline(_ limits: Deadlines) -> Timestamp? {
        switch state {
        case .planned, .starting: createdAt.adding(seconds: limits.startSeconds)
        case .pending: stateSince.adding(seconds: limits.onlineSeconds)
        case .online: stateSince.adding(seconds: limits.idleSeconds)
        case .finished: stateSince.adding(seconds: limits.leaveSeconds)
        case .busy, .cleaning, .closed: nil
        }
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
