import Foundation

/// The queue of a pool: who waits, who gets which agent, and what becomes of a job request.
extension AzureDevOpsWorld {
    /// Queues the job's request, or fails the job at once when no registered agent satisfies its demands (an offline
    /// one would do).
    mutating func queueRequest(for key: JobKey, now: Date) {
        guard let run = runs[key.runID] else { return }
        let job = run[key]
        let pool = pool(of: job)
        var texts = demands(of: key)
        if let version = configuration.minimumAgentVersion { texts.append("Agent.Version -gtVersion \(version)") }
        let demands = texts.map(Demand.init)
        guard agents.values.contains(where: { $0.poolID == pool.id && $0.satisfies(demands) }) else {
            return finishJob(
                key, result: .failed,
                issue: "No agent found in pool \(pool.name) which satisfies the specified demands: "
                    + texts.joined(separator: ", "),
                now: now
            )
        }
        let request = JobRequest(
            id: nextRequestID, poolID: pool.id, job: key, jobID: job.id, jobName: job.specification.displayName,
            planID: run.planID, orchestrationID: "\(run.planID).\(job.instanceName.lowercased())", demandTexts: texts,
            demands: demands, queuedAt: now,
            visibleAt: scale.date(generator.duration(in: timing.jobRequestLag), after: now)
        )
        nextRequestID += 1
        requests[request.id] = request
        unfinished.append(request.id)
        if request.boundAgentName != nil { boundRequests.append(request.id) }
        changeJob(key, now: now) { job in
            job.state = .waiting
            job.queuedAt = now
            job.requestID = request.id
        }
        agenda.add(.requestVisible(request.id), at: request.visibleAt)
    }

    /// Gives each waiting request, oldest first, any idle agent that satisfies its demands. Whose agent it was meant to
    /// be is not known here.
    mutating func matchAgents(now: Date) {
        reserveOfflineAgents(now: now)
        var idle = agents.values.filter(\.isIdle).filter { agent in
            !unfinished.contains { requests[$0]?.isMatched == true && requests[$0]?.agentID == agent.id }
        }.sorted { $0.id < $1.id }
        guard !idle.isEmpty else { return }
        var room = parallelRoom
        for id in unfinished {
            guard var request = requests[id], request.isWaiting, request.visibleAt <= now else { continue }
            let counts = !isPublic(request)
            guard room > 0 || !counts else { continue }
            guard let index = idle.firstIndex(where: { $0.poolID == request.poolID && $0.satisfies(request.demands) })
            else { continue }
            let agent = idle.remove(at: index)
            if counts { room -= 1 }
            request.isMatched = true
            request.agentID = agent.id
            requests[id] = request
            let due = scale.date(generator.duration(in: timing.assignment), after: now)
            agenda.add(.assign(requestID: id, agentID: agent.id), at: due)
            if idle.isEmpty { return }
        }
    }

    mutating func assign(_ requestID: Int, to agentID: Int, now: Date) {
        guard var request = requests[requestID], !request.isFinished else { return }
        request.isMatched = false
        guard var agent = agents[agentID], agent.isIdle else {
            // The agent went away between the match and now: back to the queue.
            request.agentID = nil
            requests[requestID] = request
            return matchAgents(now: now)
        }
        request.assignedAt = now
        agent.requestID = requestID
        agents[agentID] = agent
        hand(request, to: agentID, now: now)
    }

    /// Puts an assigned request into its agent's session; from now on its lock runs.
    mutating func hand(_ request: JobRequest, to agentID: Int, now: Date) {
        var request = request
        request.lockedUntil = scale.date(timing.lockDuration, after: now)
        requests[request.id] = request
        agenda.add(.lockExpiry(request.id), at: lossDate(of: request, now: now))
        send("PipelineAgentJobRequest", jobMessage(of: request), to: agentID)
    }

