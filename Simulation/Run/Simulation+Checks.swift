internal import SlipwayCore

/// The promises, checked as the world moves.
extension Simulation {
    /// After each commit.
    func check(committed launch: Launch, from old: Launch) {
        guard case .closed = launch.state else { return }
        if let place = pool.registration(named: launch.id.agentName) {
            violate(.closedMeansGone, "\(launch.id) closed, and \(pool.registrations[place].name) is registered")
        }
        for agentTask in cluster.agentTasks where agentTask.launch == launch.id && !agentTask.isStopped {
            violate(.closedMeansGone, "\(launch.id) closed, and \(agentTask.id) runs")
        }
    }

    /// StopTask reached an agent task whose agent has a job.
    func interrupted(_ agentTask: Int, _ job: JobRequestID) {
        let launch = cluster.agentTasks[agentTask].launch
        if let agent = cluster.agentTasks[agentTask].agent, let place = pool.registration(agent),
            let lookedAt = pool.lookedAt[launch.agentName], pool.registrations[place].createdAt > lookedAt
        {
            // It registered itself after the last look at the pool. Nothing but a look can tell, and the stop was sent.
            coverage.latecomers += 1
            return
        }
        violate(
            .busyNeverStopped, "\(cluster.agentTasks[agentTask].id) of \(launch) was stopped while it ran job \(job)")
    }

    /// Once a second: while nothing has gone wrong for long, a job that no agent is on its way for must not be left so.
    func checkForStalls() {
        guard engine != nil, now - lastFaultAt > Self.calmMilliseconds else {
            deficitSince = nil
            return
        }
        guard hasDeficit else {
            deficitSince = nil
            return
        }
        let since = deficitSince ?? now
        deficitSince = since
        if now - since > Self.stallMilliseconds {
            violate(.everyJobServed, "a job has waited for \((now - since) / 1_000) s, and no agent was on its way")
        }
    }

    /// Pauses after failures, leases and abandoned jobs are over by then.
    private static let calmMilliseconds: Int64 = 400_000
    /// The sweep of an idle pool, and some seconds.
    private static let stallMilliseconds: Int64 = 36_000

    private var hasDeficit: Bool {
        guard disk.open.count < scenario.maximumAgents else { return false }
        let waiting = pool.jobs.filter {
            $0.phase == .waiting && $0.isServed && now - $0.queuedAt > 1_000 && !isGivenUp($0)
        }
        guard !waiting.isEmpty else { return false }
        let supply = disk.open.filter(\.canTakeJob).count
        return waiting.count > supply
    }

    /// Refused for as many failures as the world has caused.
    private func isGivenUp(_ job: AgentPool.Job) -> Bool {
        guard let engine, job.harmed.count > 3 else { return false }
        return engine.lastDecisions.contains { $0.request == job.id && $0.name == "refuse" }
    }

    var isQuiet: Bool {
        pool.jobs.count == scenario.jobs.count
            && pool.jobs.allSatisfy { $0.isOver || !$0.isServed || isGivenUp($0) } && disk.open.isEmpty
            && pool.registrations.isEmpty && cluster.agentTasks.allSatisfy(\.isStopped)
    }

    /// Long after the last fault.
    func checkTheEnd() {
        for job in pool.jobs where job.isServed && !job.isOver && !isGivenUp(job) {
            let reason = engine?.lastDecisions.last { $0.request == job.id }?.reason ?? "no decision"
            return violate(.everyJobServed, "job \(job.id) was never done: \(reason)")
        }
        for launch in disk.open {
            return violate(.everyWaitEnds, "\(launch.id) is still \(launch.state.name) (\(launch.lastProblem ?? ""))")
        }
        for registration in pool.registrations {
            return violate(.nothingLeft, "\(registration.name) is still registered")
        }
        for agentTask in cluster.agentTasks where !agentTask.isStopped {
            return violate(.nothingLeft, "\(agentTask.id) of \(agentTask.launch) still runs")
        }
        let served = pool.jobs.filter(\.isServed).count
        if scenario.isFair, cluster.agentTasks.count > served {
            violate(
                .noAgentTooMany,
                "\(cluster.agentTasks.count) agent tasks for \(served) jobs, and nothing had gone wrong")
        }
        if let agentTask = cluster.agentTasks.first(where: { scenario.isFair && $0.job == nil }) {
            violate(.noAgentTooMany, "\(agentTask.id) of \(agentTask.launch) got no job, and nothing had gone wrong")
        }
    }
}
