import Foundation

/// Records of server tasks and logs of plans, as the REST API shows them.
extension AzureDevOpsWorld {
    /// The record of a server task in its timeline.
    func recordJSON(_ instance: ServerTaskInstance) -> JSONValue {
        let record = instance.record
        let errors = record.issues.count { $0.type == "error" }
        return .members([
            "id": .string(instance.id.instanceID), "parentId": .string(instance.jobID), "type": "Task",
            "name": .string(instance.specification.definition.name), "refName": .string(instance.specification.step),
            "attempt": .integer(instance.attempt), "order": 1, "identifier": .null, "workerName": .null,
            "state": instance.isOver ? "completed" : "inProgress",
            "result": instance.result.map { .string($0.rawValue) } ?? .null,
            "startTime": .string(Timestamp.azure(instance.startedAt)),
            "finishTime": instance.finishedAt.map { .string(Timestamp.azure($0)) } ?? .null,
            "percentComplete": record.percentComplete.map(JSONValue.integer) ?? .null,
            "currentOperation": record.currentOperation.map(JSONValue.string) ?? .null,
            "errorCount": .integer(errors), "warningCount": .integer(record.issues.count - errors),
            "issues": .array(
                record.issues.map {
                    ["type": .string($0.type), "category": "General", "message": .string($0.message), "data": [:]]
                }),
            "variables": .object(
                record.variables.mapValues { variable in
                    [
                        "value": variable.isSecret ? .null : .string(variable.value),
                        "isSecret": .bool(variable.isSecret),
                    ]
                }),
            "log": record.logID.map { ["id": .integer($0)] } ?? .null, "previousAttempts": [],
        ])
    }

    func logJSON(_ log: PlanLog) -> JSONValue {
        [
            "id": .integer(log.id), "path": .string(log.path), "lineCount": .integer(log.lineCount),
            "createdOn": .string(Timestamp.azure(log.createdAt)),
            "lastChangedOn": .string(Timestamp.azure(log.changedAt)), "location": .null,
        ]
    }

    /// Those of a run, for its timeline.
    func serverTaskRecords(of run: PipelineRun) -> [JSONValue] {
        serverTasks.order.filter { $0.planID == run.planID }
            .compactMap { serverTasks.instances[$0] }
            .filter { $0.attempt == run[$0.key].attempt }
            .map(recordJSON)
    }
}
