import NIOHTTP1

/// Runs. `project` is a name or an identifier. Scope: Build (read) for reading, Build (read & execute) for the rest.
extension AzureDevOpsClient {
    public func build(project: String, id: Int64) async throws -> Build {
        try await object(Build.self, .get(buildPath(project, id), "build \(id)"))
    }

    /// The newest runs of a project.
    public func newestBuilds(project: String, maximum: Int) async throws -> [Build] {
        let call = RESTCall.get(
            [project, "_apis", "build", "builds"], "the runs of project \(project.operatorText)",
            query: [("$top", "\(maximum)"), ("queryOrder", "queueTimeDescending")])
        return try await list(Build.self, call)
    }

    /// Asks for a run to be cancelled. Its jobs end some time later.
    public func cancelBuild(project: String, id: Int64) async throws -> Build {
        try await object(
            Build.self,
            .send(
                .PATCH,
                buildPath(project, id),
                "build \(id) to be cancelled",
                body: ["status": "cancelling"],
                isIdempotent: true
            )
        )
    }

    /// Adds a tag, which people see at the run. Adding it twice is the same as once.
    public func addBuildTag(_ tag: String, project: String, id: Int64) async throws {
        let path = buildPath(project, id) + ["tags", tag]
        try await perform(RESTCall(method: .PUT, path: path, isIdempotent: true, subject: "a tag at build \(id)"))
    }

    /// Nil while the run has none.
    public func buildTimeline(project: String, id: Int64) async throws -> BuildTimeline? {
        try await optionalObject(
            BuildTimeline.self,
            .get(buildPath(project, id) + ["timeline"], "the timeline of build \(id)")
        )
    }

    /// Cancels a stage or runs it again. A retry is not repeated by itself: it would run the stage twice.
    ///
    /// - Parameter stage: the stage's reference name, as in the YAML.
    public func updateStage(_ stage: String, project: String, buildID: Int64, _ update: StageUpdate) async throws {
        struct Body: Encodable, Sendable {
            var state: String
            var forceRetryAllJobs: Bool?
        }
        let body: Body
        switch update {
        case .cancel: body = Body(state: "cancel")
        case .retry(let allJobs): body = Body(state: "retry", forceRetryAllJobs: allJobs)
        }
        try await perform(
            .send(
                .PATCH,
                buildPath(project, buildID) + ["stages", stage],
                "stage \(stage.operatorText) of build \(buildID) to be changed",
                body: body,
                isIdempotent: update == .cancel
            )
        )
    }

    private func buildPath(_ project: String, _ id: Int64) -> [String] {
        [project, "_apis", "build", "builds", "\(id)"]
    }
}
