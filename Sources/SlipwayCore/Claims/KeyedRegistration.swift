/// An agent to be registered with its key.
public struct KeyedRegistration: Hashable, Sendable {
    public var name: String
    public var key: AgentPublicKey
    public var agentVersion: String
    public var osDescription: String
    /// What it can do, until it reports by itself.
    public var capabilities: [String: String]

    public init(
        name: String, key: AgentPublicKey, agentVersion: String, osDescription: String, capabilities: [String: String]
    ) {
        self.name = name
        self.key = key
        self.agentVersion = agentVersion
        self.osDescription = osDescription
        self.capabilities = capabilities
    }

    /// What a claim of the launch's container asks for.
    public init(_ claim: AgentClaim, of launch: Launch, profile: Profile?) {
        var capabilities = profile?.capabilities ?? [:]
        capabilities["Agent.Name"] = launch.agentName
        if !claim.agentVersion.isEmpty { capabilities["Agent.Version"] = claim.agentVersion }
        self.init(
            name: launch.agentName, key: claim.key, agentVersion: claim.agentVersion,
            osDescription: claim.osDescription, capabilities: capabilities)
    }
}
