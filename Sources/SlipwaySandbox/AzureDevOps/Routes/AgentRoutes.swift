import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    private static let agents = "_apis/distributedtask/pools/{pool}/agents"
    private static let agent = "_apis/distributedtask/pools/{pool}/agents/{agent}"

    func addAgentRoutes(to routes: inout RouteTable) {
        routes.on(.get, Self.agents, .listAgents) { [world] call in
            let poolID = try call.integer("pool")
            let filter = AgentFilter(call)
            return .list(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    _ = try world.pool(poolID)
                    return world.agents(in: poolID).filter(filter.passes).map { world.agentJSON($0, filter.detail) }
                }
            )
        }
        routes.on(.get, Self.agent, .getAgent) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("agent"))
            let detail = AgentFilter(call).detail
            return .json(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    world.agentJSON(try world.agent(id, in: poolID), detail)
                }
            )
        }
        routes.on(.delete, Self.agent, .deleteAgent) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("agent"))
            try world.perform { world, now throws(AzureDevOpsError) in
                try world.deleteAgent(id, poolID: poolID, now: now)
            }
            return Response(status: .ok)
        }
        addAgentChangingRoutes(to: &routes)
    }

    private func addAgentChangingRoutes(to routes: inout RouteTable) {
        let registered = AzureDevOpsWorld.AgentDetail(capabilities: true, authorization: true)
        let updated = AzureDevOpsWorld.AgentDetail(capabilities: true)
        routes.on(.post, Self.agents, .addAgent) { [world] call in
            let poolID = try call.integer("pool")
            let body = try call.decode(AgentBody.self)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    world.agentJSON(try world.addAgent(body, poolID: poolID, now: now), registered)
                }
            )
        }
        routes.on(.put, Self.agent, .replaceAgent) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("agent"))
            let body = try call.decode(AgentBody.self)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    world.agentJSON(try world.replaceAgent(id, body, poolID: poolID, now: now), registered)
                }
            )
        }
        routes.on(.patch, Self.agent, .updateAgent) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("agent"))
            let body = try call.decode(AgentBody.self)
            if let named = body.id, named != id { throw AzureDevOpsError.invalid("The ids in path and body differ.") }
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    world.agentJSON(try world.updateAgent(id, body, poolID: poolID, now: now), updated)
                }
            )
        }
        routes.on(.put, Self.agent + "/usercapabilities", .updateAgent) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("agent"))
            let capabilities = try call.decode([String: String].self)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    let agent = try world.setUserCapabilities(id, capabilities, poolID: poolID, now: now)
                    return world.agentJSON(agent, updated)
                }
            )
        }
    }
}

/// The query of an agent listing.
private struct AgentFilter: Sendable {
    let name: String?
    let demands: [Demand]
    let detail: AzureDevOpsWorld.AgentDetail

    init(_ call: APICall) {
        name = call.query["agentname"]?.lowercased()
        demands = (call.query["demands"] ?? "").split(separator: ",").map { Demand(String($0)) }
        detail = AzureDevOpsWorld.AgentDetail(
            capabilities: call.flag(inQuery: "includecapabilities"),
            assignedRequest: call.flag(inQuery: "includeassignedrequest"),
            lastCompletedRequest: call.flag(inQuery: "includelastcompletedrequest")
        )
    }

    func passes(_ agent: Registration) -> Bool {
        (name == nil || agent.name.lowercased() == name) && agent.satisfies(demands)
    }
}
