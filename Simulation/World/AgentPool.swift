internal import SlipwayCore

/// Azure DevOps' side: job requests and registrations of one pool, as they truly are.
struct AgentPool {
    struct Job {
        enum Phase: Equatable {
            case waiting
            /// Reserved for an agent that has not received it.
            case assigned(AgentID)
            case running(AgentID)
            case over(String)
        }

        var script: Scenario.Job
        var id: JobRequestID
        var queuedAt: Int64
        var phase = Phase.waiting
        var agentName: String?
        var agent: AgentID?
        var receivedAt: Int64?
        var finishedAt: Int64?
        /// Its launches that the world did harm to.
        var harmed: Set<LaunchID> = []
        /// The agent that it demands.
        var boundTo: BoundAgentName?

        var isOver: Bool { if case .over = phase { true } else { false } }
        var result: String? { if case .over(let result) = phase { result } else { nil } }
        var isServed: Bool { script.kind != .unserved }
    }

    struct Registration {
        var agent: AgentID
        var name: String
        var isLarge: Bool
        var isOnline: Bool
        var isEnabled = true
        /// Its `--once` agent has had its job.
        var isSpent = false
        /// The job request it holds, in the service's eyes.
        var assigned: JobRequestID?
        var completed: JobRequestID?
        /// Who has the private half of its key: the number of an agent task. Nil: whoever registered it.
        var keyHolder: Int?
        /// The launch that it was made for, before its container ran.
        var madeFor: LaunchID?
        /// The agent task whose listener has the session, while it has.
        var listener: Int?
        var createdAt: Int64
    }

    var jobs: [Job] = []
    var bookings: [BookedTask] = []
    var registrations: [Registration] = []
    var lastAgentID = 0
    /// When each registration was last looked for by name.
    var lookedAt: [String: Int64] = [:]
    var earlierList: (at: Int64, requests: [JobRequest])?
    var earlierAgents: (at: Int64, agents: [PoolAgent])?

    func job(_ id: JobRequestID) -> Job { jobs[Int(id.rawValue) - 1] }

    func registration(_ id: AgentID) -> Int? { registrations.firstIndex { $0.agent == id } }
    func registration(named name: String) -> Int? { registrations.firstIndex { $0.name == name } }
}

// MARK: Jobs

extension Simulation {
    func jobComes(_ script: Scenario.Job, boundTo name: BoundAgentName? = nil) {
        let id = JobRequestID(rawValue: Int64(pool.jobs.count + 1))
        pool.jobs.append(AgentPool.Job(script: script, id: id, queuedAt: now, boundTo: name))
        note("job \(id) is queued (\(script.kind), \(name?.rawValue ?? "any agent"), runs for \(script.runsFor) ms)")
        if let name, pool.registration(named: name.rawValue) == nil {
            // As the service does, before any hook.
            pool.jobs[Int(id.rawValue) - 1].phase = .over("failed")
            pool.jobs[Int(id.rawValue) - 1].finishedAt = now
            return note("job \(id) fails at once: no agent \(name)")
        }
        deliverHook()
        assignSoon()
        if let cancelledAfter = script.cancelledAfter {
            after(cancelledAfter) { [self] in cancel(id) }
        }
    }

    private func deliverHook() {
        guard !strikes(.hookLost) else { return }
        let delay = strikes(.hookLate) ? dice.within(1_000...60_000) : dice.within(20...1_500)
        for _ in 0..<(strikes(.hookDoubled) ? 3 : 1) {
            after(delay + dice.within(0...50)) { [self] in engine?.hookArrives() }
        }
    }

    private func cancel(_ id: JobRequestID) {
        let job = pool.job(id)
        guard !job.isOver else { return }
        count(.other(.jobCancelled))
        note("job \(id) is cancelled")
        switch job.phase {
        case .waiting, .assigned: finish(id, "canceled")
        case .running: after(dice.within(0...10_000)) { [self] in finish(id, "canceled") }
        case .over: break
        }
    }

