internal import AzureDevOps
internal import Foundation
public import SlipwayCore

/// Registering an agent with its container's key, as `config.sh` does it (microsoft/azure-pipelines-agent,
/// ConfigurationManager).
extension AzureAgentPool {
    public func register(_ registration: KeyedRegistration) async throws(PortError) -> KeyedRegistrationAnswer {
        let pool = try await poolID().rawValue
        switch try await create(AgentRegistration(registration), pool, details: .assignedRequest) {
        case .created(let agent): return .registered(try await credentials(agent, registration.name))
        case .known(let agent):
            // A job that was given to an agent before it came is no sign that somebody runs under the name.
            let isHeld = agent.assignedRequest != nil && !agent.hasNotCome
            return agent.isOnline || isHeld ? .inUse : .nameTaken(AgentID(rawValue: agent.id))
        }
    }

    public func replace(
        _ id: AgentID, with registration: KeyedRegistration
    ) async throws(PortError) -> AgentCredentials {
        let pool = try await poolID().rawValue
        let agent = try await mappingErrors {
            try await client.replaceAgent(
                poolID: pool, id: id.rawValue, with: AgentRegistration(registration), repeats: false)
        }
        return try await credentials(agent, registration.name)
    }

    private func credentials(_ agent: Agent, _ name: String) async throws(PortError) -> AgentCredentials {
        guard let authorization = agent.authorization, let clientID = authorization.clientID, !clientID.isEmpty,
            let url = authorization.authorizationURL, isAddress(url)
        else {
            throw PortError(
                code: .invalid,
                message:
                    "Azure DevOps registered agent \(name) but told nothing to sign in with; set registration: self "
                    + "in its profile")
        }
        return AgentCredentials(
            agent: AgentID(rawValue: agent.id), agentName: name, pool: try await poolID(), poolName: self.name,
            serverURL: serverURL(agent), clientID: clientID, authorizationURL: url)
    }

    /// The organization's, with the path that the answer names if it names one, as `config.sh` takes it.
    private func serverURL(_ agent: Agent) -> String {
        var url = client.organization.description
        if let told = agent.serverURL.flatMap(URLComponents.init), var own = URLComponents(string: url) {
            own.path = told.path
            url = own.string ?? url
        }
        return url.hasSuffix("/") ? url : url + "/"
    }

    /// Https, or http on this machine.
    private func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 2_048, let url = URLComponents(string: text), let host = url.host, !host.isEmpty else {
            return false
        }
        return url.scheme == "https" || (url.scheme == "http" && ["127.0.0.1", "localhost", "::1"].contains(host))
    }
}

extension AgentRegistration {
    fileprivate init(_ registration: KeyedRegistration) {
        self.init(
            name: registration.name, version: registration.agentVersion, osDescription: registration.osDescription,
            enabled: true,
            publicKey: PublicKey(
                exponent: Data(AgentPublicKey.exponent).base64EncodedString(),
                modulus: Data(registration.key.modulus).base64EncodedString()),
            systemCapabilities: registration.capabilities)
    }
}
