/// Pipeline runs, where a policy lets Slipway change them.
///
/// Every call ends within a bounded time and may be repeated. Callable from any task.
public protocol RunPort: Sendable {
    func addTag(_ tag: String, run: Int, project: String) async throws(PortError)

    /// A run that is over already is no error.
    func cancel(run: Int, project: String) async throws(PortError)
}
