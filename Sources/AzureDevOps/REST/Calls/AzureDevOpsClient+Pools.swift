extension AzureDevOpsClient {
    /// The pool of exactly this name, which is unique in the organization without regard to letter case; nil if there is
    /// none, or none that the token's owner may see. Scope: Agent Pools (read).
    public func pool(named name: String) async throws -> AgentPool? {
        let call = RESTCall.get(
            ["_apis", "distributedtask", "pools"],
            "the pool \(name.operatorText)",
            query: [("poolName", name)]
        )
        // Don't trust the filter: another pool's agents must never be touched.
        return try await list(AgentPool.self, call).first { $0.name.lowercased() == name.lowercased() }
    }

    /// All pools that the token's owner may see, Microsoft's own among them. Scope: Agent Pools (read).
    public func pools() async throws -> [AgentPool] {
        try await list(AgentPool.self, .get(["_apis", "distributedtask", "pools"], "the pools"))
    }

    public func pool(id: Int) async throws -> AgentPool {
        try await object(AgentPool.self, .get(["_apis", "distributedtask", "pools", "\(id)"], "pool \(id)"))
    }

    /// A project's queues for one pool. Empty: no pipeline of the project can use the pool.
    ///
    /// - Parameter project: name or identifier.
    public func queues(project: String, poolID: Int) async throws -> [AgentQueue] {
        let call = RESTCall.get(
            [project, "_apis", "distributedtask", "queues"],
            "the queues of project \(project.operatorText)",
            query: [("poolIds", "\(poolID)")]
        )
        return try await list(AgentQueue.self, call).filter { $0.poolID == poolID }
    }
}
