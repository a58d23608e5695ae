internal import SlipwayCore

/// Amazon ECS' side: the agent tasks, as they truly are.
struct Cluster {
    enum Phase: Equatable {
        case pending, running, stopping
        case stopped(AgentTaskStop)
    }

    struct AgentTask {
        var id: AgentTaskID
        var launch: LaunchID
        var agentName: String
        var request: JobRequestID?
        var token: String
        var attempt: Int
        var isLarge: Bool
        var acceptedAt: Int64
        var phase = Phase.pending
        var earlierPhase = Phase.pending
        var phaseSince: Int64
        var visibleAt: Int64
        var agent: AgentID?
        /// While its agent has a session with the pool.
        var listeningSince: Int64?
        var isListening: Bool { listeningSince != nil }
        /// The one job that its agent has received.
        var job: JobRequestID?
        var isEnding = false

        var isStopped: Bool { if case .stopped = phase { true } else { false } }
    }

    var agentTasks: [AgentTask] = []

    /// Why an agent task ends whose capacity is taken back.
    static let interruption = "Your Spot Task was interrupted."
    static let roomLost = "Capacity is unavailable at this time"

    func agentTask(_ id: AgentTaskID) -> Int? { agentTasks.firstIndex { $0.id == id } }
}

extension Simulation {
    /// RunTask takes effect. A token that is known gets the agent task that it has.
    func runTask(_ order: AgentTaskOrder, for request: JobRequestID?) -> AgentTaskID {
        if let known = cluster.agentTasks.first(where: { $0.token == order.clientToken }) { return known.id }
        if let other = cluster.agentTasks.first(where: { $0.launch == order.launch && !$0.isStopped }) {
            violate(.oneLaunchPerRequest, "\(order.launch) has \(other.id), and \(order.clientToken) starts a second")
        }
        let number = cluster.agentTasks.count
        let id = AgentTaskID(rawValue: "task/\(number + 1)")
        let visibleAt = strikes(.taskNotYetVisible) ? now + dice.within(1_000...20_000) : now
        cluster.agentTasks.append(
            .init(
                id: id, launch: order.launch,
                agentName: order.environment.first { $0.name == "AZP_AGENT_NAME" }?.value ?? "", request: request,
                token: order.clientToken, attempt: order.attempt,
                isLarge: order.environment.contains { $0.name == "size" }, acceptedAt: now, phaseSince: now,
                visibleAt: visibleAt))
        note("\(id) is accepted for \(order.launch)")
        schedule(number)
        return id
    }

    private func schedule(_ agentTask: Int) {
        let delay = strikes(.slowStart) ? dice.within(60_000...240_000) : dice.within(500...15_000)
        if delay >= 60_000 { harm(agentTask) }
        after(delay) { [self] in
            guard cluster.agentTasks[agentTask].phase == .pending, !cluster.agentTasks[agentTask].isEnding else {
                return
            }
            if strikes(.roomLost) {
                // No harm: however often, its job must be served.
                containerEnds(agentTask, exitCode: nil, reason: Cluster.roomLost)
                return
            }
            if strikes(.imagePullFails) {
                harm(agentTask)
                containerEnds(agentTask, exitCode: nil, reason: "CannotPullContainerError: not found")
                return
            }
            enter(.running, agentTask)
            after(dice.within(300...8_000)) { [self] in containerStarts(agentTask) }
        }
    }

    private func containerStarts(_ agentTask: Int) {
        guard cluster.agentTasks[agentTask].phase == .running, !cluster.agentTasks[agentTask].isEnding else { return }
        if strikes(.containerCrashes) {
            harm(agentTask)
            containerEnds(agentTask, exitCode: 1, reason: "Essential container in task exited")
        } else if strikes(.agentNeverOnline) {
            harm(agentTask)
        } else if scenario.claims {
            beginToClaim(agentTask)
        } else {
            register(agentTask)
        }
    }

