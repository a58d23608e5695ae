import Foundation
import NIOHTTP1

/// `config.sh` and `config.sh remove`.
struct AgentConfiguration: Sendable {
    let api: AgentAPI
    let environment: [String: String]
    let agentName: String
    let version: String

    private var pool: String { environment["AZP_POOL"] ?? "Default" }

    /// `config.sh --unattended --replace`. Throws ``ScriptFailure`` when it would end with an error.
    func register(_ key: AgentKey, as activity: ActivityID) async throws -> Registered {
        guard try await api.send(.GET, "_apis/connectionData", as: activity).isSuccess else {
            throw ScriptFailure("the server refused the token")
        }
        let poolID = try await findPool(as: activity)
        let existing = try await api.agent(named: agentName, poolID: poolID, as: activity)
        let agents = "_apis/distributedtask/pools/\(poolID)/agents"
        let answer =
            if let existing {
                try await api.send(.PUT, "\(agents)/\(existing.id)", body(key), as: activity)
            } else {
                try await api.send(.POST, agents, body(key), as: activity)
            }
        guard answer.isSuccess, let agent = answer.decode(RegisteredAgent.self) else {
            throw ScriptFailure("the agent could not be registered: HTTP \(answer.status)")
        }
        let url = agent.authorization.authorizationUrl
        return Registered(
            poolID: poolID, agentID: agent.id,
            credentials: .init(clientID: agent.authorization.clientId, authorizationURL: url, endpoint: url))
    }

    struct Registered: Sendable {
        let poolID: Int
        let agentID: Int
        let credentials: AgentSignIn.Details
    }

    private struct RegisteredAgent: Decodable, Sendable {
        struct Authorization: Decodable, Sendable {
            let clientId: String
            let authorizationUrl: String
        }

        let id: Int
        let authorization: Authorization
    }

    /// `config.sh remove`: false when the server refuses, as it does while a job runs.
    func remove(poolID: Int, as activity: ActivityID) async throws -> Bool {
        guard let agent = try await api.agent(named: agentName, poolID: poolID, as: activity) else { return true }
        let answer = try await api.send(
            .DELETE, "_apis/distributedtask/pools/\(poolID)/agents/\(agent.id)", as: activity)
        return answer.isSuccess || answer.status == 404
    }

    /// What the agent tells of itself. Environment variables become capabilities, unless they are ignored or long.
    var capabilities: [String: String] {
        let ignored = Set(
            (environment["VSO_AGENT_IGNORE"] ?? "").split(separator: ",").map { $0.lowercased() }
                + ["azp_token", "azp_token_file", "azp_clientsecret", "system_accesstoken", "vso_agent_ignore"]
        )
        var capabilities = environment.filter { name, value in
            !ignored.contains(name.lowercased()) && !name.hasPrefix("SLIPWAY_") && value.count < 1024
        }
        capabilities["Agent.Name"] = agentName
        capabilities["Agent.Version"] = version
        capabilities["Agent.OS"] = "Linux"
        capabilities["Agent.OSArchitecture"] = "X64"
        capabilities["Agent.ComputerName"] = agentName
        capabilities["Agent.HomeDirectory"] = "/azp"
        capabilities["InteractiveSession"] = "False"
        capabilities["bash"] = "/bin/bash"
        return capabilities
    }

    private func findPool(as activity: ActivityID) async throws -> Int {
        let query = pool.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? pool
        let answer = try await api.send(.GET, "_apis/distributedtask/pools?poolName=\(query)", as: activity)
        guard let pool = answer.decode(AgentAPI.List<AgentAPI.NamedID>.self)?.value.first else {
            throw ScriptFailure("there is no pool named \(pool)")
        }
        return pool.id
    }

    private func body(_ key: AgentKey) -> JSONValue {
        [
            "name": .string(agentName), "version": .string(version), "osDescription": "Linux 6.1.0 #1 SMP (sandbox)",
            "maxParallelism": 1, "provisioningState": "Provisioned",
            "authorization": [
                "publicKey": ["exponent": "AQAB", "modulus": .string(key.modulus.base64EncodedString())]
            ],
            "systemCapabilities": .object(capabilities.mapValues(JSONValue.string)),
        ]
    }
}
