import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    private static let plan = "{project}/_apis/distributedtask/hubs/{hub}/plans/{plan}"

    /// What the endpoint of a server task calls back.
    func addPlanRoutes(to routes: inout RouteTable) {
        routes.on(.get, Self.plan + "/timelines/{timeline}", .getPlanTimeline) { [world] call in
            let (caller, timeline) = (try call.planCaller, try call.string("timeline"))
            return .json(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    let run = try world.run(for: caller)
                    try world.checkTimeline(timeline, of: run)
                    return world.timelineJSON(run)
                }
            )
        }
        routes.on(.patch, Self.plan + "/timelines/{timeline}/records", .updateTimelineRecords) { [world] call in
            let (caller, timeline) = (try call.planCaller, try call.string("timeline"))
            let body = try call.decode(PlanBodies.Records.self)
            return .list(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    try world.updateRecords(body, timeline: timeline, from: caller).map { world.recordJSON($0) }
                }
            )
        }
        routes.on(.post, Self.plan + "/timelines/{timeline}/records/{record}/feed", .appendFeed) { [world] call in
            let (caller, timeline) = (try call.planCaller, try call.string("timeline"))
            let record = try call.string("record")
            let body = try call.decode(PlanBodies.Feed.self)
            try world.perform { world, now throws(AzureDevOpsError) in
                try world.appendFeed(body, timeline: timeline, record: record, from: caller, now: now)
            }
            return .noContent
        }
        addLogRoutes(to: &routes)
    }

    private func addLogRoutes(to routes: inout RouteTable) {
        routes.on(.post, Self.plan + "/logs", .createLog) { [world] call in
            let caller = try call.planCaller
            let body = try call.decode(PlanBodies.Log.self)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    world.logJSON(try world.createLog(body, from: caller, now: now))
                }
            )
        }
        routes.on(.post, Self.plan + "/logs/{log}", .appendLog) { [world] call in
            let (caller, number) = (try call.planCaller, try call.integer("log"))
            let text = String(buffer: call.body)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    world.logJSON(try world.appendLog(text, to: number, from: caller, now: now))
                }
            )
        }
    }
}

extension APICall {
    var planCaller: AzureDevOpsWorld.PlanCaller {
        get throws(AzureDevOpsError) {
            .init(
                project: try string("project"), hub: try string("hub"), plan: try string("plan"),
                serverTask: serverTask)
        }
    }
}