    /// The container is killed, or told to go by SIGTERM: its listener is gone at once.
    func containerDies(_ agentTask: Int, exitCode: Int, reason: String) {
        guard !cluster.agentTasks[agentTask].isEnding else { return }
        let wasListening = cluster.agentTasks[agentTask].isListening
        cluster.agentTasks[agentTask].listeningSince = nil
        if wasListening {
            sessionEnds(agentTask, within: 20_000)
            if let job = cluster.agentTasks[agentTask].job, let agent = cluster.agentTasks[agentTask].agent,
                pool.job(job).phase == .running(agent)
            {
                abandonLater(job, agent)
            }
        }
        containerEnds(agentTask, exitCode: exitCode, reason: reason)
    }

    func containerEnds(_ agentTask: Int, exitCode: Int?, reason: String) {
        guard !cluster.agentTasks[agentTask].isEnding else { return }
        cluster.agentTasks[agentTask].isEnding = true
        after(dice.delay(upTo: 2_000)) { [self] in enter(.stopping, agentTask) }
        after(2_000 + dice.delay(upTo: 20_000)) { [self] in
            let code = reason == "Slipway" ? "UserInitiated" : "EssentialContainerExited"
            let stop = AgentTaskStop(
                reason: reason, code: code, exitCode: exitCode, isInterruption: reason == Cluster.interruption,
                lacksRoom: reason == Cluster.roomLost)
            enter(.stopped(stop), agentTask)
        }
    }

    private func enter(_ phase: Cluster.Phase, _ agentTask: Int) {
        guard !cluster.agentTasks[agentTask].isStopped else { return }
        cluster.agentTasks[agentTask].earlierPhase = cluster.agentTasks[agentTask].phase
        cluster.agentTasks[agentTask].phase = phase
        cluster.agentTasks[agentTask].phaseSince = now
        note("\(cluster.agentTasks[agentTask].id) is \(phase)")
    }

    /// StopTask takes effect; false: the cluster doesn't know the agent task yet.
    func stopTask(_ id: AgentTaskID, lookedAt: Int64?) -> Bool {
        if let agentTask = cluster.agentTask(id), now < cluster.agentTasks[agentTask].visibleAt { return false }
        stopKnown(id, lookedAt: lookedAt)
        return true
    }

    private func stopKnown(_ id: AgentTaskID, lookedAt: Int64?) {
        guard let agentTask = cluster.agentTask(id), !cluster.agentTasks[agentTask].isStopped,
            !cluster.agentTasks[agentTask].isEnding
        else { return }
        note("\(id) is told to stop")
        if let job = cluster.agentTasks[agentTask].job, !pool.job(job).isOver, cluster.agentTasks[agentTask].isListening
        {
            interrupted(agentTask, job, lookedAt: lookedAt)
        }
        guard cluster.agentTasks[agentTask].isListening, cluster.agentTasks[agentTask].job == nil else {
            containerDies(agentTask, exitCode: 137, reason: "Slipway")
            return
        }
        if dice.chance(0.7) {
            cluster.agentTasks[agentTask].listeningSince = nil
            sessionEnds(agentTask, within: 1_000)
            if !scenario.claims { unregister(agentTask) }
        }
        containerDies(agentTask, exitCode: dice.chance(0.5) ? 0 : 143, reason: "Slipway")
    }

    /// Spot takes machines back, and processes are killed.
    func interruptAgentTasks() {
        for agentTask in cluster.agentTasks.indices
        where cluster.agentTasks[agentTask].phase == .running && !cluster.agentTasks[agentTask].isEnding {
            if strikes(.spotInterruption) {
                harm(agentTask)
                containerDies(
                    agentTask, exitCode: dice.chance(0.5) ? 0 : 143, reason: Cluster.interruption)
            } else if cluster.agentTasks[agentTask].job != nil, strikes(.killedUnderJob) {
                harm(agentTask)
                containerDies(
                    agentTask, exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage")
            }
        }
    }

    /// The world has spoilt this launch: its failure is no mistake of Slipway's.
    func harm(_ agentTask: Int) { harm(cluster.agentTasks[agentTask].launch, cluster.agentTasks[agentTask].request) }

    func harm(_ launch: LaunchID, _ request: JobRequestID?) {
        if let booking = disk.launch(launch)?.binding?.booking { return harm(booking) }
        guard let request else { return }
        pool.jobs[Int(request.rawValue) - 1].harmed.insert(launch)
    }
}
