/// A registration as it matters for placeholders: who it is, and what it satisfies.
public struct RegisteredAgent: Hashable, Sendable {
    public var id: AgentID
    public var name: String
    public var isOnline: Bool
    public var isEnabled: Bool
    public var version: String?
    /// What the agent reports, or was registered with; nil: it was not read.
    public var systemCapabilities: [String: String]?
    /// What people gave it; nil: it was not read.
    public var userCapabilities: [String: String]?

    public init(
        id: AgentID, name: String, isOnline: Bool = false, isEnabled: Bool = true, version: String? = nil,
        systemCapabilities: [String: String]? = nil, userCapabilities: [String: String]? = nil
    ) {
        self.id = id
        self.name = name
        self.isOnline = isOnline
        self.isEnabled = isEnabled
        self.version = version
        self.systemCapabilities = systemCapabilities
        self.userCapabilities = userCapabilities
    }

    public var hasPlaceholderName: Bool { name.lowercased().hasPrefix(Placeholder.namePrefix) }

    /// Ours to change and to remove: by name, by marker, and since nobody runs under it.
    public var isPlaceholder: Bool { hasPlaceholderName && !isOnline && isMarked }

    private var isMarked: Bool {
        let marker = Placeholder.marker.lowercased()
        return systemCapabilities?.keys.contains { $0.lowercased() == marker } ?? false
    }

    /// The demands that a placeholder stands for; nil: it is none.
    public var placeholderDemands: [Demand]? {
        guard isPlaceholder, let systemCapabilities else { return nil }
        let own = [Placeholder.marker.lowercased(), "agent.version"]
        return Placeholder.demands(of: systemCapabilities.filter { !own.contains($0.key.lowercased()) })
    }

    /// Whether it may be a template that an operator keeps for the same purpose. An online agent is none: it may be gone
    /// with its machine. Nor is a disabled one: whether Azure DevOps counts it isn't known.
    public var mayBeTemplate: Bool {
        !isOnline && isEnabled && !hasPlaceholderName && !name.hasPrefix(LaunchID.agentNamePrefix)
    }

    func satisfies(_ demands: [Demand]) -> Bool {
        guard let systemCapabilities else { return false }
        let all = systemCapabilities.merging(userCapabilities ?? [:]) { _, given in given }
        return demands.allSatisfy(Capabilities(all).satisfies)
    }
}
