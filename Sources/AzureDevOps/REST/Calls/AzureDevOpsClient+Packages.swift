extension AzureDevOpsClient {
    /// The version of the newest agent that the organization offers for a platform such as `linux-x64`; nil if it offers none.
    public func newestAgentVersion(platform: String) async throws -> String? {
        let call = RESTCall.get(
            ["_apis", "distributedtask", "packages", "agent"], "the agent's newest version",
            query: [("platform", platform), ("$top", "1")])
        return try await list(AgentPackage.self, call).first?.version
    }
}
