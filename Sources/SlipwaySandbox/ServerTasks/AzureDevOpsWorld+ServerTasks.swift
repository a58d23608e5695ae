import Foundation

/// Agentless jobs: the calls that the service makes for them, and how they end.
extension AzureDevOpsWorld {
    /// Throws what the service would refuse the pipeline for.
    func check(_ serverTask: QueuedRun.ServerTask) throws(AzureDevOpsError) {
        guard serverTasks.connections[serverTask.connection] != nil else {
            throw .invalid("The service connection \(serverTask.connection) could not be found.")
        }
        let unknown = serverTask.inputs.keys.filter { serverTask.definition.inputs[$0] == nil }.sorted()
        guard unknown.isEmpty else {
            throw .invalid("\(serverTask.definition.name) has no input \(unknown.joined(separator: ", ")).")
        }
        let expression = serverTask.definition.execute.expression
        guard expression.isEmpty || AnswerExpression(expression) != nil else {
            throw .invalid("The expression '\(expression)' is none that is known here.")
        }
    }

    mutating func startServerTask(_ serverTask: QueuedRun.ServerTask, for key: JobKey, now: Date) {
        changeJob(key, now: now) { job in
            job.state = .running
            job.queuedAt = now
            job.startedAt = now
        }
        guard let run = runs[key.runID] else { return }
        let job = run[key]
        let id = ServerTaskID(
            planID: run.planID, instanceID: InstanceName.id("\(job.instanceName).\(serverTask.step)"))
        let token = JobToken.prefix + generator.hex(64)
        let instance = ServerTaskInstance(
            id: id, specification: serverTask, key: key, job: job, token: token,
            values: values(of: serverTask, id, job: key, token: token), startedAt: now)
        serverTasks.instances[id] = instance
        serverTasks.order.append(id)
        serverTasks.tokens[token] = id
        serverTasks.plans[run.planID] = run.id
        agenda.add(.serverTask(.timeout(id)), at: scale.date(serverTask.timeout, after: now))
        call(.execute, of: id, now: now)
    }

    /// The run is cancelled: the endpoint is told, where the server task says how.
    mutating func cancelServerTask(_ key: JobKey, now: Date) {
        guard let id = openServerTask(of: key), serverTasks.instances[id]?.isCancelling == false else { return }
        serverTasks.instances[id]?.isCancelling = true
        guard serverTasks.instances[id]?.specification.definition.cancel != nil else {
            return finishServerTask(id, result: .canceled, issue: nil, now: now)
        }
        call(.cancel, of: id, now: now)
    }

    /// What came of a call.
    mutating func callEnded(
        _ id: ServerTaskID, _ kind: ServerTaskSnapshot.Call.Kind, number: Int, _ outcome: ServerTaskOutcome,
        sendings: Int, now: Date
    ) {
        record(outcome, of: number, sendings: sendings, id)
        guard let instance = serverTasks.instances[id], !instance.isOver else { return }
        let line = serverTasks.masked(outcome.text, of: id)
        serverTasks.instances[id]?.show([line], at: now)
        switch kind {
        case .execute: executeEnded(instance, outcome, now: now)
        case .cancel:
            // Somebody who has answered may still say in the log how it ended.
            let grace = outcome.isSuccess ? timing.cancellationGrace : .zero
            agenda.add(.serverTask(.cancellationEnd(id)), at: scale.date(grace, after: now))
        }
    }

    mutating func happen(_ event: ServerTaskEvent, now: Date) {
        switch event {
        case .timeout(let id):
            guard let instance = serverTasks.instances[id] else { return }
            let minutes = Int(instance.specification.timeout.seconds / 60)
            finishServerTask(
                id, result: .failed,
                issue: "The job ran longer than the maximum time of \(minutes) minutes.", now: now)
        case .cancellationEnd(let id): finishServerTask(id, result: .canceled, issue: nil, now: now)
        case .evaluateGate(let id): evaluateGate(id, now: now)
        case .gateTimeout(let id): endGate(id, .failed, now: now)
        }
    }

    /// Ends the server task, its job's token and its job. Does nothing when it is over.
    mutating func finishServerTask(_ id: ServerTaskID, result: QueuedRun.Result, issue: String?, now: Date) {
        guard var instance = serverTasks.instances[id], !instance.isOver else { return }
        let result = instance.isCancelling ? .canceled : result
        instance.state = .over(result)
        instance.finishedAt = now
        if let issue { instance.show(["##[error]" + serverTasks.masked(issue, of: id)], at: now) }
        serverTasks.instances[id] = instance
        let step = instance.specification.step
        runs[instance.key.runID]?[instance.key].outputs = Dictionary(
            instance.record.variables.map { ("\(step).\($0.key)".lowercased(), $0.value.value) }
        ) { _, last in last }
        let told = issue ?? instance.record.issues.first { $0.type == "error" }?.message
        finishJob(instance.key, result: result, issue: told, now: now)
    }

    /// That of the job's present attempt, while it isn't over.
    func openServerTask(of key: JobKey) -> ServerTaskID? {
        serverTasks.order.last { id in
            guard let instance = serverTasks.instances[id] else { return false }
            return instance.key == key && !instance.isOver
        }
    }

    // MARK: Calls

    private mutating func executeEnded(_ instance: ServerTaskInstance, _ outcome: ServerTaskOutcome, now: Date) {
        let call = instance.specification.definition.execute
        guard case .answered(_, let body) = outcome, outcome.isSuccess else {
            return finishServerTask(
                instance.id, result: .failed,
                issue: serverTasks.masked(
                    "\(instance.specification.definition.name) could not be called: \(outcome.text)", of: instance.id),
                now: now)
        }
        if call.waitsForCompletion {
            serverTasks.instances[instance.id]?.state = .waiting
            return
        }
        let isFine = call.expression.isEmpty || AnswerExpression(call.expression)?.holds(of: body) == true
        finishServerTask(
            instance.id, result: isFine ? .succeeded : .failed,
            issue: isFine ? nil : "The answer is not as the expression \(call.expression) wants it.", now: now)
    }

    private mutating func call(_ kind: ServerTaskSnapshot.Call.Kind, of id: ServerTaskID, now: Date) {
        guard let instance = serverTasks.instances[id] else { return }
        let definition = instance.specification.definition
        guard let template = kind == .execute ? definition.execute : definition.cancel,
            let connection = serverTasks.connections[instance.specification.connection]
        else { return }
        let job = runs[instance.key.runID]?[instance.key].specification.name ?? ""
        let call = ServerTaskCall(
            template, values: instance.values, connection: connection, subject: .serverTask(id, kind),
            number: instance.calls.count, faultSubject: "\(definition.name) \(kind.rawValue) \(job)",
            limit: configuration.serverTaskLimit)
        let shown = serverTasks.masked(call.body, of: id)
        serverTasks.instances[id]?.calls.append(.init(kind: kind, url: call.url, body: shown, sentAt: now))
        serverTasks.instances[id]?.show(["\(call.method) \(call.url)"], at: now)
        emit(.call(call))
    }

    private mutating func record(_ outcome: ServerTaskOutcome, of number: Int, sendings: Int, _ id: ServerTaskID) {
        guard var call = serverTasks.instances[id]?.calls[number] else { return }
        call.sendings = sendings
        switch outcome {
        case .answered(let status, let body):
            call.status = status
            call.answer = serverTasks.masked(body, of: id)
        case .unanswered(let reason): call.answer = serverTasks.masked(reason, of: id)
        }
        serverTasks.instances[id]?.calls[number] = call
    }
}
