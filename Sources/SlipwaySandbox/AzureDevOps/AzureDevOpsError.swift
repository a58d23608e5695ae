/// An error in the form of the Azure DevOps REST API.
struct AzureDevOpsError: Error, Sendable, Equatable {
    let status: Int
    let typeKey: String
    let message: String

    init(_ status: Int, _ typeKey: String, _ message: String) {
        self.status = status
        self.typeKey = typeKey
        self.message = message
    }

    var body: JSONValue {
        let namespace = "Microsoft.TeamFoundation.DistributedTask.WebApi"
        return [
            "$id": "1", "innerException": .null, "message": .string(message),
            "typeName": "\(namespace).\(typeKey), \(namespace)", "typeKey": .string(typeKey), "errorCode": 0,
            "eventId": 3000,
        ]
    }

    static let unauthorized = Self(
        401, "UnauthorizedRequestException", "TF400813: The user '' is not authorized to access this resource."
    )

    static func accessDenied(_ agentID: Int) -> Self {
        Self(403, "AccessDeniedException", "Access denied: agent \(agentID) may listen, and nothing else.")
    }

    static let jobAccessDenied = Self(
        403, "AccessDeniedException", "Access denied: a job's token is good for its own plan, and nothing else.")

    static func poolNotFound(_ id: Int) -> Self {
        Self(404, "TaskAgentPoolNotFoundException", "No agent pool found with identifier \(id).")
    }

    static func agentNotFound(_ id: Int, pool: Int) -> Self {
        Self(404, "TaskAgentNotFoundException", "No agent found in pool \(pool) with identifier \(id).")
    }

    static func agentExists(_ name: String, pool: Int) -> Self {
        Self(409, "TaskAgentExistsException", "Pool \(pool) already contains an agent with name \(name).")
    }

    /// The status of this refusal is not published; clients must bear any of the 4xx.
    static func agentBusy(_ name: String, pool: String) -> Self {
        Self(409, "TaskAgentJobStillRunningException", "Agent \(name) is running a job for pool \(pool)")
    }

    static func jobRequestNotFound(_ id: Int) -> Self {
        Self(404, "TaskAgentJobNotFoundException", "No job request found with identifier \(id).")
    }

    static let sessionExpired = Self(
        404, "TaskAgentSessionExpiredException", "The session does not exist or has expired."
    )

    static let agentTokenRevoked = Self(
        401, "TaskAgentAccessTokenExpiredException", "The agent's registration has been deleted from the server."
    )

    static func buildNotFound(_ id: Int) -> Self {
        Self(404, "BuildNotFoundException", "TF209010: The requested build \(id) could not be found.")
    }

    static func projectNotFound(_ name: String) -> Self {
        Self(
            404, "ProjectDoesNotExistWithNameException", "TF200016: The following project does not exist: \(name)."
        )
    }

    static func subscriptionNotFound(_ id: String) -> Self {
        Self(404, "SubscriptionNotFoundException", "Subscription \(id) does not exist.")
    }

    static func invalid(_ message: String) -> Self { Self(400, "ArgumentException", message) }
}
