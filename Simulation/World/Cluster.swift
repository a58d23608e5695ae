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
        var request: JobRequestID?
        var token: String
        var isLarge: Bool
        var acceptedAt: Int64
        var phase = Phase.pending
        var earlierPhase = Phase.pending
        var phaseSince: Int64
        var visibleAt: Int64
        var agent: AgentID?
        var isListening = false
        /// The one job that its agent has received.
        var job: JobRequestID?
        var isEnding = false

        var isStopped: Bool { if case .stopped = phase { true } else { false } }
    }

    var tasks: [AgentTask] = []
    /// RunTask calls that Slipway gave up and that may still take effect.
    var callsUnderWay: [LaunchID] = []

    func task(_ id: AgentTaskID) -> Int? { tasks.firstIndex { $0.id == id } }
}

extension Simulation {
    /// RunTask takes effect. A token that is known gets the agent task that it has.
    func runTask(_ order: AgentTaskOrder, for request: JobRequestID?) -> AgentTaskID {
        if let known = cluster.tasks.first(where: { $0.token == order.clientToken }) { return known.id }
        if let other = cluster.tasks.first(where: { $0.launch == order.launch && !$0.isStopped }) {
            violate(.oneLaunchPerRequest, "\(order.launch) has \(other.id), and \(order.clientToken) starts a second")
        }
        let number = cluster.tasks.count
        let id = AgentTaskID(rawValue: "task/\(number + 1)")
        let visibleAt = strikes(.taskNotYetVisible) ? now + dice.within(1_000...20_000) : now
        cluster.tasks.append(
            .init(
                id: id, launch: order.launch, request: request, token: order.clientToken,
                isLarge: order.environment.contains { $0.name == "size" }, acceptedAt: now, phaseSince: now,
                visibleAt: visibleAt))
        note("\(id) is accepted for \(order.launch)")
        schedule(number)
        return id
    }

    private func schedule(_ task: Int) {
        let delay = strikes(.slowStart) ? dice.within(60_000...240_000) : dice.within(500...15_000)
        if delay >= 60_000 { harm(task) }
        after(delay) { [self] in
            guard cluster.tasks[task].phase == .pending, !cluster.tasks[task].isEnding else { return }
            if strikes(.imagePullFails) {
                harm(task)
                containerEnds(task, exitCode: nil, reason: "CannotPullContainerError: not found")
                return
            }
            enter(.running, task)
            after(dice.within(300...8_000)) { [self] in containerStarts(task) }
        }
    }

    private func containerStarts(_ task: Int) {
        guard cluster.tasks[task].phase == .running, !cluster.tasks[task].isEnding else { return }
        if strikes(.containerCrashes) {
            harm(task)
            containerEnds(task, exitCode: 1, reason: "Essential container in task exited")
        } else if strikes(.agentNeverOnline) {
            harm(task)
        } else {
            register(task)
        }
    }

    /// The container is killed, or told to go by SIGTERM: its listener is gone at once.
    func containerDies(_ task: Int, exitCode: Int, reason: String) {
        guard !cluster.tasks[task].isEnding else { return }
        let wasListening = cluster.tasks[task].isListening
        cluster.tasks[task].isListening = false
        if wasListening {
            sessionEnds(task, within: 20_000)
            if let job = cluster.tasks[task].job, let agent = cluster.tasks[task].agent,
                pool.job(job).phase == .running(agent)
            {
                abandonLater(job, agent)
            }
        }
        containerEnds(task, exitCode: exitCode, reason: reason)
    }

    func containerEnds(_ task: Int, exitCode: Int?, reason: String) {
        guard !cluster.tasks[task].isEnding else { return }
        cluster.tasks[task].isEnding = true
        after(dice.delay(upTo: 2_000)) { [self] in enter(.stopping, task) }
        after(2_000 + dice.delay(upTo: 20_000)) { [self] in
            let code = reason == "Slipway" ? "UserInitiated" : "EssentialContainerExited"
            enter(.stopped(AgentTaskStop(reason: reason, code: code, exitCode: exitCode)), task)
        }
    }

    private func enter(_ phase: Cluster.Phase, _ task: Int) {
        guard !cluster.tasks[task].isStopped else { return }
        cluster.tasks[task].earlierPhase = cluster.tasks[task].phase
        cluster.tasks[task].phase = phase
        cluster.tasks[task].phaseSince = now
        note("\(cluster.tasks[task].id) is \(phase)")
    }

    /// StopTask takes effect.
    func stopTask(_ id: AgentTaskID) {
        guard let task = cluster.task(id), !cluster.tasks[task].isStopped, !cluster.tasks[task].isEnding else { return }
        note("\(id) is told to stop")
        if let job = cluster.tasks[task].job, !pool.job(job).isOver, cluster.tasks[task].isListening {
            interrupted(task, job)
        }
        guard cluster.tasks[task].isListening, cluster.tasks[task].job == nil else {
            containerDies(task, exitCode: 137, reason: "Slipway")
            return
        }
        if dice.chance(0.7) {
            cluster.tasks[task].isListening = false
            sessionEnds(task, within: 1_000)
            unregister(task)
        }
        containerDies(task, exitCode: dice.chance(0.5) ? 0 : 143, reason: "Slipway")
    }

    /// Spot takes machines back, and processes are killed.
    func interruptAgentTasks() {
        for task in cluster.tasks.indices where cluster.tasks[task].phase == .running && !cluster.tasks[task].isEnding {
            if strikes(.spotInterruption) {
                harm(task)
                containerDies(task, exitCode: 143, reason: "Your Spot Task was interrupted.")
            } else if cluster.tasks[task].job != nil, strikes(.killedUnderJob) {
                harm(task)
                containerDies(task, exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage")
            }
        }
    }

    /// The world has spoilt this launch: its failure is no mistake of Slipway's.
    func harm(_ task: Int) { harm(cluster.tasks[task].launch, cluster.tasks[task].request) }

    func harm(_ launch: LaunchID, _ request: JobRequestID?) {
        guard let request else { return }
        pool.jobs[Int(request.rawValue) - 1].harmed.insert(launch)
    }
}
