/// Looking at the world from outside, past the protocols.
extension Sandbox {
    /// Every registered agent, placeholders included.
    public var registrations: [RegistrationSnapshot] {
        azureDevOps.world.read { world in
            world.agents.values.sorted { $0.id < $1.id }.map { agent in
                RegistrationSnapshot(
                    id: agent.id, poolID: agent.poolID, name: agent.name, isEnabled: agent.isEnabled,
                    isOnline: agent.isOnline, isPlaceholder: agent.isPlaceholder, version: agent.version,
                    systemCapabilities: agent.systemCapabilities, assignedRequestID: agent.requestID,
                    createdAt: agent.createdAt
                )
            }
        }
    }

    /// Every agent task that ECS still knows, oldest first.
    public var agentTasks: [AgentTaskSnapshot] {
        ecs.driver.read { world in world.order.compactMap { world.tasks[$0] }.map(\.snapshot) }
    }

    /// The private keys of the newest agents that claimed, in DER, which nobody but their containers may ever see.
    public var agentPrivateKeys: [[UInt8]] { containers.keys.all }

    /// Every job of every run, in the order they were queued.
    public var jobs: [JobSnapshot] {
        azureDevOps.world.read { world in
            world.runs.values.sorted { $0.id < $1.id }.flatMap { run in
                run.stages.flatMap { stage in stage.jobs.map { $0.snapshot(runID: run.id) } }
            }
        }
    }

    public func jobs(of runID: Int) -> [JobSnapshot] {
        azureDevOps.world.read { world in
            world.runs[runID]?.stages.flatMap { stage in stage.jobs.map { $0.snapshot(runID: runID) } } ?? []
        }
    }

    public func run(_ id: Int) -> RunSnapshot? {
        azureDevOps.world.read { world in
            world.runs[id].map {
                RunSnapshot(id: id, name: $0.name, state: $0.state.rawValue, result: $0.result, tags: $0.tags)
            }
        }
    }

    /// The notifications of all subscriptions, oldest first in each.
    public var hooks: [HookSnapshot] {
        azureDevOps.hooks.read { world in
            world.order.flatMap { world.notifications[$0] ?? [] }.map { notification in
                HookSnapshot(
                    subscriptionID: notification.subscriptionID, notificationID: notification.id,
                    eventType: notification.event.eventType, state: notification.event.state,
                    status: notification.status.rawValue, result: notification.result.rawValue,
                    attempts: notification.attempts, createdAt: notification.createdAt
                )
            }
        }
    }

    public var subscriptions: [SubscriptionSnapshot] {
        azureDevOps.hooks.read { world in
            world.order.compactMap { world.subscriptions[$0] }.map {
                SubscriptionSnapshot(
                    id: $0.id, eventType: $0.body.eventType ?? "", status: $0.status.rawValue,
                    url: $0.body.consumerInputs?["url"] ?? "", filters: $0.body.publisherInputs ?? [:])
            }
        }
    }

    /// What should not be there once everything has come to its end: see ``Leftover``. Placeholders are none.
    ///
    /// - Parameter ignoringAgents: names of agents that are meant to stay, for example placeholders of the product's
    ///   own.
    public func leftovers(ignoringAgents: Set<String> = []) -> [Leftover] {
        let live = agentTasks.filter(\.isLive)
        let liveNames = Set(live.compactMap(\.agentName))
        let ghosts = registrations.filter { agent in
            !agent.isPlaceholder && !ignoringAgents.contains(agent.name) && !liveNames.contains(agent.name)
        }
        let busy = Set(registrations.filter { $0.assignedRequestID != nil }.map(\.name))
        let waiting = jobs.filter { $0.state == .waiting }.count
        // Those that were there first may still be for the jobs that wait.
        let idle = live.filter { task in
            task.desiredStatus == "RUNNING" && !(task.agentName.map(busy.contains) ?? false)
        }
        return ghosts.map { Leftover(kind: .registration, name: $0.name) }
            + idle.dropFirst(waiting).map { Leftover(kind: .agentTask, name: $0.arn) }
    }

    /// Requests to ECS that held the organization's token. There must be none.
    public func tokenSightings() -> [TokenSighting] {
        tokenWatch.all
    }

    /// Waits until `condition` holds, looking again every few milliseconds of real time.
    ///
    /// Throws ``SandboxError`` with code `timedOut`, naming `what`, after `limit` of real time.
    public func wait(
        for what: String, within limit: Duration = .seconds(30), _ condition: @Sendable (Sandbox) async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition(self) {
            guard ContinuousClock.now < deadline else {
                throw SandboxError(.timedOut, "not within \(limit): \(what)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension AgentTask {
    fileprivate var snapshot: AgentTaskSnapshot {
        AgentTaskSnapshot(
            arn: arn, lastStatus: status.rawValue, desiredStatus: isToStop ? "STOPPED" : "RUNNING",
            stopCode: stop?.code,
            stoppedReason: stop?.reason, exitCode: exitCode, startedBy: input.startedBy, clientToken: input.clientToken,
            capacityProvider: capacityProvider, cpu: input.overrides?.cpu ?? definition.cpu,
            memory: input.overrides?.memory ?? definition.memory,
            tags: Dictionary(tags.map { ($0.key ?? "", $0.value ?? "") }) { _, last in last }, environment: environment,
            createdAt: createdAt, startedAt: startedAt, stoppedAt: stoppedAt
        )
    }
}

extension PipelineJob {
    fileprivate func snapshot(runID: Int) -> JobSnapshot {
        JobSnapshot(
            runID: runID, stage: stageName, name: specification.name, jobID: id, attempt: attempt,
            state: JobSnapshot.State(rawValue: state.rawValue) ?? .notStarted, result: result, requestID: requestID,
            agentName: workerName, queuedAt: queuedAt, startedAt: startedAt, finishedAt: finishedAt, issue: issue
        )
    }
}
