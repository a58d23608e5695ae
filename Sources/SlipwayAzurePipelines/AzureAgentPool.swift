public import AzureDevOps
public import SlipwayCore
internal import Synchronization

/// The agent-pool port on Azure Pipelines: one pool, known by its name.
public final class AzureAgentPool: AgentPoolPort {
    let client: AzureDevOpsClient
    let name: String
    private let knownID = Mutex<PoolID?>(nil)

    public init(client: AzureDevOpsClient, name: String) {
        self.client = client
        self.name = name
    }

    public func poolID() async throws(PortError) -> PoolID {
        if let id = knownID.withLock({ $0 }) { return id }
        guard let pool = try await mappingErrors({ try await client.pool(named: name) }) else {
            throw PortError(
                code: .invalid,
                message: "the organization has no pool named \(name), or the token may not see it; "
                    + "create it under Organization settings, Agent pools, and give the token Agent Pools (read & manage)"
            )
        }
        let id = PoolID(rawValue: pool.id)
        knownID.withLock { $0 = id }
        return id
    }

    public func unfinishedJobRequests() async throws(PortError) -> [SlipwayCore.JobRequest] {
        let pool = try await poolID().rawValue
        return try await mappingErrors { try await client.unfinishedJobRequests(poolID: pool) }.map(
            SlipwayCore.JobRequest.init)
    }

    public func jobRequest(_ id: JobRequestID) async throws(PortError) -> SlipwayCore.JobRequest? {
        let pool = try await poolID().rawValue
        return try await nilWhenNotFound { try await client.jobRequest(poolID: pool, id: id.rawValue) }
            .map(SlipwayCore.JobRequest.init)
    }

    public func agents(namedWithPrefix prefix: String) async throws(PortError) -> [PoolAgent] {
        let pool = try await poolID().rawValue
        let agents = try await mappingErrors {
            try await client.agents(poolID: pool, details: [.assignedRequest, .lastCompletedRequest])
        }
        return agents.filter { $0.name.hasPrefix(prefix) }.map(PoolAgent.init)
    }

    public func disable(agentNamed name: String, id: AgentID?) async throws(PortError) {
        let pool = try await poolID().rawValue
        if let id, try await setDisabled(id.rawValue, pool) { return }
        // It may have registered anew under another id.
        guard let agent = try await registration(name, pool), agent.id != id?.rawValue else { return }
        _ = try await setDisabled(agent.id, pool)
    }

    /// Answers whether there is such an agent.
    private func setDisabled(_ id: Int, _ pool: Int) async throws(PortError) -> Bool {
        try await nilWhenNotFound { _ = try await client.setAgentEnabled(false, poolID: pool, id: id) } != nil
    }

    public func quiesce(agentNamed name: String) async throws(PortError) -> QuiesceAnswer {
        let pool = try await poolID().rawValue
        for _ in 0..<Self.maximumRegistrations {
            guard let agent = try await registration(name, pool) else { return .quiesced }
            if let answer = try await quiesce(agent, pool) { return answer }
        }
        throw PortError(
            code: .unavailable, message: "the agent \(name) was registered anew each time that it was looked at")
    }

    /// An agent may register itself anew under its name while it is looked at; after so many times it is looked at later.
    private static let maximumRegistrations = 3

    /// Nil when that registration is gone: only its name tells whether it has a successor under another id.
    private func quiesce(_ agent: Agent, _ pool: Int) async throws(PortError) -> QuiesceAnswer? {
        if let request = agent.assignedRequest, !agent.hasNotCome { return .busy(JobRequestID(rawValue: request.id)) }
        guard try await setDisabled(agent.id, pool) else { return nil }
        // The order matters: only what is read after the agent was disabled can't be overtaken by a new assignment.
        let now = try await nilWhenNotFound {
            try await client.agent(poolID: pool, id: agent.id, details: .assignedRequest)
        }
        guard let now else { return nil }
        if now.hasNotCome {
            // Whether a disabled agent gets what it was given before, should it come now, nobody has tried. Without its
            // registration it can't come.
            _ = try await nilWhenNotFound { try await client.deleteAgent(poolID: pool, id: agent.id) }
            return nil
        }
        return now.assignedRequest.map { .busy(JobRequestID(rawValue: $0.id)) } ?? .quiesced
    }

    public func deregister(agentNamed name: String) async throws(PortError) {
        let pool = try await poolID().rawValue
        guard let agent = try await registration(name, pool) else { return }
        try await delete(agent, pool)
        guard try await registration(name, pool) == nil else { throw Self.isStillThere(name) }
    }

    public func deregister(agentNamed name: String, madeFor launch: LaunchID) async throws(PortError) {
        let pool = try await poolID().rawValue
        guard let agent = try await registration(name, pool, details: .capabilities),
            agent.isMade(for: launch)
        else { return }
        // By the id that was looked at: the name may be another's by now, and stay so.
        try await delete(agent, pool)
        guard try await registration(name, pool)?.id != agent.id else { throw Self.isStillThere(name) }
    }

    private func delete(_ agent: Agent, _ pool: Int) async throws(PortError) {
        _ = try await mappingErrors { try await client.deleteAgent(poolID: pool, id: agent.id) }
    }

    private static func isStillThere(_ name: String) -> PortError {
        PortError(code: .unavailable, message: "the registration \(name) is still there after it was deleted")
    }

    func registration(
        _ name: String, _ pool: Int, details: AgentDetails = .assignedRequest
    ) async throws(PortError) -> Agent? {
        try await mappingErrors { try await client.agents(poolID: pool, name: name, details: details) }
            .first { $0.name.lowercased() == name.lowercased() }
    }

    enum Creation {
        case created(Agent)
        /// The agent that had the name already.
        case known(Agent)
    }

    func create(
        _ registration: AgentRegistration, _ pool: Int, details: AgentDetails
    ) async throws(PortError) -> Creation {
        let created: Agent? = try await mappingErrors {
            do {
                return try await client.createAgent(poolID: pool, registration)
            } catch let error as AzureDevOpsError where error.code == .conflict {
                return nil
            }
        }
        if let created { return .created(created) }
        guard let known = try await self.registration(registration.name, pool, details: details) else {
            throw PortError(
                code: .unavailable, message: "the name \(registration.name) is taken, and no agent of the pool has it")
        }
        return .known(known)
    }
}

extension Agent {
    /// Its job was given to its registration, and nobody is there who has received it.
    var hasNotCome: Bool {
        guard let assignedRequest else { return false }
        return !isOnline && assignedRequest.receiveTime == nil
    }
}
