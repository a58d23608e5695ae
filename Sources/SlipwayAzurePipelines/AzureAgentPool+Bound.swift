internal import AzureDevOps
public import SlipwayCore

/// Registering a booked agent before its container runs: by REST alone, without a key. The container gives it one, by its
/// claim or by `config.sh --replace`.
extension AzureAgentPool {
    public func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer {
        let pool = try await poolID().rawValue
        let created: Agent? = try await mappingErrors {
            do {
                return try await client.createAgent(poolID: pool, AgentRegistration(registration))
            } catch let error as AzureDevOpsError where error.code == .conflict {
                return nil
            }
        }
        if let created { return .registered(AgentID(rawValue: created.id)) }
        // By a call of ours whose answer was lost, or by somebody else.
        guard let known = try await self.registration(registration.name, pool, details: .capabilities) else {
            throw PortError(
                code: .unavailable, message: "the name \(registration.name) is taken, and no agent of the pool has it")
        }
        guard known.userCapabilities?[BoundRegistration.marker] == registration.launch.rawValue else {
            return .nameTaken
        }
        return .registered(AgentID(rawValue: known.id))
    }
}

extension AgentRegistration {
    /// The marker is a user's capability: what an agent reports by itself, once it has come, replaces the others.
    fileprivate init(_ registration: BoundRegistration) {
        self.init(
            name: registration.name, version: Placeholder.version, osDescription: "Slipway's, to be started",
            enabled: true, systemCapabilities: registration.capabilities,
            userCapabilities: [BoundRegistration.marker: registration.launch.rawValue])
    }
}
