/// The cluster that runs agent tasks.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol AgentTaskPort: Sendable {
    /// Asks for one agent task. Called again with an equal order it must not start a second one.
    func start(_ order: AgentTaskOrder) async -> StartAnswer

    /// What the cluster says of each; one that it doesn't know is `.missing`. Every id asked for is answered.
    func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus]

    /// Asks for a stop. An agent task that is already stopped or unknown is no error.
    func stop(_ id: AgentTaskID, reason: String) async throws(PortError)

    /// The agent tasks that carry a launch's `startedBy` and aren't stopped.
    func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID]

    /// All agent tasks of ours that aren't stopped, whichever launch they name, but for those that are known already.
    /// Throws rather than answer a part of them.
    func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting]
}

/// The answer to a call of RunTask.
public enum StartAnswer: Hashable, Sendable {
    case accepted(AgentTaskID)
    case refused(StartRefusal)
    /// It may have worked: to be repeated with the same token.
    case unanswered(String)
}
