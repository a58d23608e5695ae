/// An agent's registration in a pool, as observed.
public struct PoolAgent: Hashable, Sendable {
    public var id: AgentID
    public var name: String
    public var isOnline: Bool
    public var isEnabled: Bool
    /// The job request it holds, taken or about to be.
    public var assignedRequest: JobRequestID?
    /// The last job request that it has run to its end.
    public var completed: Completed?

    public struct Completed: Hashable, Sendable {
        public var request: JobRequestID
        public var result: String?

        public init(request: JobRequestID, result: String?) {
            self.request = request
            self.result = result
        }
    }

    public init(
        id: AgentID, name: String, isOnline: Bool, isEnabled: Bool = true, assignedRequest: JobRequestID? = nil,
        completed: Completed? = nil
    ) {
        self.id = id
        self.name = name
        self.isOnline = isOnline
        self.isEnabled = isEnabled
        self.assignedRequest = assignedRequest
        self.completed = completed
    }
}
