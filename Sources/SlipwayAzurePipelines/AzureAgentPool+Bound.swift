internal import AzureDevOps
public import SlipwayCore

/// Registering a booked agent before its container runs: by REST alone, without a key. The container gives it one, by its
/// claim or by `config.sh --replace`.
extension AzureAgentPool {
    public func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer {
        let pool = try await poolID().rawValue
        switch try await create(AgentRegistration(registration), pool, details: .capabilities) {
        case .created(let agent): return .registered(AgentID(rawValue: agent.id))
        // By a call of ours whose answer was lost, or by somebody else.
        case .known(let agent):
            let isOurs = agent.userCapabilities?[BoundRegistration.marker] == registration.launch.rawValue
            return isOurs ? .registered(AgentID(rawValue: agent.id)) : .nameTaken
        }
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
