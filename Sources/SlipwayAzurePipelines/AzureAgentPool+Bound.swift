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
            return agent.isMade(for: registration.launch) ? .registered(AgentID(rawValue: agent.id)) : .nameTaken
        }
    }
}

extension AgentRegistration {
    /// The marker is among both kinds of capabilities. What an agent reports by itself, once it has come, replaces the system's;
    /// and that the service takes a user's with a new registration nobody has tried.
    fileprivate init(_ registration: BoundRegistration) {
        let marker = [BoundRegistration.marker: registration.launch.rawValue]
        self.init(
            name: registration.name, version: Placeholder.version, osDescription: "Slipway's, to be started",
            enabled: true, systemCapabilities: registration.capabilities.merging(marker) { $1 },
            userCapabilities: marker)
    }
}

extension Agent {
    /// Whether it was registered for a launch before its container ran.
    func isMade(for launch: LaunchID) -> Bool {
        [systemCapabilities, userCapabilities].contains { $0?[BoundRegistration.marker] == launch.rawValue }
    }
}