    /// The agent says that it is at it: the first time means received.
    mutating func renew(_ requestID: Int, poolID: Int, now: Date) throws(AzureDevOpsError) -> JobRequest {
        var request = try request(requestID, in: poolID)
        guard !request.isFinished, request.assignedAt != nil, let agentID = request.agentID else {
            throw .jobRequestNotFound(requestID)
        }
        request.lockedUntil = scale.date(timing.lockDuration, after: now)
        let isFirst = request.receivedAt == nil
        if isFirst { request.receivedAt = now }
        requests[requestID] = request
        if let sessionID = agents[agentID]?.sessionID { sessions[sessionID]?.lastContact = now }
        if isFirst {
            let worker = agents[agentID]?.name
            changeJob(request.job, now: now) { job in
                job.state = .running
                job.startedAt = now
                job.workerName = worker
            }
        }
        return request
    }

    /// The agent reports the end of its job.
    mutating func completeJob(
        planID: String, jobID: String, result: QueuedRun.Result, isLeaving: Bool, calledBy caller: Int?, now: Date
    ) throws(AzureDevOpsError) {
        guard
            let request = unfinished.compactMap({ requests[$0] }).first(where: {
                $0.planID == planID && $0.jobID == jobID
            })
        else {
            throw AzureDevOpsError(
                404, "TaskAgentJobNotFoundException", "No job \(jobID) is unfinished in plan \(planID).")
        }
        try checkHolder(of: request, calledBy: caller)
        if isLeaving, let agentID = request.agentID { agents[agentID]?.isLeaving = true }
        finishJob(request.job, result: result, issue: nil, now: now)
    }

    mutating func loseAgent(of requestID: Int, now: Date) {
        guard let request = requests[requestID], !request.isFinished, request.assignedAt != nil, !request.isReserved
        else { return }
        let due = lossDate(of: request, now: now)
        guard due <= now else { return agenda.add(.lockExpiry(requestID), at: due) }
        let name = request.agentID.flatMap { agents[$0]?.name } ?? "unknown"
        finishJob(
            request.job, result: .failed,
            issue:
                "We stopped hearing from agent \(name). Verify the agent machine is running and has a healthy network "
                + "connection. Anything that terminates an agent process, starves it for CPU, or blocks its network "
                + "access can cause this error.",
            now: now
        )
    }

    /// Takes the request out of the queue and frees its agent.
    mutating func closeRequest(_ id: Int, result: QueuedRun.Result, message: String?, now: Date) {
        guard var request = requests[id], !request.isFinished else { return }
        request.result = result
        request.finishedAt = now
        request.statusMessage = message
        requests[id] = request
        unfinished.removeAll { $0 == id }
        boundRequests.removeAll { $0 == id }
        guard let agentID = request.agentID else { return }
        if agents[agentID]?.requestID == id {
            agents[agentID]?.requestID = nil
            agents[agentID]?.lastRequestID = id
        }
        matchAgents(now: now)
    }

    func request(_ id: Int, in poolID: Int) throws(AzureDevOpsError) -> JobRequest {
        _ = try pool(poolID)
        guard let request = requests[id], request.poolID == poolID else { throw .jobRequestNotFound(id) }
        return request
    }

    func pool(of job: PipelineJob) -> SandboxConfiguration.Pool {
        configuration.pools.first { $0.name == job.specification.pool } ?? configuration.pools[0]
    }

    private func lossDate(of request: JobRequest, now: Date) -> Date {
        scale.date(timing.lostAgentGrace, after: request.lockedUntil ?? now)
    }

    private func jobMessage(of request: JobRequest) -> JSONValue {
        let run = runs[request.job.runID]
        let job = run?[request.job].specification
        let variables: [String: JSONValue] = (run?[request.job].variables ?? [:]).mapValues {
            ["value": .string($0)]
        }
        return [
            "messageType": "PipelineAgentJobRequest", "requestId": .integer(request.id),
            "jobId": .string(request.jobID),
            "jobDisplayName": .string(request.jobName), "jobName": .string(job?.name ?? request.jobName),
            "plan": [
                "scopeIdentifier": .string(run?.project.id ?? ""), "planId": .string(request.planID),
                "planType": "Build",
            ],
            // A real agent finds out by running the steps; the simulated one is told.
            "variables": .object(
                variables.merging([
                    "sandbox.seconds": ["value": .string(String(job?.duration.seconds ?? 0))],
                    "sandbox.result": ["value": .string(job?.result.rawValue ?? "succeeded")],
                ]) { _, own in own }),
        ]
    }
}
