internal import SlipwayAzurePipelines
internal import SlipwayCore

/// Which projects a command is about.
struct HookProjects: Sendable {
    var services: HookServices
    var output: Output

    /// Five calls each, at 0.07 of the 200 units that Azure DevOps grants an identity in five minutes.
    static let maximum = 200

    /// Each named one; throws if one isn't there, before anything is done.
    func named(_ names: [String]) async throws -> [HookProject] {
        try checkCount(names.count)
        var projects: [HookProject] = []
        for name in names {
            guard let project = try await services.project(name) else { throw await unknown(name) }
            if !projects.contains(project) { projects.append(project) }
        }
        return projects
    }

    /// Those whose pipelines can use a configured pool.
    func all() async throws -> [HookProject] {
        let projects = try await services.projects()
        try checkCount(projects.count)
        var using: [HookProject] = []
        for (index, project) in projects.enumerated() {
            output.progress("looking for projects that use the pools: \(index + 1) of \(projects.count)")
            if try await services.usesPools(project) { using.append(project) }
        }
        output.clearProgress()
        guard !using.isEmpty else {
            throw CommandFailure(
                .notSo,
                "no project can use a configured pool: add the pool to a project, under Project settings, Agent pools")
        }
        return using
    }

    /// Those that have a subscription to the receiver already. Without any, the only project there is.
    func watched(_ surveyed: [SurveyedSubscription]) async throws -> [HookProject] {
        let ours = surveyed.filter { $0.elsewhere == nil }
        let ids = Set(ours.compactMap { $0.subscription.subject.projectID?.lowercased() }).sorted()
        try checkCount(ids.count)
        guard ids.isEmpty else {
            // One that the sign-in can't see, or that is deleted, keeps its id for a name.
            let names = await names()
            return ids.map { HookProject(id: $0, name: names[$0] ?? $0) }
        }
        let projects = try await services.projects()
        guard let only = projects.first, projects.count == 1 else {
            throw CommandFailure(
                .usage,
                "no project has a subscription to \(services.receiverURL) yet: give --project, or --all-projects for those that "
                    + "can use a configured pool\(Self.list(projects))")
        }
        return [only]
    }

    /// Names by identifier, as far as they can be had.
    func names() async -> [String: String] {
        let projects = (try? await services.projects()) ?? []
        return Dictionary(projects.map { ($0.id, $0.name) }) { first, _ in first }
    }

    private func checkCount(_ count: Int) throws {
        guard count <= Self.maximum else {
            throw CommandFailure(
                .usage,
                "\(count) projects are more than the \(Self.maximum) that are taken at once: name some with --project")
        }
    }

    private func unknown(_ name: String) async -> CommandFailure {
        let known = (try? await services.projects()) ?? []
        let near = NearestName.of(name, among: known.prefix(1_000).map { String($0.name.prefix(64)) }).map {
            "; write \(harmless($0))"
        }
        return CommandFailure(
            .notSo,
            "there is no project “\(harmless(name))”, or this sign-in may not see it\(near ?? Self.list(known))")
    }

    private static func list(_ projects: [HookProject]) -> String {
        guard !projects.isEmpty else { return "; the sign-in sees no project" }
        let names = projects.prefix(20).map { harmless(String($0.name.prefix(64))) }
        let more = projects.count > names.count ? " and \(projects.count - names.count) more" : ""
        return "; there are \(names.joined(separator: ", "))\(more)"
    }
}
