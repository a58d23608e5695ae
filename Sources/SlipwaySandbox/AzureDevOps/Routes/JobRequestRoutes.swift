import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    private static let requests = "_apis/distributedtask/pools/{pool}/jobrequests"

    func addJobRequestRoutes(to routes: inout RouteTable) {
        routes.on(.get, Self.requests, .listJobRequests) { [world] call in
            let poolID = try call.integer("pool")
            let query = try AzureDevOpsWorld.JobRequestQuery(call)
            let page = try world.perform { world, now throws(AzureDevOpsError) in
                try world.listJobRequests(query, poolID: poolID, now: now)
            }
            return .list(page.requests, headers: page.headers)
        }
        routes.on(.get, Self.requests + "/{request}", .getJobRequest) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("request"))
            return .json(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    world.requestJSON(try world.request(id, in: poolID), matched: world.agents(in: poolID))
                }
            )
        }
        routes.on(.patch, Self.requests + "/{request}", .renewJobRequest) { [world] call in
            let (poolID, id) = (try call.integer("pool"), try call.integer("request"))
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    try world.checkHolder(of: id, poolID, calledBy: call.agentID)
                    return world.requestJSON(try world.renew(id, poolID: poolID, now: now), matched: nil)
                }
            )
        }
        routes.on(.post, "{project}/_apis/distributedtask/hubs/{hub}/plans/{plan}/events", .postPlanEvent) {
            [world] call in
            let planID = try call.string("plan").lowercased()
            let event = try call.decode(PlanBodies.Event.self)
            if event.name.hasPrefix("Task") {
                if let agentID = call.agentID { throw AzureDevOpsError.accessDenied(agentID) }
                let caller = try call.planCaller
                try world.perform { world, now throws(AzureDevOpsError) in
                    try world.taskEvent(event, from: caller, now: now)
                }
                return .noContent
            }
            guard call.serverTask == nil else { throw AzureDevOpsError.jobAccessDenied }
            guard event.name == "JobCompleted", let result = QueuedRun.Result(rawValue: event.result ?? "") else {
                return .noContent
            }
            try world.perform { world, now throws(AzureDevOpsError) in
                try world.completeJob(
                    planID: planID, jobID: event.jobId.lowercased(), result: result,
                    isLeaving: event.agentShuttingDown ?? false, calledBy: call.agentID, now: now
                )
            }
            return .noContent
        }
    }
}

extension AzureDevOpsWorld.JobRequestQuery {
    fileprivate init(_ call: APICall) throws(AzureDevOpsError) {
        var agentIDs = call.query["agentids"]?.split(separator: ",").compactMap { Int($0) }
        if let id = try call.number(inQuery: "agentid") { agentIDs = (agentIDs ?? []) + [id] }
        self.init(
            completedRequestCount: try call.number(inQuery: "completedrequestcount"),
            top: try call.number(inQuery: "$top"), continuationToken: call.query["continuationtoken"],
            planID: call.query["planid"], jobID: call.query["jobid"], agentIDs: agentIDs
        )
    }
}

extension AzureDevOpsWorld.JobRequestPage {
    fileprivate var headers: HTTPFields {
        guard let continuationToken else { return [:] }
        return [.constant("x-ms-continuationtoken"): continuationToken]
    }
}
