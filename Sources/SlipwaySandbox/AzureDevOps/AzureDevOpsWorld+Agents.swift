import Foundation

/// Registrations and what callers do to them.
extension AzureDevOpsWorld {
    mutating func addAgent(_ body: AgentBody, poolID: Int, now: Date) throws(AzureDevOpsError) -> Registration {
        _ = try pool(poolID)
        guard let name = body.name, !name.isEmpty, name.count <= 256 else {
            throw .invalid("The agent name is not valid.")
        }
        try checkKey(of: body)
        guard agent(named: name, in: poolID) == nil else { throw .agentExists(name, pool: poolID) }
        return insert(
            name: name, version: body.version ?? "", osDescription: body.osDescription ?? "", body: body,
            poolID: poolID, now: now
        )
    }

    mutating func addPlaceholder(
        _ capabilities: [String: String], number: Int, pool: SandboxConfiguration.Pool, now: Date
    ) {
        var body = AgentBody()
        body.systemCapabilities = capabilities
        _ = insert(
            name: "\(pool.name)-placeholder-\(number)", version: "99.999.9",
            osDescription: "placeholder, never started",
            body: body, poolID: pool.id, now: now
        )
    }

    /// `config.sh --replace`: everything but the id, the name and the user capabilities is new.
    mutating func replaceAgent(
        _ id: Int, _ body: AgentBody, poolID: Int, now: Date
    ) throws(AzureDevOpsError) -> Registration {
        var agent = try agent(id, in: poolID)
        try checkKey(of: body)
        if agent.requestID != nil, !isReserved(agent) { throw .agentBusy(agent.name, pool: try pool(poolID).name) }
        endSession(of: &agent, now: now)
        agent.version = body.version ?? agent.version
        agent.osDescription = body.osDescription ?? agent.osDescription
        agent.isEnabled = body.enabled ?? agent.isEnabled
        agent.publicKey = body.authorization?.publicKey
        agentIDs[agent.clientID] = nil
        agent.clientID = generator.uuid()
        agentIDs[agent.clientID] = id
        agent.systemCapabilities = body.systemCapabilities ?? [:]
        agent.isLeaving = false
        agents[id] = agent
        return agent
    }

    mutating func updateAgent(
        _ id: Int, _ body: AgentBody, poolID: Int, now: Date
    ) throws(AzureDevOpsError) -> Registration {
        var agent = try agent(id, in: poolID)
        agent.isEnabled = body.enabled ?? agent.isEnabled
        agent.version = body.version ?? agent.version
        agent.osDescription = body.osDescription ?? agent.osDescription
        agents[id] = agent
        matchAgents(now: now)
        return agent
    }

    mutating func setUserCapabilities(
        _ id: Int, _ capabilities: [String: String], poolID: Int, now: Date
    ) throws(AzureDevOpsError) -> Registration {
        var agent = try agent(id, in: poolID)
        agent.userCapabilities = capabilities
        agents[id] = agent
        matchAgents(now: now)
        return agent
    }

    /// Refused while a job is assigned to it.
    mutating func deleteAgent(_ id: Int, poolID: Int, now: Date) throws(AzureDevOpsError) {
        var agent = try agent(id, in: poolID)
        guard agent.requestID == nil else { throw .agentBusy(agent.name, pool: try pool(poolID).name) }
        if let sessionID = agent.sessionID { revokedSessions.insert(sessionID) }
        endSession(of: &agent, now: now)
        agents[id] = nil
        agentIDs[agent.clientID] = nil
    }

    /// A registration may have no key, and then never runs; one that has a key has one of the right form.
    private func checkKey(of body: AgentBody) throws(AzureDevOpsError) {
        guard let key = body.authorization?.publicKey, key.signingKey == nil else { return }
        throw .invalid("The agent's public key is not valid.")
    }

    func agent(_ id: Int, in poolID: Int) throws(AzureDevOpsError) -> Registration {
        _ = try pool(poolID)
        guard let agent = agents[id], agent.poolID == poolID else { throw .agentNotFound(id, pool: poolID) }
        return agent
    }

    func agent(named name: String, in poolID: Int) -> Registration? {
        let wanted = name.lowercased()
        return agents.values.first { $0.poolID == poolID && $0.name.lowercased() == wanted }
    }

    private mutating func insert(
        name: String, version: String, osDescription: String, body: AgentBody, poolID: Int, now: Date
    ) -> Registration {
        let agent = Registration(
            id: nextAgentID, poolID: poolID, name: name, version: version, osDescription: osDescription,
            isEnabled: body.enabled ?? true, createdAt: now, clientID: generator.uuid(),
            publicKey: body.authorization?.publicKey, systemCapabilities: body.systemCapabilities ?? [:]
        )
        nextAgentID += 1
        agents[agent.id] = agent
        agentIDs[agent.clientID] = agent.id
        reserveOfflineAgents(now: now)
        return agents[agent.id] ?? agent
    }
}
