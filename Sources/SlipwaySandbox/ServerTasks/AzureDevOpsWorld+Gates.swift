import Foundation

/// Checks before a stage: asked again and again until one answer passes.
extension AzureDevOpsWorld {
    mutating func beginGate(_ gate: QueuedRun.Gate, stage index: Int, of runID: Int, now: Date) {
        guard let attempt = runs[runID]?.stages[index].attempt else { return }
        let id = GateID(runID: runID, stage: index, attempt: attempt)
        serverTasks.gates[id] = GateState(gate: gate, planID: generator.uuid())
        serverTasks.gateOrder.append(id)
        runs[runID]?.stages[index].state = .waiting
        announceStage(index, of: runID, now: now)
        agenda.add(.serverTask(.gateTimeout(id)), at: scale.date(gate.timeout, after: now))
        evaluateGate(id, now: now)
    }

    mutating func evaluateGate(_ id: GateID, now: Date) {
        guard let gate = serverTasks.gates[id], isOpen(id),
            let connection = serverTasks.connections[gate.gate.serverTask.connection],
            let stage = runs[id.runID]?.stages[id.stage]
        else { return }
        let definition = gate.gate.serverTask.definition
        serverTasks.gates[id]?.evaluations += 1
        emit(
            .call(
                ServerTaskCall(
                    definition.execute, values: values(of: gate, id), connection: connection, subject: .gate(id),
                    number: gate.evaluations, faultSubject: "\(definition.name) Execute \(stage.name)",
                    limit: configuration.gateLimit)))
    }

    mutating func gateCallEnded(_ id: GateID, _ outcome: ServerTaskOutcome, now: Date) {
        guard let gate = serverTasks.gates[id], isOpen(id) else { return }
        serverTasks.gates[id]?.keep(outcome.text)
        let expression = gate.gate.serverTask.definition.execute.expression
        if case .answered(_, let body) = outcome, outcome.isSuccess,
            expression.isEmpty || AnswerExpression(expression)?.holds(of: body) == true
        {
            return endGate(id, .passed, now: now)
        }
        guard gate.gate.interval > .zero, gate.evaluations < GateState.maximumEvaluations else {
            return endGate(id, .failed, now: now)
        }
        agenda.add(.serverTask(.evaluateGate(id)), at: scale.date(gate.gate.interval, after: now))
    }

    /// Begins the stage, or gives it up. Does nothing when its run has gone another way.
    mutating func endGate(_ id: GateID, _ end: GateSnapshot.State, now: Date) {
        guard isOpen(id) else { return }
        serverTasks.gates[id]?.state = end
        if end == .passed { return openStage(id.stage, of: id.runID, now: now) }
        failStage(id.stage, of: id.runID, now: now)
    }

    private func isOpen(_ id: GateID) -> Bool {
        guard let stage = runs[id.runID]?.stages[id.stage] else { return false }
        return serverTasks.gates[id]?.state == .waiting && stage.state == .waiting && stage.attempt == id.attempt
    }

    private func values(of gate: GateState, _ id: GateID) -> [String: String] {
        var values = variables(of: JobKey(runID: id.runID, stage: id.stage, job: 0))
        values["system.hosttype"] = "checks"
        values["system.planid"] = gate.planID
        return withInputs(of: gate.gate.serverTask, values)
    }
}
