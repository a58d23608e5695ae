/// The registrations of one pool, for the placeholders among them.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol PlaceholderPort: Sendable {
    /// Those that carry the placeholders' marker, with their capabilities: few, however large the pool is.
    func markedAgents() async throws(PortError) -> [RegisteredAgent]

    /// All registrations of the pool, without their capabilities.
    func registeredAgents() async throws(PortError) -> [RegisteredAgent]

    /// One registration with its capabilities; nil: it is gone.
    func registeredAgent(_ id: AgentID) async throws(PortError) -> RegisteredAgent?

    /// Registers a placeholder: enabled, offline, without a key, so that nobody can run under it.
    func register(_ placeholder: Placeholder) async throws(PortError) -> PlaceholderAnswer

    /// Gives a registration all that the placeholder has. What people gave it stays.
    func replace(_ id: AgentID, with placeholder: Placeholder) async throws(PortError)

    func enable(_ id: AgentID) async throws(PortError)

    /// One that is gone already is no error.
    func remove(_ id: AgentID) async throws(PortError)
}

public enum PlaceholderAnswer: Hashable, Sendable {
    case registered(AgentID)
    case nameTaken
}
