/// Pipeline runs, where a policy lets Slipway change them.
///
/// Every call ends within a bounded time, and but for a retry may be repeated. Callable from any task.
public protocol RunPort: Sendable {
    func addTag(_ tag: String, run: Int, project: String) async throws(PortError)

    /// A run that is over already is no error.
    func cancel(run: Int, project: String) async throws(PortError)

    /// Nil while the run has none, or where the service doesn't know it.
    func timeline(run: Int, project: String) async throws(PortError) -> RunTimeline?

    /// Runs the failed jobs of a stage that is over again. The one call that may not be repeated: whether it had an effect,
    /// the timeline tells.
    func retryStage(_ stage: String, run: Int, project: String) async throws(PortError)

    /// Who queued it, and which commit it builds; nil where the service doesn't know it, or doesn't tell.
    func facts(run: Int, project: String) async throws(PortError) -> RunFacts?
}

extension RunPort {
    public func facts(run: Int, project: String) async throws(PortError) -> RunFacts? { nil }
}
