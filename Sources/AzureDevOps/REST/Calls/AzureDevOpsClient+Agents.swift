import NIOHTTP1

extension AzureDevOpsClient {
    /// The agents of a pool, by name if given. Scope: Agent Pools (read).
    ///
    /// - Parameters:
    ///   - capability: only those that have it, as far as the service filters.
    ///   - details: what is to be there beside the agents; what isn't asked for is nil.
    public func agents(
        poolID: Int, name: String? = nil, capability: String? = nil, details: AgentDetails = []
    ) async throws -> [Agent] {
        let filter = [("agentName", name), ("demands", capability)].compactMap { key, value in value.map { (key, $0) } }
        let call = RESTCall.get(agentPath(poolID), "the agents of pool \(poolID)", query: filter + details.query)
        let agents = try await list(Agent.self, call)
        guard let name else { return agents }
        return agents.filter { $0.name.lowercased() == name.lowercased() }
    }

    public func agent(poolID: Int, id: Int, details: AgentDetails = []) async throws -> Agent {
        try await object(
            Agent.self,
            .get(agentPath(poolID, id), "agent \(id) of pool \(poolID)", query: details.query)
        )
    }

    /// Registers an agent. An error of code `conflict` means that the name is taken in this pool. Not repeated by itself: if
    /// the outcome is unknown, look for the name. Scope: Agent Pools (read & manage), as the other changes here.
    public func createAgent(poolID: Int, _ registration: AgentRegistration) async throws -> Agent {
        try await object(
            Agent.self,
            .send(
                .POST,
                agentPath(poolID),
                "the registration of agent \(registration.name.operatorText)",
                body: AgentRegistrationBody(registration),
                isIdempotent: false
            )
        )
    }

    /// Replaces a registration. All capabilities of the system are replaced too.
    ///
    /// - Parameter repeats: false where a repetition that arrives late would do harm.
    public func replaceAgent(
        poolID: Int, id: Int, with registration: AgentRegistration, repeats: Bool = true
    ) async throws -> Agent {
        try await object(
            Agent.self,
            .send(
                .PUT,
                agentPath(poolID, id),
                "the replacement of agent \(id)",
                body: AgentRegistrationBody(registration, id: id),
                isIdempotent: repeats
            )
        )
    }

    /// A disabled agent finishes its job and gets no other.
    public func setAgentEnabled(_ enabled: Bool, poolID: Int, id: Int) async throws -> Agent {
        struct Body: Encodable, Sendable {
            var id: Int
            var enabled: Bool
        }
        return try await object(
            Agent.self,
            .send(
                .PATCH,
                agentPath(poolID, id),
                "agent \(id) to be \(enabled ? "enabled" : "disabled")",
                body: Body(id: id, enabled: enabled),
                isIdempotent: true
            )
        )
    }

    /// Replaces the capabilities that users gave to an agent.
    public func replaceUserCapabilities(_ capabilities: [String: String], poolID: Int, id: Int) async throws -> Agent {
        try await object(
            Agent.self,
            .send(
                .PUT,
                agentPath(poolID, id) + ["usercapabilities"],
                "the capabilities of agent \(id)",
                body: capabilities,
                isIdempotent: true
            ).versioned(.preview)
        )
    }

    /// Deregisters an agent. A pool that is not there counts as gone too.
    ///
    /// - Throws: an error of code `agentBusy` if the service refuses because the agent runs a job.
    public func deleteAgent(poolID: Int, id: Int) async throws -> AgentDeletion {
        do {
            try await perform(.delete(agentPath(poolID, id), "the deletion of agent \(id)"))
            return .deleted
        } catch let error as AzureDevOpsError {
            switch error.code {
            case .notFound: return .alreadyGone
            // The one thing that a deletion can conflict with. Unknown is busy.
            case .conflict:
                throw AzureDevOpsError(
                    .agentBusy,
                    error.message,
                    httpStatus: error.httpStatus,
                    typeKey: error.typeKey,
                    cause: error
                )
            default: throw error
            }
        }
    }

    private func agentPath(_ poolID: Int, _ id: Int? = nil) -> [String] {
        ["_apis", "distributedtask", "pools", "\(poolID)", "agents"] + (id.map { ["\($0)"] } ?? [])
    }
}

extension AgentDetails {
    fileprivate var query: [(name: String, value: String)] {
        [
            (AgentDetails.capabilities, "includeCapabilities"),
            (AgentDetails.assignedRequest, "includeAssignedRequest"),
            (AgentDetails.lastCompletedRequest, "includeLastCompletedRequest"),
        ].compactMap { contains($0.0) ? (name: $0.1, value: "true") : nil }
    }
}
