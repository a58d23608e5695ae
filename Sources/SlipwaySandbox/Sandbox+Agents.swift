import Foundation

/// What people and other tools do to the registrations of a pool.
extension Sandbox {
    /// Deletes a registration, as the portal does. Throws ``SandboxError`` when there is none of that name.
    public func removeAgent(named name: String) throws(SandboxError) {
        try changeAgent(named: name) { world, agent, now throws(AzureDevOpsError) in
            try world.deleteAgent(agent.id, poolID: agent.poolID, now: now)
        }
    }

    public func setAgentEnabled(_ isEnabled: Bool, named name: String) throws(SandboxError) {
        try changeAgent(named: name) { world, agent, now throws(AzureDevOpsError) in
            var body = AgentBody()
            body.enabled = isEnabled
            _ = try world.updateAgent(agent.id, body, poolID: agent.poolID, now: now)
        }
    }

    /// Registers an agent without a key in the first pool. It stays offline.
    public func registerAgent(
        named name: String, capabilities: [String: String] = [:], version: String = "4.272.0"
    ) throws(SandboxError) {
        let pool = configuration.azureDevOps.pools[0].id
        try perform { world, now throws(AzureDevOpsError) in
            var body = AgentBody()
            body.name = name
            body.version = version
            body.systemCapabilities = capabilities
            _ = try world.addAgent(body, poolID: pool, now: now)
        }
    }

    /// Any one of that name.
    private func changeAgent(
        named name: String,
        _ change: @Sendable (inout AzureDevOpsWorld, Registration, Date) throws(AzureDevOpsError) -> Void
    ) throws(SandboxError) {
        try perform { world, now throws(AzureDevOpsError) in
            guard let agent = world.agents.values.first(where: { $0.name == name }) else {
                throw .invalid("There is no agent named \(name).")
            }
            try change(&world, agent, now)
        }
    }

    private func perform(
        _ body: (inout AzureDevOpsWorld, Date) throws(AzureDevOpsError) -> Void
    ) throws(SandboxError) {
        do {
            try azureDevOps.world.perform(body)
        } catch {
            throw SandboxError(.unknownThing, error.message)
        }
    }
}
