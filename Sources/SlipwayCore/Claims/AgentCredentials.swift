/// What a registered agent signs in with, together with its private key. Without that key it is worth nothing, so it may
/// be stored.
public struct AgentCredentials: Hashable, Codable, Sendable {
    public var agent: AgentID
    public var agentName: String
    public var pool: PoolID
    public var poolName: String
    /// The organization's URL, with a slash at its end.
    public var serverURL: String
    public var clientID: String
    /// As the service gave it; never built.
    public var authorizationURL: String

    public init(
        agent: AgentID, agentName: String, pool: PoolID, poolName: String, serverURL: String, clientID: String,
        authorizationURL: String
    ) {
        self.agent = agent
        self.agentName = agentName
        self.pool = pool
        self.poolName = poolName
        self.serverURL = serverURL
        self.clientID = clientID
        self.authorizationURL = authorizationURL
    }
}
