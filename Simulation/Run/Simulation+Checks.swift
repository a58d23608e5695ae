internal import SlipwayCore

/// The promises, checked as the world moves.
extension Simulation {
    /// After each commit.
    func check(committed launch: Launch, from old: Launch) {
        if case .cleaning(let cleaning) = launch.state, cleaning.cause == .neverOnline, !old.isCleaning {
            checkNeverOnline(launch)
        }
        guard case .closed(let outcome) = launch.state else { return }
        checkOutcome(outcome, of: launch)
        if let place = pool.registration(named: launch.agentName) {
            violate(.closedMeansGone, "\(launch.id) closed, and \(pool.registrations[place].name) is registered")
        }
        for agentTask in cluster.agentTasks where agentTask.launch == launch.id && !agentTask.isStopped {
            violate(.closedMeansGone, "\(launch.id) closed, and \(agentTask.id) runs")
        }
    }

    /// A pool that can be read shows an agent within a gap between readings, a stale answer and a slow one.
    private static let longestUnseenMilliseconds: Int64 =
        Int64(PoolSight.gapSeconds) * 1_000 + 8_000 + EngineModel.longestWayMilliseconds

    private func checkNeverOnline(_ launch: Launch) {
        for agentTask in cluster.agentTasks where agentTask.launch == launch.id {
            guard let since = agentTask.listeningSince, now - since > Self.longestUnseenMilliseconds else { continue }
            violate(
                .ledgerIsTrue,
                "\(launch.id) is ended as never online, and its agent has been online for \((now - since) / 1_000) s")
        }
    }

    private func checkOutcome(_ outcome: LaunchOutcome, of launch: Launch) {
        let ran = cluster.agentTasks.filter { $0.launch == launch.id }.compactMap(\.job)
        if outcome.kind == .ran, ran.isEmpty {
            violate(.ledgerIsTrue, "\(launch.id) closed as \(outcome), and its agent had no job")
        }
        if let named = launch.ran, outcome.kind == .ran, !ran.contains(named), !unheard.contains(launch.id) {
            violate(.ledgerIsTrue, "\(launch.id) closed as having run \(named), and it had \(ran)")
        }
        // What an operator ended may have done its job by then, unseen; so may one that was killed between its job and its end.
        if outcome.kind != .ran, outcome.kind != .cancelled, launch.agentTaskStop?.exitCode == 0,
            launch.agentTaskStop?.isInterruption != true,
            let job = ran.first(where: { pool.job($0).result == "succeeded" })
        {
            violate(.ledgerIsTrue, "\(launch.id) closed as \(outcome), and its agent did job \(job)")
        }
    }

    /// StopTask reached an agent task whose agent has a job. It was sent because of the look at `lookedAt`.
    func interrupted(_ agentTask: Int, _ job: JobRequestID, lookedAt: Int64?) {
        let launch = cluster.agentTasks[agentTask].launch
        if let agent = cluster.agentTasks[agentTask].agent, let place = pool.registration(agent),
            let lookedAt, pool.registrations[place].createdAt > lookedAt,
            now - lookedAt <= Int64(LaunchRules.quiescedSeconds) * 1_000 + EngineModel.longestWayMilliseconds
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
        checkForTooManyWarm()
        guard engine != nil, now - lastFaultAt > Self.calmMilliseconds else {
            deficitSince = nil
            chillSince = nil
            return
        }
        checkForChill()
        if let seconds = stalledSeconds(&deficitSince, hasDeficit) {
            violate(.everyJobServed, "a job has waited for \(seconds) s, and no agent was on its way")
        }
    }

    /// The same of agents that are to be kept warm. A pause after failures is told, and so is a maximum.
    private func checkForChill() {
        if let seconds = stalledSeconds(&chillSince, isChilled) {
            violate(.warmIsKept, "fewer agents than wanted have been kept warm for \(seconds) s")
        }
    }

    private var isChilled: Bool {
        guard let profile = policy.profiles.first,
            engine?.lastDecisions.contains(where: { $0.profile != nil }) == false
        else { return false }
        return spare(profile) < profile.warmAgents(at: clock)
            && disk.open.count(where: { $0.profile == profile.name }) < profile.maximumAgents
    }

    /// How long something has lasted, once that is too long; nil: it hasn't.
    private func stalledSeconds(_ since: inout Int64?, _ lasts: Bool) -> Int64? {
        guard lasts else {
            since = nil
            return nil
        }
        let from = since ?? now
        since = from
        return now - from > Self.stallMilliseconds ? (now - from) / 1_000 : nil
    }

