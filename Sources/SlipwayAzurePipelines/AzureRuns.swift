public import AzureDevOps
public import SlipwayCore

/// The run port on Azure Pipelines, whose runs are builds.
public struct AzureRuns: RunPort {
    private let client: AzureDevOpsClient

    public init(client: AzureDevOpsClient) { self.client = client }

    public func addTag(_ tag: String, run: Int, project: String) async throws(PortError) {
        try await mappingErrors { try await client.addBuildTag(tag, project: project, id: Int64(run)) }
    }

    public func cancel(run: Int, project: String) async throws(PortError) {
        try await mappingErrors { _ = try await client.cancelBuild(project: project, id: Int64(run)) }
    }
}
