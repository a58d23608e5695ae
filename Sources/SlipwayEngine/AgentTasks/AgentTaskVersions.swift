internal import SlipwayCore

/// The newest version of each agent task that has been applied. In memory only: after a restart an old message may be
/// applied once more, which changes nothing, since an agent task doesn't come back from where it was.
struct AgentTaskVersions: Sendable {
    private var newest: [AgentTaskID: Int] = [:]
    private var pruneAt = Self.minimumPruneAt
    private static let minimumPruneAt = 1_024

    subscript(id: AgentTaskID) -> Int? { newest[id] }
    var count: Int { newest.count }

    mutating func record(_ observation: AgentTaskObservation) {
        guard let version = observation.version else { return }
        newest[observation.agentTask] = max(version, newest[observation.agentTask] ?? version)
    }

    /// Whether it is time to forget agent tasks that are over.
    var isFull: Bool { newest.count >= pruneAt }

    mutating func forget(allBut agentTasks: Set<AgentTaskID>) {
        newest = newest.filter { agentTasks.contains($0.key) }
        pruneAt = max(Self.minimumPruneAt, newest.count * 2)
    }
}
