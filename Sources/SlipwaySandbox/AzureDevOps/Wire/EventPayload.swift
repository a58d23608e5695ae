import Foundation

/// Builds the bodies of events in the shape of real captures.
struct EventPayload: Sendable {
    let organization: String
    let baseURL: String
    let id: String
    let createdAt: Date

    func jobChanged(
        _ job: PipelineJob, in stage: PipelineStage, of run: PipelineRun, runningState: String
    ) -> PublishedEvent {
        let json = RunJSON(run: run, baseURL: baseURL)
        let state = job.state == .running ? runningState : job.state.rawValue
        let name = job.specification.displayName
        let stagePart = stage.name == InstanceName.noStage ? "" : "stage \(stage.name) "
        return event(
            "ms.vss-pipelines.job-state-changed-event", of: run, state: state,
            filters: [
                "pipelineId": [String(run.pipeline.id)], "stageNameId": [stage.name, stage.displayName],
                "jobNameId": [job.specification.name, name], "jobStateId": [job.state.rawValue],
                "jobResultId": job.result.map { [$0.rawValue] } ?? [],
            ],
            message: message("Run \(run.name) \(stagePart)job", link: name, run, ending(job.result, state)),
            resource: [
                "projectId": .string(run.project.id), "job": json.job(job, state: state), "stage": json.stage(stage),
                "run": json.run, "pipeline": json.pipeline, "repositories": json.repositories,
            ]
        )
    }

    func stageChanged(_ stage: PipelineStage, of run: PipelineRun) -> PublishedEvent {
        let json = RunJSON(run: run, baseURL: baseURL)
        return event(
            "ms.vss-pipelines.stage-state-changed-event", of: run, state: stage.state.rawValue,
            filters: [
                "pipelineId": [String(run.pipeline.id)], "stageNameId": [stage.name, stage.displayName],
                "stageStateId": [stage.state.rawValue], "stageResultId": stage.result.map { [$0.rawValue] } ?? [],
            ],
            message: message(
                "Run \(run.name) stage", link: stage.name, run, ending(stage.result, stage.state.rawValue)),
            resource: [
                "stage": json.stage(stage), "run": json.run, "pipeline": json.pipeline, "runId": .integer(run.id),
                "stageName": .string(stage.name), "runUrl": .string(json.runURL), "projectId": .string(run.project.id),
                "repositories": json.repositories,
            ]
        )
    }

    func runChanged(_ run: PipelineRun) -> PublishedEvent {
        let json = RunJSON(run: run, baseURL: baseURL)
        return event(
            "ms.vss-pipelines.run-state-changed-event", of: run, state: run.state.rawValue,
            filters: [
                "pipelineId": [String(run.pipeline.id)], "runStateId": [run.state.rawValue],
                "runResultId": run.result.map { [$0.rawValue] } ?? [],
            ],
            message: message(
                "Run", link: run.name, run, ending(run.result, run.state == .inProgress ? "in progress" : "canceling")),
            resource: [
                "projectId": .string(run.project.id), "run": json.run, "pipeline": json.pipeline,
                "stages": .array(run.stages.map(json.stage)), "requestedBy": json.identity,
                "requestedFor": json.identity,
                // The run's default queue: not where its jobs run.
                "queue": [
                    "id": 9, "name": "Azure Pipelines", "pool": ["id": 9, "name": "Azure Pipelines", "isHosted": true],
                ],
                "runId": .integer(run.id), "runUrl": .string(json.runURL), "repositories": [],
            ]
        )
    }

    func buildCompleted(_ build: JSONValue, of run: PipelineRun, pool: SandboxConfiguration.Pool) -> PublishedEvent {
        let status = run.result == .canceled ? "stopped" : run.result?.rawValue ?? ""
        return event(
            "build.complete", publisher: "tfs", version: "2.0", of: run, state: "completed",
            filters: ["definitionName": [run.pipeline.name], "buildStatus": [status]],
            message: message("Build", link: run.name, run, ending(run.result, "")),
            resource: build
        )
    }

    // MARK: Parts

    private func event(
        _ type: String, publisher: String = "pipelines", version: String = "5.1-preview.1", of run: PipelineRun,
        state: String, filters: [String: [String]], message: PublishedEvent.Message, resource: JSONValue
    ) -> PublishedEvent {
        PublishedEvent(
            id: id, eventType: type, publisherID: publisher, resourceVersion: version, project: run.project,
            filters: filters.mapValues { Set($0.map { $0.lowercased() }) }, message: message, resource: resource,
            createdAt: createdAt, state: state
        )
    }

    private func message(_ start: String, link: String, _ run: PipelineRun, _ end: String) -> PublishedEvent.Message {
        let url = "\(baseURL)/\(run.project.id)/_build/results?buildId=\(run.id)"
        return PublishedEvent.Message(
            text: "\(start) \(link) \(end).", html: "\(start) <a href=\"\(url)\">\(link)</a> \(end).",
            markdown: "\(start) [\(link)](\(url)) \(end)."
        )
    }

    private func ending(_ result: QueuedRun.Result?, _ state: String) -> String {
        result?.rawValue ?? state
    }
}
