import Foundation

/// From a change of state to the event that is published about it.
extension AzureDevOpsWorld {
    mutating func announceRun(_ id: Int, now: Date) {
        if let run = runs[id] { announce(.run(run), now: now) }
    }

    mutating func announceBuild(_ id: Int, now: Date) {
        if let run = runs[id] { announce(.build(run), now: now) }
    }

    mutating func announceStage(_ index: Int, of id: Int, now: Date) {
        if let stage = runs[id]?.stages[index] { announce(.stage(stage, runID: id), now: now) }
    }

    mutating func announceJob(_ key: JobKey, now: Date) {
        if let job = runs[key.runID]?[key] { announce(.job(job, key: key), now: now) }
    }

    private mutating func announce(_ change: StateChange, now: Date) {
        agenda.add(.publish(change), at: scale.date(generator.duration(in: timing.hookLag), after: now))
    }

    mutating func publish(_ change: StateChange, now: Date) {
        let id = generator.uuid()
        let payload = EventPayload(organization: configuration.organization, baseURL: baseURL, id: id, createdAt: now)
        switch change {
        case .run(let run):
            emit(.publish(payload.runChanged(run)))
        case .stage(let stage, let runID):
            guard let run = runs[runID] else { return }
            emit(.publish(payload.stageChanged(stage, of: run)))
        case .job(let job, let key):
            guard let run = runs[key.runID] else { return }
            emit(.publish(payload.jobChanged(job, in: run.stages[key.stage], of: run, runningState: runningJobState)))
        case .build(let run):
            let pool = pool(of: run.stages[0].jobs[0])
            emit(.publish(payload.buildCompleted(buildJSON(run), of: run, pool: pool)))
        }
    }
}
