import NIOHTTP1

/// What the client calls Azure DevOps for, as a few fixed names: without ids, so that calls can be counted by them.
public enum AzureDevOpsOperation {
    /// All names there are.
    public static var names: [String] { templates.map(\.name) + [otherName] }

    /// Of a call that has no name here.
    public static let otherName = "other"

    /// Below `_apis`; `*` stands for one part, whatever it is.
    private static let table: [(method: HTTPMethod, path: String, name: String)] = [
        (.GET, "distributedtask/pools", "listPools"),
        (.GET, "distributedtask/pools/*", "getPool"),
        (.GET, "distributedtask/pools/*/agents", "listAgents"),
        (.POST, "distributedtask/pools/*/agents", "addAgent"),
        (.GET, "distributedtask/pools/*/agents/*", "getAgent"),
        (.PUT, "distributedtask/pools/*/agents/*", "replaceAgent"),
        (.PATCH, "distributedtask/pools/*/agents/*", "updateAgent"),
        (.DELETE, "distributedtask/pools/*/agents/*", "deleteAgent"),
        (.PUT, "distributedtask/pools/*/agents/*/usercapabilities", "setAgentCapabilities"),
        (.GET, "distributedtask/pools/*/jobrequests", "listJobRequests"),
        (.GET, "distributedtask/pools/*/jobrequests/*", "getJobRequest"),
        (.GET, "distributedtask/queues", "listQueues"),
        (.GET, "distributedtask/resourceusage", "getResourceUsage"),
        (.GET, "distributedtask/packages/agent", "listAgentPackages"),
        (.GET, "build/builds", "listBuilds"),
        (.GET, "build/builds/*", "getBuild"),
        (.PATCH, "build/builds/*", "updateBuild"),
        (.PUT, "build/builds/*/tags/*", "addBuildTag"),
        (.GET, "build/builds/*/timeline", "getBuildTimeline"),
        (.PATCH, "build/builds/*/stages/*", "updateStage"),
        (.POST, "distributedtask/hubs/*/plans/*/events", "postPlanEvent"),
        (.GET, "distributedtask/hubs/*/plans/*/timelines/*", "getPlanTimeline"),
        (.PATCH, "distributedtask/hubs/*/plans/*/timelines/*/records", "updatePlanTimeline"),
        (.POST, "distributedtask/hubs/*/plans/*/timelines/*/records/*/feed", "feedPlanRecord"),
        (.POST, "distributedtask/hubs/*/plans/*/logs", "createPlanLog"),
        (.POST, "distributedtask/hubs/*/plans/*/logs/*", "appendPlanLog"),
        (.GET, "hooks/subscriptions", "listHookSubscriptions"),
        (.POST, "hooks/subscriptions", "createHookSubscription"),
        (.GET, "hooks/subscriptions/*", "getHookSubscription"),
        (.PUT, "hooks/subscriptions/*", "replaceHookSubscription"),
        (.DELETE, "hooks/subscriptions/*", "deleteHookSubscription"),
        (.GET, "hooks/subscriptions/*/notifications", "listHookNotifications"),
        (.POST, "hooks/testnotifications", "testHook"),
        (.GET, "projects", "listProjects"),
        (.GET, "projects/*", "getProject"),
        (.GET, "connectionData", "getConnectionData"),
    ]

    private static let templates = table.map { row in
        (method: row.method, path: row.path.split(separator: "/").map(String.init), name: row.name)
    }

    /// - Parameter path: as in `RESTCall`: `_apis` first, or after a project.
    static func name(_ method: HTTPMethod, _ path: [String]) -> String {
        let below = path.first == "_apis" ? path.dropFirst() : path.dropFirst(2)
        return templates.first { template in
            template.method == method && template.path.count == below.count
                && zip(template.path, below).allSatisfy { $0 == "*" || $0 == $1 }
        }?.name ?? otherName
    }
}
