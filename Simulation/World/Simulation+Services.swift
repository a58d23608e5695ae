internal import SlipwayCore

/// What the two services answer.
extension Simulation {
    // MARK: Azure DevOps

    func unfinishedJobRequests() -> [JobRequest] {
        let requests = pool.jobs.filter { !$0.isOver }.map(wire)
        if let earlier = pool.earlierList, now - earlier.at <= 8_000, strikes(.staleJobRequests) {
            return earlier.requests
        }
        pool.earlierList = (now, requests)
        return requests
    }

    func jobRequest(_ id: JobRequestID) -> JobRequest? { wire(pool.job(id)) }

    private func wire(_ job: AgentPool.Job) -> JobRequest {
        let bound = job.boundTo.map { [Demand(name: "Agent.Name", .equals($0.rawValue))] } ?? []
        var request = JobRequest(
            id: job.id, queuedAt: Timestamp(milliseconds: Self.epoch + job.queuedAt),
            demands: job.script.kind.demands + bound)
        request.receivedAt = job.receivedAt.map { Timestamp(milliseconds: Self.epoch + $0) }
        request.finishedAt = job.finishedAt.map { Timestamp(milliseconds: Self.epoch + $0) }
        request.result = job.result
        if let name = job.agentName {
            let isOnline = pool.registration(named: name).map { pool.registrations[$0].isOnline } ?? false
            request.reservation = .init(agentName: name, isOnline: isOnline, agent: job.agent)
        }
        return request
    }

    func agents() -> [PoolAgent] {
        let agents = pool.registrations.map { registration in
            PoolAgent(
                id: registration.agent, name: registration.name, isOnline: registration.isOnline,
                isEnabled: registration.isEnabled, assignedRequest: registration.assigned,
                completed: registration.completed.map {
                    .init(request: $0, result: pool.job($0).result)
                })
        }
        if let earlier = pool.earlierAgents, now - earlier.at <= 8_000, strikes(.staleAgents) { return earlier.agents }
        pool.earlierAgents = (now, agents)
        return agents
    }

    /// One registration, as it truly is.
    func lookUp(_ name: String) -> Sighting {
        pool.lookedAt[name] = now
        guard let place = pool.registration(named: name) else { return Sighting() }
        let registration = pool.registrations[place]
        let isReceived = registration.assigned.map { pool.job($0).receivedAt != nil } ?? false
        return Sighting(
            agent: registration.agent, assigned: registration.assigned, madeFor: registration.madeFor,
            hasNotCome: registration.assigned != nil && !registration.isOnline && !isReceived)
    }

    struct Sighting {
        var agent: AgentID?
        var assigned: JobRequestID?
        var madeFor: LaunchID?
        /// Its job was given to it, and nobody is there who has received it.
        var hasNotCome = false
    }

    func disable(_ name: String, _ id: AgentID?) {
        if let place = id.flatMap(pool.registration) ?? pool.registration(named: name) {
            pool.registrations[place].isEnabled = false
        }
    }

    func disable(_ agent: AgentID) {
        if let place = pool.registration(agent) { pool.registrations[place].isEnabled = false }
    }

    /// Refused while it counts a job as running on it.
    func delete(_ agent: AgentID) -> Bool {
        guard let place = pool.registration(agent) else { return true }
        if let job = pool.registrations[place].assigned {
            guard !pool.registrations[place].isOnline, pool.job(job).receivedAt == nil, dice.chance(0.5) else {
                return false
            }
            // What was given to it waits again.
            pool.jobs[Int(job.rawValue) - 1].phase = .waiting
            pool.jobs[Int(job.rawValue) - 1].agentName = nil
            assignSoon()
        }
        if let agentTask = pool.registrations[place].listener {
            note("the registration of a live agent is deleted")
            cluster.agentTasks[agentTask].listeningSince = nil
            containerDies(agentTask, exitCode: 1, reason: "the agent's registration is gone")
        }
        pool.registrations.remove(at: place)
        return true
    }

    // MARK: Amazon ECS

    func answer(to order: AgentTaskOrder, for request: JobRequestID?) -> StartAnswer {
        let kinds: [(Fault.Other, StartRefusal.Class)] = [
            (.throttled, .throttled), (.noCapacity, .capacity), (.refusedUnknown, .unknown),
            (.refusedForGood, .permanent),
        ]
        // A token that is known is answered with its agent task, whatever room there is.
        let isKnown = cluster.agentTasks.contains { $0.token == order.clientToken }
        for (fault, kind) in kinds where (!isKnown || kind == .throttled) && strikes(fault) {
            harm(order.launch, request)
            return .refused(StartRefusal(kind: kind, message: "\(fault)"))
        }
        // A launch that is numbered anew after its store was lost is answered with the agent task of its namesake.
        if hasLostItsStore, isKnown { harm(order.launch, request) }
        return .accepted(runTask(order, for: request))
    }

    func status(of id: AgentTaskID) -> AgentTaskStatus {
        guard let agentTask = cluster.agentTask(id).map({ cluster.agentTasks[$0] }), now >= agentTask.visibleAt else {
            return .missing
        }
        let isStale = now - agentTask.phaseSince <= 10_000 && strikes(.staleTask)
        switch isStale ? agentTask.earlierPhase : agentTask.phase {
        case .pending: return .pending
        case .running: return .running
        case .stopping: return .stopping
        case .stopped(let stop): return .stopped(stop)
        }
    }

    func agentTasks(besides known: Set<AgentTaskID>) -> [AgentTaskSighting] {
        cluster.agentTasks.filter { !$0.isStopped && now >= $0.visibleAt && !known.contains($0.id) }
            .map { AgentTaskSighting(id: $0.id, launch: $0.launch, agentName: $0.agentName) }
    }

    func agentTasks(of launch: LaunchID) -> [AgentTaskID] {
        cluster.agentTasks.filter { agentTask in
            agentTask.launch == launch && !agentTask.isStopped && now >= agentTask.visibleAt
                && !(now - agentTask.acceptedAt < 20_000 && strikes(.staleTaskList))
        }.map(\.id)
    }
}

extension Scenario.Kind {
    fileprivate var demands: [Demand] {
        switch self {
        case .small: []
        case .large: [Demand(parsing: "size -equals large")]
        case .unserved: [Demand(parsing: "gpu")]
        }
    }
}
