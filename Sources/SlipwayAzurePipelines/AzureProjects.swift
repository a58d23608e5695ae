public import AzureDevOps
public import SlipwayCore

/// The port of the organization's projects.
public struct AzureProjects: ProjectPort {
    private let client: AzureDevOpsClient

    public init(client: AzureDevOpsClient) { self.client = client }

    public func projectID(of nameOrID: String) async throws(PortError) -> String? {
        try await nilWhenNotFound { try await client.project(nameOrID) }?.id
    }
}
