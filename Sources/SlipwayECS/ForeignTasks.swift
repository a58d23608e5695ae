internal import Synchronization

/// The tasks of the cluster that aren't Slipway's, so that each is described once: what a task was started by never changes.
final class ForeignTasks: Sendable {
    private let arns = Mutex<Set<String>>([])

    func contains(_ arn: String) -> Bool { arns.withLock { $0.contains(arn) } }
    func add(_ arn: String) { arns.withLock { _ = $0.insert(arn) } }

    /// Forgets those that are no longer listed.
    func keep(only listed: [String]) { arns.withLock { $0.formIntersection(listed) } }
}