    /// The job's end, in the service's eyes. The agent that has it leaves.
    func finish(_ id: JobRequestID, _ result: String) {
        guard !pool.job(id).isOver else { return }
        let index = Int(id.rawValue) - 1
        let phase = pool.jobs[index].phase
        pool.jobs[index].phase = .over(result)
        pool.jobs[index].finishedAt = now
        note("job \(id) is over: \(result)")
        guard case .running(let agent) = phase else {
            if case .assigned(let agent) = phase { letGo(of: id, agent) }
            return
        }
        after(dice.within(0...1_500)) { [self] in letGo(of: id, agent) }
        if let place = pool.registration(agent), let agentTask = pool.registrations[place].listener {
            after(dice.delay(upTo: 3_000)) { [self] in listenerLeaves(agentTask) }
        }
    }

    private func letGo(of id: JobRequestID, _ agent: AgentID) {
        guard let place = pool.registration(agent), pool.registrations[place].assigned == id else { return }
        pool.registrations[place].assigned = nil
        if pool.job(id).receivedAt != nil { pool.registrations[place].completed = id }
        assignSoon()
    }

    // MARK: Assignment

    func assignSoon() { after(dice.delay(upTo: 1_500)) { [self] in assign() } }

    /// Gives waiting jobs to agents that look free. Any agent that satisfies the demands will do.
    private func assign() {
        for job in pool.jobs where job.phase == .waiting && job.isServed {
            let free = pool.registrations.filter { registration in
                // One that is demanded by name is given its job before it has come, too.
                let isThere = registration.isOnline || (registration.name == job.boundTo?.rawValue && dice.chance(0.5))
                return isThere && registration.isEnabled && registration.assigned == nil
                    && (job.boundTo.map { $0.rawValue == registration.name } ?? true)
                    && (job.script.kind == .small || registration.isLarge) && mayBeGiven(registration)
            }
            guard !free.isEmpty else { continue }
            assign(job.id, to: dice.pick(free).agent)
        }
    }

    /// A `--once` agent that has had its job tells the service so; now and then it is given another all the same.
    private func mayBeGiven(_ registration: AgentPool.Registration) -> Bool {
        !registration.isSpent || strikes(.doubleAssignment)
    }

    private func assign(_ id: JobRequestID, to agent: AgentID) {
        guard let place = pool.registration(agent) else { return }
        let index = Int(id.rawValue) - 1
        pool.registrations[place].assigned = id
        pool.jobs[index].phase = .assigned(agent)
        pool.jobs[index].agentName = pool.registrations[place].name
        pool.jobs[index].agent = agent
        note("job \(id) is assigned to \(pool.registrations[place].name)")
        // "We stopped hearing from agent": the request dies, or comes back.
        after(dice.within(40_000...120_000)) { [self] in leaseEnds(id, agent) }
        guard let agentTask = pool.registrations[place].listener else { return }
        after(dice.delay(upTo: 2_000)) { [self] in receive(id, agent, agentTask) }
    }

    /// An agent has come: what was given to it before is sent to it.
    func sendWhatWaits(for agent: AgentID, _ agentTask: Int) {
        guard let place = pool.registration(agent), let id = pool.registrations[place].assigned,
            pool.job(id).phase == .assigned(agent)
        else { return }
        after(dice.delay(upTo: 2_000)) { [self] in receive(id, agent, agentTask) }
    }

    private func receive(_ id: JobRequestID, _ agent: AgentID, _ agentTask: Int) {
        let index = Int(id.rawValue) - 1
        guard pool.jobs[index].phase == .assigned(agent), cluster.agentTasks[agentTask].isListening,
            cluster.agentTasks[agentTask].job == nil
        else { return }
        if strikes(.assignmentLost) {
            harm(agentTask)
            containerDies(agentTask, exitCode: 137, reason: "OutOfMemory")
            return
        }
        cluster.agentTasks[agentTask].job = id
        pool.jobs[index].phase = .running(agent)
        if let place = pool.registration(agent) { pool.registrations[place].isSpent = true }
        pool.jobs[index].receivedAt = now
        note("job \(id) runs on \(cluster.agentTasks[agentTask].launch)")
        after(pool.jobs[index].script.runsFor) { [self] in
            guard pool.job(id).phase == .running(agent), cluster.agentTasks[agentTask].isListening else { return }
            finish(id, "succeeded")
        }
    }

