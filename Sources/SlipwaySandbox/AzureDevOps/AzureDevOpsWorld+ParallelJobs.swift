/// The organization's parallel jobs: those of private projects count against a limit, over all pools.
extension AzureDevOpsWorld {
    func isPublic(_ request: JobRequest) -> Bool { runs[request.job.runID]?.project.isPublic ?? false }

    /// Further jobs of private projects that may be given an agent now.
    var parallelRoom: Int {
        guard let limit = configuration.parallelJobs else { return .max }
        return limit - unfinished.compactMap { requests[$0] }.count { $0.agentID != nil && !isPublic($0) }
    }

    /// Only self-hosted jobs are simulated.
    func resourceUsageJSON(isPublic: Bool, isHosted: Bool) -> JSONValue {
        let running = unfinished.compactMap { requests[$0] }.count {
            $0.assignedAt != nil && self.isPublic($0) == isPublic
        }
        let limit = isPublic || isHosted ? nil : configuration.parallelJobs
        return [
            "resourceLimit": [
                "resourceLimitsData": ["FreeCount": "1"], "hostId": .string(configuration.organizationID),
                "parallelismTag": .string(isPublic ? "Public" : "Private"), "isHosted": .bool(isHosted),
                "totalCount": .integer(limit ?? 2_147_483_647), "isPremium": true,
            ],
            "usedCount": .integer(isHosted ? 0 : running), "usedMinutes": .null, "runningRequests": [],
        ]
    }
}