    /// Each plan makes no more than are missing, so there are never more on their way or online than are wanted, but for
    /// those that a fresh one is about to replace, and one for each job that was about to take one.
    private func checkForTooManyWarm() {
        let warm = disk.open.filter { $0.isWarm == true && $0.canTakeJob }
        let fresh = warm.filter { launch in
            policy.profile(named: launch.profile).map { !launch.isWorn($0.deadlines, at: clock) } ?? true
        }
        let jobs = pool.jobs.count { $0.boundTo == nil && $0.script.kind == .small }
        // After a jump of the clock nobody can tell how long one has been online.
        guard !hasLostItsStore, clockOffset == 0, fresh.count > scenario.warm + jobs else { return }
        violate(.noAgentTooMany, "\(fresh.count) agents are kept warm, and \(scenario.warm) are wanted")
    }

    private func spare(_ profile: Profile) -> Int {
        let waiting = pool.jobs.count {
            $0.phase == .waiting && $0.boundTo == nil && $0.script.kind.profile == profile.name
        }
        return disk.open.count { $0.isSupply && $0.profile == profile.name } - waiting
    }

    /// Pauses after failures, leases and abandoned jobs are over by then.
    private static let calmMilliseconds: Int64 = 400_000
    /// The sweep of an idle pool, and some seconds.
    private static let stallMilliseconds: Int64 = 36_000

    /// Of either kind: more jobs wait than agents are on their way for them.
    private var hasDeficit: Bool {
        policy.profiles.contains { profile in
            let open = disk.open.filter { $0.profile == profile.name }
            guard open.count < profile.maximumAgents else { return false }
            let waiting = pool.jobs.filter {
                $0.phase == .waiting && $0.boundTo == nil && $0.script.kind.profile == profile.name
                    && now - $0.queuedAt > 1_000
                    && !isGivenUp($0)
            }
            return waiting.count > open.filter(\.isSupply).count
        } || hasForgottenBooking
    }

    /// A job waits for an agent by name, and nothing of that name is on its way or being removed.
    private var hasForgottenBooking: Bool {
        let names = Set(disk.open.map(\.agentName))
        return pool.jobs.contains { job in
            guard let name = job.boundTo, job.phase == .waiting, now - job.queuedAt > 1_000,
                !names.contains(name.rawValue),
                disk.bookings.values.contains(where: { $0.agent?.name == name && $0.isWanted }), !isGivenUp(job)
            else { return false }
            let open = disk.open.filter { $0.profile == job.script.kind.profile }
            return open.count < scenario.maximumAgents
        }
    }

    /// Refused for as many failures as the world has caused.
    private func isGivenUp(_ job: AgentPool.Job) -> Bool {
        guard let engine else { return false }
        if let name = job.boundTo {
            // Whoever booked it is told, or was told another thing before a fault; and the store may have forgotten it.
            guard hasLostItsStore || isHarmed(name) else { return false }
            return engine.lastDecisions.contains { $0.request == job.id && $0.name == "refuse" }
        }
        guard job.harmed.count > 3 else { return false }
        return engine.lastDecisions.contains { $0.request == job.id && $0.name == "refuse" }
    }

    var isQuiet: Bool {
        pool.jobs.count + pool.bookings.filter(\.isWithoutJob).count == scenario.jobs.count
            && pool.bookings.allSatisfy(\.isTold) && disk.bookings.values.allSatisfy { !$0.isOpen }
            && pool.jobs.allSatisfy { $0.isOver || !$0.isServed || isGivenUp($0) } && disk.open.isEmpty
            && pool.registrations.isEmpty && cluster.agentTasks.allSatisfy(\.isStopped)
    }

    /// Long after the last fault.
    func checkTheEnd() {
        for job in pool.jobs where job.isServed && !job.isOver && !isGivenUp(job) {
            let reason = engine?.lastDecisions.last { $0.request == job.id }?.reason ?? "no decision"
            return violate(.everyJobServed, "job \(job.id) was never done: \(reason)")
        }
        for task in pool.bookings where !task.isTold {
            return violate(.everyJobServed, "the task that asked for \(task.name) was never told how it ended")
        }
        for booking in disk.bookings.values where booking.isOpen {
            return violate(.everyWaitEnds, "booking \(booking.id) is still open")
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

extension Scenario.Kind {
    fileprivate var profile: String? {
        switch self {
        case .small: "small"
        case .large: "large"
        case .unserved: nil
        }
    }
}

extension Launch {
    fileprivate var isCleaning: Bool { if case .cleaning = state { true } else { false } }
}
