public import AzureDevOps
public import SlipwayCore

/// The run port on Azure Pipelines, whose runs are builds.
public struct AzureRuns: RunPort {
    private let client: AzureDevOpsClient

    public init(client: AzureDevOpsClient) { self.client = client }

    public func addTag(_ tag: String, run: Int, project: String) async throws(PortError) {
        try await mapped { try await client.addBuildTag(tag, project: project, id: Int64(run)) }
    }

    public func cancel(run: Int, project: String) async throws(PortError) {
        try await mapped { _ = try await client.cancelBuild(project: project, id: Int64(run)) }
    }

    private func mapped(_ call: () async throws -> Void) async throws(PortError) {
        do {
            try await call()
        } catch let error as AzureDevOpsError {
            throw PortError(error)
        } catch {
            throw PortError(code: .unavailable, message: "the call to Azure DevOps was interrupted")
        }
    }
}