    private func leaseEnds(_ id: JobRequestID, _ agent: AgentID) {
        let index = Int(id.rawValue) - 1
        guard pool.jobs[index].phase == .assigned(agent) else { return }
        if let place = pool.registration(agent) {
            pool.registrations[place].assigned = nil
            if pool.registrations[place].listener == nil { pool.registrations[place].isOnline = false }
        }
        if dice.chance(0.5) {
            pool.jobs[index].phase = .waiting
            pool.jobs[index].agentName = nil
            pool.jobs[index].agent = nil
            note("job \(id) is back in the queue")
            assignSoon()
        } else {
            pool.jobs[index].phase = .over("abandoned")
            pool.jobs[index].finishedAt = now
            note("job \(id) is abandoned")
        }
    }

    /// The agent under a running job is gone; the service learns it late.
    func abandonLater(_ id: JobRequestID, _ agent: AgentID) {
        after(dice.within(30_000...120_000)) { [self] in
            guard pool.job(id).phase == .running(agent) else { return }
            finish(id, "abandoned")
        }
    }
}

// MARK: Registrations

extension Simulation {
    /// `config.sh --replace`, and the listener's session.
    func register(_ agentTask: Int) {
        let name = cluster.agentTasks[agentTask].agentName
        let agent: AgentID
        if let place = pool.registration(named: name), pool.registrations[place].madeFor != nil {
            // `--replace` keeps the registration, and what was given to it.
            agent = pool.registrations[place].agent
            pool.registrations[place].isOnline = true
            pool.registrations[place].isEnabled = true
            pool.registrations[place].listener = agentTask
            pool.registrations[place].createdAt = now
            sendWhatWaits(for: agent, agentTask)
        } else {
            pool.registrations.removeAll { $0.name == name }
            pool.lastAgentID += 1
            agent = AgentID(rawValue: pool.lastAgentID)
            pool.registrations.append(
                .init(
                    agent: agent, name: name, isLarge: cluster.agentTasks[agentTask].isLarge, isOnline: true,
                    listener: agentTask, createdAt: now))
        }
        cluster.agentTasks[agentTask].agent = agent
        cluster.agentTasks[agentTask].listeningSince = now
        note("\(name) is online")
        assignSoon()
    }

    /// The listener has ended its one job: it deletes its session, and the container ends.
    private func listenerLeaves(_ agentTask: Int) {
        guard cluster.agentTasks[agentTask].isListening else { return }
        cluster.agentTasks[agentTask].listeningSince = nil
        sessionEnds(agentTask, within: 1_000)
        after(dice.delay(upTo: 5_000)) { [self] in
            if !scenario.claims, !strikes(.registrationLeftBehind) { unregister(agentTask) }
            containerEnds(agentTask, exitCode: 0, reason: "Essential container in task exited")
        }
    }

    func sessionEnds(_ agentTask: Int, within milliseconds: Int64) {
        guard let agent = cluster.agentTasks[agentTask].agent, let place = pool.registration(agent) else { return }
        pool.registrations[place].listener = nil
        let lag = strikes(.offlineSeenLate) ? dice.within(30_000...90_000) : dice.within(0...milliseconds)
        after(lag) { [self] in
            guard let place = pool.registration(agent) else { return }
            pool.registrations[place].isOnline = false
        }
    }

    func unregister(_ agentTask: Int) {
        guard let agent = cluster.agentTasks[agentTask].agent else { return }
        pool.registrations.removeAll { $0.agent == agent && $0.assigned == nil }
    }
}
