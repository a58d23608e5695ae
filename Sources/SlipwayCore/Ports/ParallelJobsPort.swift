/// The organization's self-hosted parallel jobs.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol ParallelJobsPort: Sendable {
    /// `invalid`, `forbidden` and `unauthenticated`: the service doesn't tell us.
    func use() async throws(PortError) -> ParallelJobsUse
}
