import Foundation

/// The order of the jobs in a stage.
extension AzureDevOpsWorld {
    /// Throws what the service would refuse the pipeline for.
    func check(_ stage: QueuedRun.Stage) throws(AzureDevOpsError) {
        for pool in stage.jobs.compactMap(\.pool) {
            guard configuration.pools.contains(where: { $0.name == pool }) else {
                throw .invalid("There is no pool named \(pool).")
            }
        }
        try stage.checkDependencies()
        for serverTask in stage.jobs.compactMap(\.serverTask) { try check(serverTask) }
        if let gate = stage.gate { try check(gate.serverTask) }
    }

    /// Of a stage that begins: those that depend on nothing, or on jobs that an earlier attempt has done.
    mutating func startJobs(ofStage index: Int, run id: Int, now: Date) {
        startReadyJobs(runs[id]?.stages[index].jobs.indices.map { $0 } ?? [], ofStage: index, run: id, now: now)
    }

    /// Those that wait for this job. No others: or a stage of many jobs that fail at once would nest as deep.
    mutating func startDependents(of key: JobKey, now: Date) {
        guard let stage = runs[key.runID]?.stages[key.stage] else { return }
        let dependents = stage.dependents(of: stage.jobs[key.job].specification.name)
        startReadyJobs(dependents, ofStage: key.stage, run: key.runID, now: now)
    }

    /// Starts what waits for nothing any more, and skips what waits in vain.
    private mutating func startReadyJobs(_ jobs: [Int], ofStage index: Int, run id: Int, now: Date) {
        for job in jobs {
            // Looked at anew each time: a job that fails at once changes what is ready.
            guard let stage = runs[id]?.stages[index], stage.state == .running, stage.jobs[job].state == .notStarted
            else { continue }
            let key = JobKey(runID: id, stage: index, job: job)
            switch stage.readiness(of: job) {
            case .waits: continue
            case .isReady: start(key, now: now)
            case .isSkipped: finishJob(key, result: .skipped, issue: nil, now: now)
            }
        }
    }

    private mutating func start(_ key: JobKey, now: Date) {
        let variables = resolvedVariables(of: key)
        runs[key.runID]?[key].variables = variables
        if let serverTask = runs[key.runID]?[key].specification.serverTask {
            return startServerTask(serverTask, for: key, now: now)
        }
        queueRequest(for: key, now: now)
    }

    /// The demands as they are when the job is queued: macros and outputs of earlier jobs replaced.
    func demands(of key: JobKey) -> [String] {
        let values = variables(of: key)
        return (runs[key.runID]?[key].specification.demands ?? []).map {
            MacroText.expand(withOutputs($0, for: key), values)
        }
    }
}

extension PipelineStage {
    fileprivate enum Readiness {
        case isReady, waits, isSkipped
    }

    fileprivate func dependents(of name: String) -> [Int] {
        let name = name.lowercased()
        return jobs.indices.filter { job in
            jobs[job].specification.dependsOn.contains { $0.lowercased() == name }
        }
    }

    fileprivate func readiness(of job: Int) -> Readiness {
        let names = jobs[job].specification.dependsOn.map { $0.lowercased() }
        guard !names.isEmpty else { return .isReady }
        let needed = jobs.filter { names.contains($0.specification.name.lowercased()) }
        guard needed.allSatisfy({ $0.state == .completed }) else { return .waits }
        let isFine = needed.allSatisfy { $0.result == .succeeded || $0.result == .succeededWithIssues }
        return isFine ? .isReady : .isSkipped
    }
}

extension QueuedRun.Stage {
    /// Throws for a dependency on a job that isn't there, or on itself by whatever way.
    func checkDependencies() throws(AzureDevOpsError) {
        var left = jobs.filter { !$0.dependsOn.isEmpty }
        guard !left.isEmpty else { return }
        let names = jobs.map { $0.name.lowercased() }
        guard Set(names).count == names.count else { throw .invalid("Two jobs of the stage \(name) have one name.") }
        for job in left {
            for needed in job.dependsOn where !names.contains(needed.lowercased()) {
                throw .invalid("The job \(job.name) depends on \(needed), which is no job of its stage.")
            }
        }
        var settled = Set(jobs.filter { $0.dependsOn.isEmpty }.map { $0.name.lowercased() })
        while !left.isEmpty {
            let next = left.filter { $0.dependsOn.allSatisfy { settled.contains($0.lowercased()) } }
            guard !next.isEmpty else {
                throw .invalid("The jobs of the stage \(name) depend on each other in a circle.")
            }
            settled.formUnion(next.map { $0.name.lowercased() })
            left.removeAll { settled.contains($0.name.lowercased()) }
        }
    }
}
