import Foundation

/// Agents and sessions as the REST API shows them.
extension AzureDevOpsWorld {
    /// Which parts a caller asked for.
    struct AgentDetail: Sendable {
        var capabilities = false
        var assignedRequest = false
        var lastCompletedRequest = false
        /// Only the answer to creating and replacing carries it.
        var authorization = false
    }

    func agentJSON(_ agent: Registration, _ detail: AgentDetail) -> JSONValue {
        guard case .object(var members) = agentReference(agent) else { return .null }
        members["maxParallelism"] = 1
        members["createdOn"] = .string(Timestamp.azure(agent.createdAt))
        members["statusChangedOn"] = agent.statusChangedAt.map { .string(Timestamp.azure($0)) }
        if detail.capabilities {
            members["systemCapabilities"] = .object(agent.systemCapabilities.mapValues(JSONValue.string))
            members["userCapabilities"] = .object(agent.userCapabilities.mapValues(JSONValue.string))
        }
        if detail.assignedRequest, let request = agent.requestID.flatMap({ requests[$0] }) {
            members["assignedRequest"] = requestJSON(request, matched: nil)
        }
        if detail.lastCompletedRequest, let request = agent.lastRequestID.flatMap({ requests[$0] }) {
            members["lastCompletedRequest"] = requestJSON(request, matched: nil)
        }
        if detail.authorization { members["authorization"] = authorization(of: agent) }
        return .object(members)
    }

    /// The short form that stands in job requests.
    func agentReference(_ agent: Registration) -> JSONValue {
        let url = "\(baseURL)/_apis/distributedtask/pools/\(agent.poolID)/agents/\(agent.id)"
        let web = "\(baseURL)/_settings/agentpools?view=jobs&poolId=\(agent.poolID)&agentId=\(agent.id)"
        return [
            "_links": ["self": ["href": .string(url)], "web": ["href": .string(web)]], "id": .integer(agent.id),
            "name": .string(agent.name), "version": .string(agent.version),
            "osDescription": .string(agent.osDescription),
            "enabled": .bool(agent.isEnabled), "status": agent.isOnline ? "online" : "offline",
            "provisioningState": "Provisioned", "accessPoint": "CodexAccessMapping",
        ]
    }

    func sessionJSON(_ session: AgentSession) -> JSONValue {
        let agent = agents[session.agentID]
        // Without an encryption key the messages of the session travel in the clear.
        return [
            "sessionId": .string(session.id), "ownerName": .string(session.ownerName),
            "agent": agent.map(agentReference) ?? .null,
        ]
    }

    func poolJSON(_ pool: SandboxConfiguration.Pool) -> JSONValue {
        [
            "createdOn": .string(Timestamp.azure(startedAt)), "autoProvision": false, "autoUpdate": false,
            "autoSize": true,
            "targetSize": .null, "agentCloudId": .null, "id": .integer(pool.id),
            "scope": .string(configuration.organizationID), "name": .string(pool.name), "isHosted": false,
            "poolType": "automation", "size": .integer(agents.values.lazy.filter { $0.poolID == pool.id }.count),
            "isLegacy": false, "options": "none",
        ]
    }

    /// A project's view of a pool. Queue ids differ from pool ids, as they do in the service.
    func queueJSON(_ pool: SandboxConfiguration.Pool, project: SandboxConfiguration.Project) -> JSONValue {
        [
            "id": .integer(Self.queueID(of: pool)), "projectId": .string(project.id), "name": .string(pool.name),
            "pool": [
                "id": .integer(pool.id), "scope": .string(configuration.organizationID), "name": .string(pool.name),
                "isHosted": false, "poolType": "automation",
                "size": .integer(agents.values.lazy.filter { $0.poolID == pool.id }.count), "isLegacy": false,
            ],
        ]
    }

    static func queueID(of pool: SandboxConfiguration.Pool) -> Int { pool.id + 1000 }

    private func authorization(of agent: Registration) -> JSONValue {
        .members([
            "authorizationUrl": .string(authorizationURL), "clientId": .string(agent.clientID),
            "publicKey": agent.publicKey.map {
                .members(["exponent": $0.exponent.map(JSONValue.string), "modulus": $0.modulus.map(JSONValue.string)])
            },
        ])
    }
}
