/// The job requests of a pool. Preview: the resource was never released. Scope: Agent Pools (read).
extension AzureDevOpsClient {
    /// All job requests of a pool that are not finished, waiting and running ones.
    ///
    /// `completedRequestCount=0` rather than `$top`, whose pages hold finished ones too (KEDA, issue 4387). With each request
    /// the service names all agents that could serve it: with thousands of jobs and hundreds of agents far more than the
    /// rest. That is left out as it comes. A cut answer is an error, never an empty list.
    public func unfinishedJobRequests(poolID: Int) async throws -> [JobRequest] {
        var call = RESTCall.get(
            jobRequestPath(poolID),
            "the job requests of pool \(poolID)",
            query: [("completedRequestCount", "0")]
        ).versioned(.preview)
        call.unread = "matchedAgents"
        return try await list(JobRequest.self, call).filter { !$0.isFinished }
    }

    public func jobRequest(poolID: Int, id: Int64) async throws -> JobRequest {
        let call = RESTCall.get(jobRequestPath(poolID) + ["\(id)"], "job request \(id) of pool \(poolID)")
        return try await object(JobRequest.self, call.versioned(.preview))
    }

    /// The job requests of one job of one run's plan; more than one if it was taken back and queued again.
    public func jobRequests(poolID: Int, planID: String, jobID: String) async throws -> [JobRequest] {
        let call = RESTCall.get(
            jobRequestPath(poolID),
            "the job requests of one job in pool \(poolID)",
            query: [("planId", planID), ("jobId", jobID)]
        )
        return try await list(JobRequest.self, call.versioned(.preview))
    }

    private func jobRequestPath(_ poolID: Int) -> [String] {
        ["_apis", "distributedtask", "pools", "\(poolID)", "jobrequests"]
    }
}
