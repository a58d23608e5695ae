/// An agent's registration in a pool, as observed.
public struct PoolAgent: Hashable, Sendable {
    public var id: AgentID
    public var name: String
    public var isOnline: Bool
    public var isEnabled: Bool
    /// The job request it holds, taken or about to be.
    public var assignedRequest: JobRequestID?

    public init(
        id: AgentID, name: String, isOnline: Bool, isEnabled: Bool = true, assignedRequest: JobRequestID? = nil
    ) {
        self.id = id
        self.name = name
        self.isOnline = isOnline
        self.isEnabled = isEnabled
        self.assignedRequest = assignedRequest
    }
}
