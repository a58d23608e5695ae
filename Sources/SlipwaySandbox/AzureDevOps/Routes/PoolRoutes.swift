import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    /// Connection data, projects, pools, queues and agent packages.
    func addPoolRoutes(to routes: inout RouteTable) {
        routes.on(.get, "_apis/connectionData", .connectionData) { [configuration, world] _ in
            .json(configuration.connectionData(baseURL: world.read(\.baseURL)))
        }
        routes.on(.get, "_apis/projects", .listProjects) { [configuration, world] _ in
            let baseURL = world.read(\.baseURL)
            return .list(configuration.projects.map { $0.json(baseURL: baseURL) })
        }
        routes.on(.get, "_apis/projects/{project}", .getProject) { [world] call in
            let name = try call.string("project")
            return .json(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    try world.project(name).json(baseURL: world.baseURL)
                }
            )
        }
        routes.on(.get, "_apis/distributedtask/pools", .listPools) { [world] call in
            let name = call.query["poolname"]?.lowercased()
            let ids = call.query["poolids"]?.split(separator: ",").compactMap { Int($0) }
            return .list(
                world.read { world in
                    world.configuration.pools
                        .filter { (name == nil || $0.name.lowercased() == name) && ids?.contains($0.id) ?? true }
                        .map(world.poolJSON)
                }
            )
        }
        routes.on(.get, "_apis/distributedtask/pools/{pool}", .getPool) { [world] call in
            let id = try call.integer("pool")
            return .json(try world.perform { world, _ throws(AzureDevOpsError) in world.poolJSON(try world.pool(id)) })
        }
        routes.on(.get, "{project}/_apis/distributedtask/queues", .listQueues) { [world] call in
            let project = try call.string("project")
            let name = call.query["queuename"]?.lowercased()
            return .list(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    let project = try world.project(project)
                    return world.configuration.pools
                        .filter { name == nil || $0.name.lowercased() == name }
                        .filter { project.pools?.contains($0.id) ?? true }
                        .map { world.queueJSON($0, project: project) }
                }
            )
        }
        routes.on(.get, "{project}/_apis/distributedtask/queues/{queue}", .getQueue) { [world] call in
            let project = try call.string("project")
            let id = try call.integer("queue")
            return .json(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    let project = try world.project(project)
                    guard let pool = world.configuration.pools.first(where: { AzureDevOpsWorld.queueID(of: $0) == id })
                    else {
                        throw AzureDevOpsError(404, "TaskAgentQueueNotFoundException", "Queue \(id) was not found.")
                    }
                    return world.queueJSON(pool, project: project)
                }
            )
        }
        routes.on(.get, "_apis/distributedtask/resourceusage", .getResourceUsage) { [world] call in
            let isPublic = call.query["parallelismtag"]?.lowercased() == "public"
            let isHosted = call.flag(inQuery: "poolishosted")
            return .json(world.read { $0.resourceUsageJSON(isPublic: isPublic, isHosted: isHosted) })
        }
        routes.on(.get, "_apis/distributedtask/packages/agent", .listAgentPackages) { [configuration] call in
            let platform = call.query["platform"] ?? "linux-x64"
            let version = configuration.agentVersion
            let file = "vsts-agent-\(platform)-\(version).tar.gz"
            return .list([
                [
                    "type": "agent", "platform": .string(platform),
                    "filename": .string(file), "version": Self.members(of: version),
                    "downloadUrl": "https://download.agent.dev.azure.com/agent/\(version)/\(file)",
                ]
            ])
        }
    }

    /// A version as packages have it: by its parts.
    private static func members(of version: String) -> JSONValue {
        let numbers = version.split(separator: ".").map { Int($0) ?? 0 } + [0, 0, 0]
        return ["major": .integer(numbers[0]), "minor": .integer(numbers[1]), "patch": .integer(numbers[2])]
    }
}

extension SandboxConfiguration.Project {
    fileprivate func json(baseURL: String) -> JSONValue {
        [
            "id": .string(id), "name": .string(name), "url": "\(baseURL)/_apis/projects/\(id)", "state": "wellFormed",
            "revision": 1, "visibility": .string(isPublic ? "public" : "private"),
        ]
    }
}

extension SandboxConfiguration.AzureDevOps {
    fileprivate func connectionData(baseURL: String) -> JSONValue {
        let user: JSONValue = [
            "id": "00ca946b-2fe9-4f2a-ae2f-40d5c48001bc", "providerDisplayName": "Slipway Sandbox", "isActive": true,
            "descriptor": "Microsoft.IdentityModel.Claims.ClaimsIdentity;sandbox", "properties": [:],
        ]
        return [
            "authenticatedUser": user, "authorizedUser": user, "instanceId": .string(organizationID),
            "deploymentId": "a9cc6e0b-6a0d-4f5e-9b0a-7d3a2b9c1e11", "deploymentType": "hosted",
            "locationServiceData": [
                "serviceOwner": "00025394-6065-48ca-87d9-7f5672854ef7",
                "defaultAccessMappingMoniker": "PublicAccessMapping", "lastChangeId": 1, "clientCacheFresh": false,
                "clientCacheTimeToLive": 3600,
                "accessMappings": [
                    [
                        "displayName": "Public Access Mapping", "moniker": "PublicAccessMapping",
                        "accessPoint": .string(baseURL),
                    ]
                ],
            ],
        ]
    }
}
