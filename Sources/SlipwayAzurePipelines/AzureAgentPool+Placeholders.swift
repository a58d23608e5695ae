internal import AzureDevOps
public import SlipwayCore

/// The port of placeholders on Azure Pipelines: registrations by REST alone, without a key.
extension AzureAgentPool: PlaceholderPort {
    public func markedAgents() async throws(PortError) -> [RegisteredAgent] {
        let pool = try await poolID().rawValue
        return try await mappingErrors {
            try await client.agents(poolID: pool, capability: Placeholder.marker, details: .capabilities)
        }
        .map(RegisteredAgent.init)
        // Don't trust the filter.
        .filter(\.hasPlaceholderName)
    }

    public func registeredAgents() async throws(PortError) -> [RegisteredAgent] {
        let pool = try await poolID().rawValue
        return try await mappingErrors { try await client.agents(poolID: pool) }.map(RegisteredAgent.init)
    }

    public func registeredAgent(_ id: AgentID) async throws(PortError) -> RegisteredAgent? {
        let pool = try await poolID().rawValue
        return try await nilWhenNotFound {
            try await client.agent(poolID: pool, id: id.rawValue, details: .capabilities)
        }
        .map(RegisteredAgent.init)
    }

    public func register(_ placeholder: Placeholder) async throws(PortError) -> PlaceholderAnswer {
        let pool = try await poolID().rawValue
        return try await mappingErrors {
            do {
                return .registered(
                    AgentID(rawValue: try await client.createAgent(poolID: pool, .init(placeholder)).id))
            } catch let error as AzureDevOpsError where error.code == .conflict {
                return .nameTaken
            }
        }
    }

    public func replace(_ id: AgentID, with placeholder: Placeholder) async throws(PortError) {
        let pool = try await poolID().rawValue
        try await mappingErrors {
            _ = try await client.replaceAgent(poolID: pool, id: id.rawValue, with: .init(placeholder))
        }
    }

    public func enable(_ id: AgentID) async throws(PortError) {
        let pool = try await poolID().rawValue
        try await mappingErrors { _ = try await client.setAgentEnabled(true, poolID: pool, id: id.rawValue) }
    }

    public func remove(_ id: AgentID) async throws(PortError) {
        let pool = try await poolID().rawValue
        try await mappingErrors { _ = try await client.deleteAgent(poolID: pool, id: id.rawValue) }
    }
}

extension AgentRegistration {
    fileprivate init(_ placeholder: Placeholder) {
        self.init(
            name: placeholder.name, version: Placeholder.version,
            osDescription: "Slipway's placeholder, never started", enabled: true,
            systemCapabilities: placeholder.systemCapabilities)
    }
}

extension RegisteredAgent {
    fileprivate init(_ agent: Agent) {
        self.init(
            id: AgentID(rawValue: agent.id), name: agent.name, isOnline: agent.isOnline,
            isEnabled: agent.enabled ?? true, version: agent.version, systemCapabilities: agent.systemCapabilities,
            userCapabilities: agent.userCapabilities)
    }
}
