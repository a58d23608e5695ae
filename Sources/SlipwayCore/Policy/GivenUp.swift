/// What becomes of a pipeline run when no further launch is made for one of its jobs, which would wait for days otherwise.
public enum GivenUp: String, Hashable, Sendable, CaseIterable {
    /// The job stays queued: another agent of the pool may still take it.
    case leave
    /// The run gets the build tag `runTag`.
    case tag
    /// The run is cancelled, all its jobs with it.
    case cancel

    public static let runTag = "slipway-no-agent"
}
