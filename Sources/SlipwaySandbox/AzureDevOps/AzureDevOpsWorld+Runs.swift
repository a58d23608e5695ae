import Foundation

/// Runs, stages and jobs, and the events their changes cause.
extension AzureDevOpsWorld {
    /// Queues a run and starts its first stage. Throws for an unknown project or pool.
    mutating func queue(_ queued: QueuedRun, now: Date) throws(AzureDevOpsError) -> Int {
        let project =
            try queued.project.map { name throws(AzureDevOpsError) in try self.project(name) }
            ?? configuration.projects[0]
        guard !queued.stages.isEmpty, queued.stages.allSatisfy({ !$0.jobs.isEmpty }) else {
            throw .invalid("A run has at least one stage, and each stage at least one job.")
        }
        for stage in queued.stages { try check(stage) }
        let id = nextRunID
        nextRunID += 1
        runs[id] = PipelineRun(
            id: id, name: "\(Timestamp.compactDay(now)).\(id - 5151)", planID: generator.uuid(),
            pipeline: queued.pipeline,
            project: project, createdAt: now,
            stages: queued.stages.map { stage in
                PipelineStage(
                    name: stage.name, displayName: stage.displayName, gate: stage.gate,
                    jobs: stage.jobs.map { PipelineJob(specification: $0, stageName: stage.name) }
                )
            }
        )
        announceRun(id, now: now)
        startStage(0, of: id, now: now)
        return id
    }

    /// `PATCH builds/{id}` with `cancelling`: waiting jobs are canceled at once, running ones through their agents.
    mutating func cancelRun(_ id: Int, now: Date) throws(AzureDevOpsError) {
        guard let run = runs[id] else { throw .buildNotFound(id) }
        guard run.state == .inProgress else { return }
        runs[id]?.state = .canceling
        announceRun(id, now: now)
        for stage in run.stages.indices { cancelJobs(ofStage: stage, run: id, now: now) }
        concludeRunIfDone(id, now: now)
    }

    mutating func cancelStage(named name: String, run id: Int, now: Date) throws(AzureDevOpsError) {
        cancelJobs(ofStage: try stage(named: name, run: id), run: id, now: now)
    }

    /// Runs the failed jobs of a finished stage again, or all of them, as the next attempt.
    mutating func retryStage(named name: String, run id: Int, allJobs: Bool, now: Date) throws(AzureDevOpsError) {
        let index = try stage(named: name, run: id)
        guard var run = runs[id], run.stages[index].state == .completed else {
            throw .invalid("Stage \(name) has not finished, so it can't be retried.")
        }
        run.stages[index].attempt += 1
        run.stages[index].result = nil
        run.state = .inProgress
        run.result = nil
        run.finishedAt = nil
        for job in run.stages[index].jobs.indices where allJobs || run.stages[index].jobs[job].result != .succeeded {
            run.stages[index].jobs[job].renew(attempt: run.stages[index].attempt)
        }
        for later in run.stages.indices where later > index {
            run.stages[later].state = .notStarted
            run.stages[later].result = nil
            for job in run.stages[later].jobs.indices { run.stages[later].jobs[job].renew(attempt: 1) }
        }
        runs[id] = run
        announceRun(id, now: now)
        startStage(index, of: id, now: now)
    }

    // MARK: Progress

    private mutating func startStage(_ index: Int, of id: Int, now: Date) {
        if let gate = runs[id]?.stages[index].gate { return beginGate(gate, stage: index, of: id, now: now) }
        openStage(index, of: id, now: now)
    }

    mutating func openStage(_ index: Int, of id: Int, now: Date) {
        runs[id]?.stages[index].state = .running
        runs[id]?.stages[index].startedAt = now
        announceStage(index, of: id, now: now)
        startJobs(ofStage: index, run: id, now: now)
    }

    /// Its gate did not pass: none of its jobs begins.
    mutating func failStage(_ index: Int, of id: Int, now: Date) {
        skipJobs(ofStage: index, of: id, now: now)
        runs[id]?.stages[index].state = .completed
        runs[id]?.stages[index].finishedAt = now
        runs[id]?.stages[index].result = .failed
        announceStage(index, of: id, now: now)
        skipStages(after: index, of: id, now: now)
        concludeRunIfDone(id, now: now)
    }

