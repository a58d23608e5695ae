import Foundation

/// A run as the build API shows it.
extension AzureDevOpsWorld {
    func build(_ id: Int, project reference: String) throws(AzureDevOpsError) -> PipelineRun {
        let project = try project(reference)
        guard let run = runs[id], run.project.id == project.id else { throw .buildNotFound(id) }
        return run
    }

    func buildJSON(_ run: PipelineRun) -> JSONValue {
        let json = RunJSON(run: run, baseURL: baseURL)
        let url = "\(baseURL)/\(run.project.id)/_apis/build/Builds/\(run.id)"
        let project: JSONValue = [
            "id": .string(run.project.id), "name": .string(run.project.name), "state": "wellFormed", "revision": 1,
            "url": .string("\(baseURL)/_apis/projects/\(run.project.id)"), "visibility": "private",
        ]
        let startedAt = run.stages.flatMap(\.jobs).compactMap(\.startedAt).min()
        return .members([
            "_links": [
                "self": ["href": .string(url)],
                "web": ["href": "\(baseURL)/\(run.project.id)/_build/results?buildId=\(run.id)"],
                "timeline": ["href": "\(url)/Timeline"],
            ],
            "properties": [:], "tags": .array(run.tags.map(JSONValue.string)), "validationResults": [],
            "plans": [["planId": .string(run.planID)]], "triggerInfo": [:], "id": .integer(run.id),
            "buildNumber": .string(run.name), "status": .string(status(of: run)),
            "result": run.result.map { .string($0.rawValue) }, "queueTime": .string(Timestamp.azure(run.createdAt)),
            "startTime": startedAt.map { .string(Timestamp.azure($0)) },
            "finishTime": run.finishedAt.map { .string(Timestamp.azure($0)) }, "url": .string(url),
            "definition": [
                "drafts": [], "id": .integer(run.pipeline.id), "name": .string(run.pipeline.name),
                "uri": "vstfs:///Build/Definition/\(run.pipeline.id)", "path": "\\", "type": "build",
                "queueStatus": "enabled", "revision": 1, "project": project,
            ],
            "buildNumberRevision": 1, "project": project, "uri": "vstfs:///Build/Build/\(run.id)",
            "sourceBranch": "refs/heads/main", "sourceVersion": .string(RunJSON.commit),
            "queue": [
                "id": 9, "name": "Azure Pipelines", "pool": ["id": 9, "name": "Azure Pipelines", "isHosted": true],
            ],
            "priority": "normal", "reason": "manual", "requestedFor": json.identity, "requestedBy": json.identity,
            "lastChangedDate": .string(Timestamp.azure(run.finishedAt ?? run.createdAt)),
            "orchestrationPlan": ["planId": .string(run.planID)],
            "logs": ["id": 0, "type": "Container", "url": "\(url)/logs"],
            "repository": [
                "id": .string(RunJSON.repositoryID), "type": "TfsGit", "name": .string(run.project.name),
                "clean": .null,
                "checkoutSubmodules": false,
            ],
            "retainedByRelease": false, "triggeredByBuild": .null,
        ])
    }

    private func status(of run: PipelineRun) -> String {
        switch run.state {
        case .inProgress: "inProgress"
        case .canceling: "cancelling"
        case .completed: "completed"
        }
    }

    /// Stage, phase and job records, and those of server tasks, as a timeline lists them.
    func timelineJSON(_ run: PipelineRun) -> JSONValue {
        var records: [JSONValue] = []
        for (order, stage) in run.stages.enumerated() {
            records.append(stageRecord(stage, order: order + 1))
            for (jobOrder, job) in stage.jobs.enumerated() {
                let phaseID = InstanceName.id("\(stage.name).\(job.specification.name)")
                records.append(record(job, id: phaseID, parent: stage.id, type: "Phase", order: jobOrder + 1))
                records.append(record(job, id: job.id, parent: phaseID, type: "Job", order: 1))
            }
        }
        records += serverTaskRecords(of: run)
        return [
            "records": .array(records), "lastChangedBy": "00000002-0000-8888-8000-000000000000",
            "lastChangedOn": .string(Timestamp.azure(run.finishedAt ?? run.createdAt)), "id": .string(run.planID),
            "changeId": .integer(run.changeID),
            "url": "\(baseURL)/\(run.project.id)/_apis/build/builds/\(run.id)/Timeline/\(run.planID)",
        ]
    }

    private func stageRecord(_ stage: PipelineStage, order: Int) -> JSONValue {
        .members([
            "id": .string(stage.id), "parentId": .null, "type": "Stage", "name": .string(stage.displayName),
            "identifier": .string(stage.name), "attempt": .integer(stage.attempt), "order": .integer(order),
            "state": .string(Self.recordState(stage.state == .completed, isRunning: stage.state == .running)),
            "result": stage.result.map { .string($0.rawValue) } ?? .null, "previousAttempts": [],
            "startTime": stage.startedAt.map { .string(Timestamp.azure($0)) } ?? .null,
            "finishTime": stage.finishedAt.map { .string(Timestamp.azure($0)) } ?? .null,
        ])
    }

    private func record(_ job: PipelineJob, id: String, parent: String, type: String, order: Int) -> JSONValue {
        let pool = pool(of: job)
        let isJob = type == "Job"
        return .members([
            "id": .string(id), "parentId": .string(parent), "type": .string(type),
            "name": .string(job.specification.displayName),
            "identifier": .string(
                isJob
                    ? InstanceName.job(job.specification.name, stage: job.stageName, attempt: 1)
                    : job.specification.name),
            "attempt": .integer(job.attempt), "order": .integer(order),
            "state": .string(Self.recordState(job.state == .completed, isRunning: job.state == .running)),
            "result": job.result.map { .string($0.rawValue) } ?? .null,
            "startTime": job.startedAt.map { .string(Timestamp.azure($0)) } ?? .null,
            "finishTime": job.finishedAt.map { .string(Timestamp.azure($0)) } ?? .null,
            "workerName": isJob ? job.workerName.map(JSONValue.string) ?? .null : .null,
            "queueId": isJob && job.specification.serverTask == nil ? .integer(Self.queueID(of: pool)) : nil,
            "issues": job.issue.map { [["type": "error", "category": "General", "message": .string($0)]] },
            "previousAttempts": .array(
                job.previousAttemptIDs.enumerated().map {
                    ["attempt": .integer($0.offset + 1), "timelineId": .null, "recordId": .string($0.element)]
                }
            ),
        ])
    }

    private static func recordState(_ isCompleted: Bool, isRunning: Bool) -> String {
        isCompleted ? "completed" : isRunning ? "inProgress" : "pending"
    }
}
