/// Parallel jobs. Preview: the resource was never released, and is not in the published REST specification. Scope: Agent
/// Pools (read).
extension AzureDevOpsClient {
    /// How many jobs the organization may run at once, and how many it runs.
    ///
    /// - Parameters:
    ///   - parallelismTag: `Private` or `Public`, as job requests carry it: jobs of private or of public projects.
    ///   - isHosted: jobs on Microsoft's own agents rather than on self-hosted ones.
    public func resourceUsage(parallelismTag: String, isHosted: Bool) async throws -> ResourceUsage {
        let call = RESTCall.get(
            ["_apis", "distributedtask", "resourceusage"],
            "the parallel jobs of the organization",
            query: [
                ("parallelismTag", parallelismTag), ("poolIsHosted", "\(isHosted)"),
                ("includeRunningRequests", "false"),
            ]
        )
        return try await object(ResourceUsage.self, call.versioned(.preview))
    }
}
