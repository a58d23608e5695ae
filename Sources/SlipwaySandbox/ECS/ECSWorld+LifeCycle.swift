import Foundation

/// PROVISIONING → PENDING → RUNNING → (STOPPING) → DEPROVISIONING → STOPPED.
extension ECSWorld {
    mutating func happen(_ event: Event, at now: Date) {
        switch event {
        case .pull(let id): change(id) { $0.pull(&$1, now) }
        case .pulled(let id): change(id) { $0.pulled(&$1, now) }
        case .start(let id): change(id) { $0.startContainer(&$1, now) }
        case .signal(let id): change(id) { $0.signal(&$1, now) }
        case .kill(let id): change(id) { $0.kill(&$1) }
        case .release(let id): change(id) { $0.release(&$1, now) }
        case .forget(let id): forget(id)
        }
    }

    /// The container's main process ended by itself, by a signal it obeyed, or was killed. Of a task that is over: no
    /// effect.
    mutating func containerExited(_ id: String, code: Int, reason: String?, now: Date) {
        change(id) { world, task in
            guard task.status == .running || task.status == .stopping else { return }
            world.exit(&task, code: code, reason: reason, now)
        }
    }

    /// StopTask. Stopping twice, or a stopped one, succeeds and changes nothing.
    mutating func stopTask(_ input: StopTaskInput, now: Date) throws(ECSError) -> StopTaskOutput {
        let cluster = try cluster(named: input.cluster)
        guard let reference = input.task, !reference.isEmpty else { throw .invalidParameter("taskId cannot be empty.") }
        guard let id = task(reference, in: cluster)?.id else {
            throw .invalidParameter("The referenced task was not found.")
        }
        if let reason = input.reason, reason.count > 1024 {
            throw .invalidParameter("reason must be at most 1024 characters.")
        }
        requestStop(id, .byUser(input.reason), now: now)
        guard let task = tasks[id] else { throw .invalidParameter("The referenced task was not found.") }
        return StopTaskOutput(task: task.output(clusterARN: clusterARN(cluster), includesTags: false))
    }

    /// Spot capacity is taken back: SIGTERM now, SIGKILL after the stop timeout.
    mutating func interruptSpot(_ id: String, now: Date) {
        requestStop(id, .spotWarning, now: now)
    }

    private mutating func requestStop(_ id: String, _ stop: AgentTask.Stop, now: Date) {
        change(id) { world, task in
            guard task.isLive, !task.isToStop else { return }
            task.isToStop = true
            task.stop = stop
            task.stoppingAt = now
            // Stopping removes the tags.
            task.tags = []
            switch task.status {
            case .provisioning, .pending: world.deprovision(&task, because: stop, now)
            case .running: world.agenda.add(.signal(task.id), at: now)
            case .stopping, .deprovisioning, .stopped: break
            }
        }
    }

    // MARK: Steps

    private mutating func pull(_ task: inout AgentTask, _ now: Date) {
        guard task.status == .provisioning else { return }
        if case .failsToStart(let reason) = task.behaviour, !reason.contains("CannotPullContainerError") {
            return failToStart(&task, reason, now)
        }
        task.status = .pending
        task.pullStartedAt = now
        agenda.add(.pulled(task.id), at: scale.date(generator.duration(in: timing.pull), after: now))
    }

    private mutating func pulled(_ task: inout AgentTask, _ now: Date) {
        guard task.status == .pending else { return }
        if case .failsToStart(let reason) = task.behaviour { return failToStart(&task, reason, now) }
        if let missing = task.container.secrets.values.sorted().first(where: { configuration.secrets[$0] == nil }) {
            return failToStart(
                &task,
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
                    + "failed: unable to retrieve secret from asm: ResourceNotFoundException: "
                    + "Secrets Manager can't find the specified secret. \(missing)", now
            )
        }
        task.pullStoppedAt = now
        var wait = generator.duration(in: timing.containerStart)
        if case .slowStart(let extra) = task.behaviour { wait += extra }
        agenda.add(.start(task.id), at: scale.date(wait, after: now))
    }

    private mutating func startContainer(_ task: inout AgentTask, _ now: Date) {
        guard task.status == .pending else { return }
        task.status = .running
        task.startedAt = now
        var environment = task.environment
        for (name, source) in task.container.secrets { environment[name] = configuration.secrets[source] }
        emit(
            .start(
                ContainerLaunch(
                    taskARN: task.arn, hostName: "ip-\(task.address.replacing(".", with: "-"))",
                    environment: environment,
                    behaviour: task.behaviour, seed: generator.next()
                )
            )
        )
    }

    private mutating func signal(_ task: inout AgentTask, _ now: Date) {
        guard task.status == .running else { return }
        task.status = .stopping
        guard runsContainers else { return exit(&task, code: 143, reason: nil, now) }
        emit(.terminate(taskARN: task.arn))
        let timeout = Duration.seconds(task.container.stopTimeoutSeconds)
        agenda.add(.kill(task.id), at: scale.date(timeout, after: now))
    }

    private mutating func exit(_ task: inout AgentTask, code: Int, reason: String?, _ now: Date) {
        task.exitCode = code
        task.exitReason = reason
        task.executionStoppedAt = now
        task.stoppingAt = task.stoppingAt ?? now
        if task.stop?.code == AgentTask.Stop.spotWarning.code { task.stop = .spot }
        deprovision(&task, because: .exited, now)
    }

    private mutating func kill(_ task: inout AgentTask) {
        guard task.status == .stopping else { return }
        // The container's end is reported by whoever kills it, with exit code 137.
        emit(.kill(taskARN: task.arn))
    }

    private mutating func failToStart(_ task: inout AgentTask, _ reason: String, _ now: Date) {
        task.stoppingAt = now
        deprovision(&task, because: .failedToStart(reason), now)
    }

    private mutating func deprovision(_ task: inout AgentTask, because stop: AgentTask.Stop, _ now: Date) {
        task.isToStop = true
        task.stop = task.stop ?? stop
        task.status = .deprovisioning
        agenda.add(.release(task.id), at: scale.date(generator.duration(in: timing.deprovisioning), after: now))
    }

    private mutating func release(_ task: inout AgentTask, _ now: Date) {
        guard task.status == .deprovisioning else { return }
        task.status = .stopped
        task.stoppedAt = now
        agenda.add(.forget(task.id), at: scale.date(timing.stoppedTaskRetention, after: now))
    }

    private mutating func forget(_ id: String) {
        guard let task = tasks.removeValue(forKey: id) else { return }
        if let token = task.input.clientToken, let claim = claims[task.cluster]?[token],
            claim.taskIDs.allSatisfy({ tasks[$0] == nil })
        {
            claims[task.cluster]?[token] = nil
        }
        // The list is cleaned when half of it is gone, so that forgetting costs a constant time each.
        if order.count > 64, tasks.count * 2 < order.count { order.removeAll { tasks[$0] == nil } }
    }

    private mutating func change(_ id: String, _ body: (inout Self, inout AgentTask) -> Void) {
        guard var task = tasks[id] else { return }
        body(&self, &task)
        tasks[id] = task
    }
}
