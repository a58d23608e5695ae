extension AzureDevOpsClient {
    /// All projects that the token's owner may see.
    public func projects() async throws -> [Project] {
        try await list(Project.self, .get(["_apis", "projects"], "the projects"))
    }

    /// One project, by name or identifier.
    public func project(_ nameOrID: String) async throws -> Project {
        try await object(
            Project.self,
            .get(["_apis", "projects", nameOrID], "project \(nameOrID.operatorText)")
        )
    }

    /// Who the service takes us for. It may answer a token that it doesn't know with an anonymous identity.
    public func connectionData() async throws -> ConnectionData {
        let call = RESTCall.get(["_apis", "connectionData"], "our own identity", query: [("connectOptions", "none")])
        return try await object(ConnectionData.self, call.versioned(.preview))
    }
}
