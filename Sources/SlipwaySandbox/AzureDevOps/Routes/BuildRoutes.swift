import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    private static let build = "{project}/_apis/build/builds/{build}"

    func addBuildRoutes(to routes: inout RouteTable) {
        routes.on(.get, "{project}/_apis/build/builds", .listBuilds) { [world] call in
            let project = try call.string("project")
            let top = try call.number(inQuery: "$top") ?? 1_000
            return .list(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    let id = try world.project(project).id
                    let runs = world.runs.values.filter { $0.project.id == id }.sorted { $0.id > $1.id }
                    return runs.prefix(max(0, top)).map { world.buildJSON($0) }
                }
            )
        }
        routes.on(.get, Self.build, .getBuild) { [world] call in
            let (project, id) = (try call.string("project"), try call.integer("build"))
            return .json(
                try world.perform { world, _ throws(AzureDevOpsError) in
                    world.buildJSON(try world.build(id, project: project))
                }
            )
        }
        routes.on(.patch, Self.build, .updateBuild) { [world] call in
            let (project, id) = (try call.string("project"), try call.integer("build"))
            let body = try call.decode(BuildBody.self)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    _ = try world.build(id, project: project)
                    if body.status?.lowercased() == "cancelling" { try world.cancelRun(id, now: now) }
                    return world.buildJSON(try world.build(id, project: project))
                }
            )
        }
        routes.on(.patch, Self.build + "/stages/{stage}", .updateStage) { [world] call in
            let (project, id, stage) = (try call.string("project"), try call.integer("build"), try call.string("stage"))
            let body = try call.decode(StageBody.self)
            try world.perform { world, now throws(AzureDevOpsError) in
                _ = try world.build(id, project: project)
                switch body.state.lowercased() {
                case "cancel": try world.cancelStage(named: stage, run: id, now: now)
                case "retry":
                    try world.retryStage(named: stage, run: id, allJobs: body.forceRetryAllJobs ?? false, now: now)
                default: throw .invalid("The state '\(body.state)' is not valid.")
                }
            }
            return .noContent
        }
        for path in ["/timeline", "/timeline/{timeline}"] {
            routes.on(.get, Self.build + path, .getTimeline) { [world] call in
                let (project, id) = (try call.string("project"), try call.integer("build"))
                return .json(
                    try world.perform { world, _ throws(AzureDevOpsError) in
                        world.timelineJSON(try world.build(id, project: project))
                    }
                )
            }
        }
        addTagRoutes(to: &routes)
    }

    private func addTagRoutes(to routes: inout RouteTable) {
        for method in [HTTPRequest.Method.get, .put, .delete] {
            let path = Self.build + "/tags" + (method == .get ? "" : "/{tag}")
            routes.on(method, path, .buildTags) { [world] call in
                let (project, id) = (try call.string("project"), try call.integer("build"))
                let tag = call.parameters["tag"]
                let tags = try world.perform { world, _ throws(AzureDevOpsError) in
                    var run = try world.build(id, project: project)
                    if let tag {
                        run.tags.removeAll { $0 == tag }
                        if method == .put { run.tags.append(tag) }
                        world.runs[id] = run
                    }
                    return run.tags
                }
                return .list(tags.map(JSONValue.string))
            }
        }
    }
}

private struct BuildBody: Decodable, Sendable {
    var status: String?
}

private struct StageBody: Decodable, Sendable {
    var state: String
    var forceRetryAllJobs: Bool?
}
