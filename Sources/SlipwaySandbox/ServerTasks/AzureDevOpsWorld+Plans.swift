import Foundation

/// What the endpoint of a server task says about it, over its job's plan.
extension AzureDevOpsWorld {
    static let maximumLogsOfPlan = 100
    static let maximumLogBytes = 8 * 1024 * 1024

    /// Who calls about which plan.
    struct PlanCaller: Sendable {
        let project: String
        let hub: String
        let plan: String
        /// The server task whose job's token was carried; nil for the organization's own.
        let serverTask: ServerTaskID?
    }

    /// The run of a plan that is not over, for a caller who may speak about it.
    func run(for caller: PlanCaller) throws(AzureDevOpsError) -> PipelineRun {
        let plan = caller.plan.lowercased()
        guard let id = serverTasks.plans[plan], let run = runs[id], caller.hub.lowercased() == "build",
            try project(caller.project).id == run.project.id, run.state != .completed
        else { throw .planNotFound(caller.plan) }
        guard let serverTask = caller.serverTask else {
            guard configuration.plansAcceptOrganizationToken else { throw .unauthorized }
            return run
        }
        guard serverTask.planID == plan, let instance = serverTasks.instances[serverTask], !instance.isOver,
            !instance.tokenHasExpired
        else { throw .unauthorized }
        return run
    }

    mutating func taskEvent(
        _ event: PlanBodies.Event, from caller: PlanCaller, now: Date
    ) throws(AzureDevOpsError) {
        let run = try run(for: caller)
        let id = ServerTaskID(planID: run.planID, instanceID: (event.taskId ?? "").lowercased())
        guard let instance = serverTasks.instances[id], !instance.isOver, instance.jobID == event.jobId.lowercased()
        else { throw .serverTaskNotFound(event.taskId ?? "") }
        switch event.name {
        case "TaskAssigned", "TaskStarted":
            guard instance.events.count < 100 else { throw .invalid("There are too many events.") }
            serverTasks.instances[id]?.events.append(event.name)
        case "TaskCompleted":
            guard let result = QueuedRun.Result(rawValue: event.result ?? "") else {
                throw .invalid("The result '\(event.result ?? "")' is not valid.")
            }
            serverTasks.instances[id]?.events.append(event.name)
            finishServerTask(id, result: result, issue: nil, now: now)
        default:
            throw .invalid("The event '\(event.name)' is not valid.")
        }
    }

    /// - Parameter record: the job's, or the server task's own.
    mutating func appendFeed(
        _ feed: PlanBodies.Feed, timeline: String, record: String, from caller: PlanCaller, now: Date
    ) throws(AzureDevOpsError) {
        let run = try run(for: caller)
        try feed.check()
        try checkTimeline(timeline, of: run)
        let id = try serverTask(ofRecord: record, in: run)
        let lines = feed.value.map { serverTasks.masked($0, of: id) }
        serverTasks.instances[id]?.show(lines, record: record.lowercased(), at: now)
    }

    mutating func createLog(
        _ body: PlanBodies.Log, from caller: PlanCaller, now: Date
    ) throws(AzureDevOpsError) -> PlanLog {
        let run = try run(for: caller)
        guard !body.path.isEmpty, body.path.utf8.count <= PlanBodies.maximumTextCharacters else {
            throw .invalid("The path of a log is not valid.")
        }
        let logs = serverTasks.logs[run.planID] ?? []
        guard logs.count < Self.maximumLogsOfPlan else { throw .invalid("The plan has too many logs.") }
        let log = PlanLog(id: logs.count + 1, path: body.path, createdAt: now, changedAt: now)
        serverTasks.logs[run.planID, default: []].append(log)
        return log
    }

    mutating func appendLog(
        _ text: String, to number: Int, from caller: PlanCaller, now: Date
    ) throws(AzureDevOpsError) -> PlanLog {
        let run = try run(for: caller)
        guard var log = serverTasks.logs[run.planID]?.first(where: { $0.id == number }) else {
            throw .logNotFound(number)
        }
        guard log.text.utf8.count + text.utf8.count <= Self.maximumLogBytes else {
            throw .invalid("A log has at most \(Self.maximumLogBytes) bytes.")
        }
        log.text += text
        log.changedAt = now
        serverTasks.logs[run.planID]?[number - 1] = log
        return log
    }

    /// Merges what is given into the records of server tasks.
    mutating func updateRecords(
        _ records: PlanBodies.Records, timeline: String, from caller: PlanCaller
    ) throws(AzureDevOpsError) -> [ServerTaskInstance] {
        let run = try run(for: caller)
        try records.check()
        try checkTimeline(timeline, of: run)
        var ids: [ServerTaskID] = []
        for record in records.value {
            let id = ServerTaskID(planID: run.planID, instanceID: record.id.lowercased())
            guard let instance = serverTasks.instances[id] else { throw .recordNotFound(record.id) }
            if let log = record.log, serverTasks.logs[run.planID]?.contains(where: { $0.id == log.id }) != true {
                throw .logNotFound(log.id)
            }
            let issues = instance.record.issues.count + (record.issues?.count ?? 0)
            guard issues <= PlanBodies.maximumIssues else { throw .invalid("The record has too many issues.") }
            ids.append(id)
        }
        for (id, record) in zip(ids, records.value) { serverTasks.instances[id]?.record.merge(record) }
        return ids.compactMap { serverTasks.instances[$0] }
    }

    func checkTimeline(_ timeline: String, of run: PipelineRun) throws(AzureDevOpsError) {
        guard timeline.lowercased() == run.planID else { throw .timelineNotFound(timeline) }
    }

    private func serverTask(ofRecord record: String, in run: PipelineRun) throws(AzureDevOpsError) -> ServerTaskID {
        let record = record.lowercased()
        let own = ServerTaskID(planID: run.planID, instanceID: record)
        if serverTasks.instances[own] != nil { return own }
        let found = serverTasks.order.last { $0.planID == run.planID && serverTasks.instances[$0]?.jobID == record }
        guard let found else { throw .recordNotFound(record) }
        return found
    }
}

extension TaskRecord {
    fileprivate mutating func merge(_ record: PlanBodies.Record) {
        percentComplete = record.percentComplete ?? percentComplete
        currentOperation = record.currentOperation ?? currentOperation
        issues += (record.issues ?? []).map { .init(type: $0.type.lowercased(), message: $0.message) }
        for (name, variable) in record.variables ?? [:] {
            variables[name] = .init(value: variable.value, isSecret: variable.isSecret ?? false)
        }
        logID = record.log?.id ?? logID
    }
}

extension AzureDevOpsError {
    static func planNotFound(_ plan: String) -> Self {
        Self(
            404, "TaskOrchestrationPlanNotFoundException",
            "No plan found for identifier \(plan), or it is over.")
    }

    static func serverTaskNotFound(_ id: String) -> Self {
        Self(404, "TaskOrchestrationJobNotFoundException", "No open step \(id) was found in the plan.")
    }

    static func timelineNotFound(_ id: String) -> Self {
        Self(404, "TimelineNotFoundException", "No timeline \(id) was found in the plan.")
    }

    static func recordNotFound(_ id: String) -> Self {
        Self(404, "TimelineRecordNotFoundException", "No record \(id) was found in the timeline.")
    }

    static func logNotFound(_ id: Int) -> Self {
        Self(404, "TaskLogNotFoundException", "No log \(id) was found in the plan.")
    }
}
