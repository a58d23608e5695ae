public import AzureDevOps
public import SlipwayCore

/// The port of parallel jobs on Azure Pipelines.
public struct AzureParallelJobs: ParallelJobsPort {
    private let client: AzureDevOpsClient

    public init(client: AzureDevOpsClient) { self.client = client }

    public func use() async throws(PortError) -> ParallelJobsUse {
        let usage = try await mappingErrors {
            try await client.resourceUsage(parallelismTag: "Private", isHosted: false)
        }
        // A service that doesn't know the filter would tell of other jobs.
        let isOurs = usage.isHosted != true && usage.parallelismTag?.lowercased() != "public"
        guard isOurs, let used = usage.usedCount else { return ParallelJobsUse(limit: nil, used: 0) }
        return ParallelJobsUse(limit: usage.limit, used: used)
    }
}
