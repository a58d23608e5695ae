/// The cluster that runs agent tasks.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol AgentTaskPort: Sendable {
    /// Asks for one agent task. Called again with an equal order it must not start a second one.
    func start(_ order: AgentTaskOrder) async -> StartAnswer

    /// What the cluster says of each; one that it doesn't know is `.missing`. Every id asked for is answered.
    func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus]

    /// The same, with what the cluster tells of each besides.
    func sights(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskSight]

    /// What agent tasks of this definition (an id with its revision) are started from; nil: not told.
    ///
    /// - Parameter container: the one that runs the agent.
    func definition(_ id: String, container: String) async throws(PortError) -> AgentTaskDefinition?

    /// Asks for a stop. An agent task that is already stopped is no error; one that the cluster doesn't know is
    /// (`PortError.Code.unknown`), since it may only not know it yet.
    func stop(_ id: AgentTaskID, reason: String) async throws(PortError)

    /// The agent tasks that carry a launch's `startedBy` and aren't stopped.
    func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID]

    /// All agent tasks of ours that aren't stopped, whichever launch they name, but for those that are known already.
    /// Throws rather than answer a part of them.
    func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting]
}

extension AgentTaskPort {
    public func sights(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskSight] {
        try await status(of: ids).mapValues { AgentTaskSight(status: $0, facts: nil) }
    }

    public func definition(_ id: String, container: String) async throws(PortError) -> AgentTaskDefinition? { nil }
}

/// What the cluster says of an agent task.
public struct AgentTaskSight: Hashable, Sendable {
    public var status: AgentTaskStatus
    public var facts: AgentTaskFacts?

    public init(status: AgentTaskStatus, facts: AgentTaskFacts?) {
        self.status = status
        self.facts = facts
    }
}

/// The answer to a call of RunTask.
public enum StartAnswer: Hashable, Sendable {
    case accepted(AgentTaskID)
    case refused(StartRefusal)
    /// It may have worked: to be repeated with the same token.
    case unanswered(String)
}