    mutating func finishJob(_ key: JobKey, result: QueuedRun.Result, issue: String?, now: Date) {
        guard let job = runs[key.runID]?[key], job.state != .completed else { return }
        changeJob(key, now: now) { job in
            job.state = .completed
            job.result = result
            job.finishedAt = now
            job.issue = issue
        }
        if let requestID = job.requestID { closeRequest(requestID, result: result, message: issue, now: now) }
        startDependents(of: key, now: now)
        concludeStageIfDone(key.stage, of: key.runID, now: now)
    }

    mutating func changeJob(_ key: JobKey, now: Date, _ body: (inout PipelineJob) -> Void) {
        guard var run = runs[key.runID] else { return }
        body(&run[key])
        run.changeID += 1
        runs[key.runID] = run
        announceJob(key, now: now)
    }

    private mutating func concludeStageIfDone(_ index: Int, of id: Int, now: Date) {
        guard let stage = runs[id]?.stages[index], stage.state != .completed,
            stage.jobs.allSatisfy({ $0.state == .completed })
        else { return }
        runs[id]?.stages[index].state = .completed
        runs[id]?.stages[index].finishedAt = now
        runs[id]?.stages[index].result = stage.jobs.overallResult
        announceStage(index, of: id, now: now)
        let next = index + 1
        if let run = runs[id], run.state == .inProgress, stage.jobs.overallResult == .succeeded, next < run.stages.count
        {
            return startStage(next, of: id, now: now)
        }
        skipStages(after: index, of: id, now: now)
        concludeRunIfDone(id, now: now)
    }

    private mutating func skipStages(after index: Int, of id: Int, now: Date) {
        guard let stages = runs[id]?.stages else { return }
        for later in stages.indices.dropFirst(index + 1) where stages[later].state == .notStarted {
            runs[id]?.stages[later].state = .completed
            runs[id]?.stages[later].result = .skipped
            announceStage(later, of: id, now: now)
            skipJobs(ofStage: later, of: id, now: now)
        }
    }

    private mutating func skipJobs(ofStage index: Int, of id: Int, now: Date) {
        for job in runs[id]?.stages[index].jobs.indices ?? 0..<0
        where runs[id]?.stages[index].jobs[job].state == .notStarted {
            changeJob(JobKey(runID: id, stage: index, job: job), now: now) { job in
                job.state = .completed
                job.result = .skipped
            }
        }
    }

    private mutating func concludeRunIfDone(_ id: Int, now: Date) {
        guard let run = runs[id], run.state != .completed, run.stages.allSatisfy({ $0.state == .completed }) else {
            return
        }
        let results = run.stages.compactMap(\.result)
        runs[id]?.result =
            run.state == .canceling || results.contains(.canceled)
            ? .canceled : results.contains(.failed) ? .failed : .succeeded
        runs[id]?.state = .completed
        runs[id]?.finishedAt = now
        announceRun(id, now: now)
        announceBuild(id, now: now)
    }

    private mutating func cancelJobs(ofStage index: Int, run id: Int, now: Date) {
        guard let stage = runs[id]?.stages[index] else { return }
        for job in stage.jobs.indices {
            let key = JobKey(runID: id, stage: index, job: job)
            let request = stage.jobs[job].requestID.flatMap { requests[$0] }
            if openServerTask(of: key) != nil {
                cancelServerTask(key, now: now)
            } else if stage.jobs[job].state == .running, let request, let agentID = request.agentID {
                send(
                    "JobCancellation", ["jobId": .string(request.jobID), "timeout": "00:05:00"], to: agentID
                )
            } else {
                finishJob(key, result: .canceled, issue: "The run was canceled.", now: now)
            }
        }
    }

    private func stage(named name: String, run id: Int) throws(AzureDevOpsError) -> Int {
        guard let run = runs[id] else { throw .buildNotFound(id) }
        guard let index = run.stages.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw AzureDevOpsError(404, "StageNotFoundException", "Stage \(name) was not found in build \(id).")
        }
        return index
    }
}

extension PipelineJob {
    fileprivate mutating func renew(attempt: Int) {
        if attempt > self.attempt { previousAttemptIDs.append(id) }
        self.attempt = attempt
        state = .notStarted
        result = nil
        requestID = nil
        workerName = nil
        (queuedAt, startedAt, finishedAt, issue) = (nil, nil, nil, nil)
        (variables, outputs) = ([:], [:])
    }
}

extension [PipelineJob] {
    fileprivate var overallResult: QueuedRun.Result {
        let results = compactMap(\.result)
        if results.contains(.failed) || results.contains(.abandoned) { return .failed }
        return results.contains(.canceled) ? .canceled : .succeeded
    }
}
