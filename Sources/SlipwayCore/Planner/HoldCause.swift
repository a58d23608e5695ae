/// What keeps a job, a booking or a profile's warm agents waiting: the reason without its particulars, for figures.
public enum HoldCause: String, Hashable, Sendable, CaseIterable {
    /// An operator has paused the profile or drains the server.
    case onHold = "on_hold"
    /// A launch has failed, and the pause after it isn't over.
    case failure
    /// Its project's budget is spent.
    case budget
    case profileMaximum = "profile_maximum"
    case projectMaximum = "project_maximum"
    case poolMaximum = "pool_maximum"
    case parallelJobs = "parallel_jobs"
    /// An agent of the name that it demands is on its way out, or has another job.
    case agentName = "agent_name"
}
