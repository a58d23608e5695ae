import Foundation

/// Server tasks: what people set up for them, and what came of them.
extension Sandbox {
    /// Makes a service connection, or changes the one of that name.
    public func connect(_ connection: ServiceConnection) {
        azureDevOps.world.perform { world, _ in world.serverTasks.connections[connection.name] = connection }
    }

    /// The button *Verify*: whether `GET /tasks/verify` names its service. Throws ``SandboxError`` when there is no such
    /// connection.
    public func verify(connection name: String) async throws -> Bool {
        guard let connection = azureDevOps.world.read({ $0.serverTasks.connections[name] }) else {
            throw SandboxError(.unknownThing, "there is no service connection named \(name)")
        }
        let outcome = try await azureDevOps.serverTaskCaller.get(
            connection.url + "/tasks/verify", authorization: connection.authorization)
        guard case .answered(200, let body) = outcome,
            let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))
        else { return false }
        return answer["service"]?.string != nil
    }

    /// From now on the access token of this job is refused with 401. Throws ``SandboxError`` when the job has no open
    /// server task.
    public func expireToken(run id: Int, job name: String) throws(SandboxError) {
        do {
            try azureDevOps.world.perform { world, _ throws(AzureDevOpsError) in
                guard let run = world.runs[id] else { throw .buildNotFound(id) }
                for (stage, jobs) in run.stages.map(\.jobs).enumerated() {
                    guard let job = jobs.firstIndex(where: { $0.specification.name == name }) else { continue }
                    return try world.expireToken(of: JobKey(runID: id, stage: stage, job: job))
                }
                throw .invalid("The run \(id) has no job named \(name).")
            }
        } catch {
            throw SandboxError(.unknownThing, error.message)
        }
    }

    /// Every server task of every run, in the order of their start.
    public var serverTasks: [ServerTaskSnapshot] {
        azureDevOps.world.read { world in
            world.serverTasks.order.compactMap { world.serverTasks.instances[$0] }.map(world.snapshot)
        }
    }

    public func serverTasks(of runID: Int) -> [ServerTaskSnapshot] {
        azureDevOps.world.read { world in
            world.serverTasks.order.compactMap { world.serverTasks.instances[$0] }
                .filter { $0.key.runID == runID }.map(world.snapshot)
        }
    }

    /// The gates of all stages that had their turn, in its order.
    public var gates: [GateSnapshot] {
        azureDevOps.world.read { world in
            world.serverTasks.gateOrder.compactMap { id in
                world.serverTasks.gates[id].map { gate in
                    GateSnapshot(
                        runID: id.runID, stage: world.runs[id.runID]?.stages[id.stage].name ?? "",
                        attempt: id.attempt, state: gate.state, evaluations: gate.evaluations, answers: gate.answers)
                }
            }
        }
    }
}

extension AzureDevOpsWorld {
    fileprivate func snapshot(_ instance: ServerTaskInstance) -> ServerTaskSnapshot {
        let job = runs[instance.key.runID]?[instance.key]
        let log = serverTasks.logs[instance.id.planID]?.first { $0.id == instance.record.logID }
        return ServerTaskSnapshot(
            runID: instance.key.runID, stage: job?.stageName ?? "", job: job?.specification.name ?? "",
            step: instance.specification.step, name: instance.specification.definition.name,
            attempt: instance.attempt, planID: instance.id.planID, jobID: instance.jobID,
            instanceID: instance.id.instanceID, isWaiting: instance.isWaiting, result: instance.result,
            startedAt: instance.startedAt, finishedAt: instance.finishedAt, calls: instance.calls,
            events: instance.events, lines: instance.lines, log: log?.text, issues: instance.record.issues,
            variables: instance.record.variables, percentComplete: instance.record.percentComplete,
            currentOperation: instance.record.currentOperation)
    }
}
