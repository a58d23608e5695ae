internal import SlipwayCore
internal import SlipwaySQLite
internal import SlipwaySandbox

/// What has to hold at the end of a run, whenever the server was killed.
struct CrashChecks: Sendable {
    var scenario: CrashScenario
    var sandbox: Sandbox
    var installation: Installation

    /// Every job over, every launch closed, nothing left.
    static func isOver(
        _ scenario: CrashScenario, _ sandbox: Sandbox, _ installation: Installation
    ) async throws -> Bool {
        guard sandbox.jobs.allSatisfy({ $0.state == .completed }), sandbox.leftovers().isEmpty else { return false }
        return try await installation.withReader { reader in
            let counts = try await reader.counts()
            return (counts.launches > 0 || scenario.serverTasks) && counts.openLaunches == 0
        } ?? false
    }

    func violations() async throws -> [String] {
        var violations = (scenario.serverTasks ? bookedJobs : jobs) + agentTasks + remains
        violations += try await installation.withReader { try await store($0) } ?? ["there is no store"]
        return violations
    }

    private var jobs: [String] {
        let wanted = scenario.runs.flatMap(\.stages).flatMap(\.jobs)
        var violations: [String] = []
        for (job, specification) in zip(sandbox.jobs, wanted) {
            if job.name == "cancelled", job.result == .canceled { continue }
            // A busy agent that was stopped would have left another result, or an issue.
            if job.state != .completed || job.result != specification.result || job.attempt != 1 || job.issue != nil {
                violations.append(
                    "job \(job.name) is \(job.state), \(job.result?.rawValue ?? "without a result"), at attempt \(job.attempt)"
                        + (job.issue.map { ": \($0)" } ?? ""))
            }
            if job.agentName == nil { violations.append("job \(job.name) ran on no agent") }
        }
        let agents = sandbox.jobs.compactMap(\.agentName)
        if Set(agents).count != agents.count { violations.append("an agent ran two jobs") }
        return violations
    }

    /// A call that was accepted is answered by an outcome, not by its timeout; and its job ran on its agent, if there was one.
    private var bookedJobs: [String] {
        var violations: [String] = []
        for task in sandbox.serverTasks {
            let isAccepted = task.calls.contains { $0.kind == .execute && $0.status == 202 }
            if task.isWaiting { violations.append("the task still waits") }
            if isAccepted, task.result == .failed {
                violations.append("the task failed though its call was accepted: \(task.issues.map(\.message))")
            }
            guard task.result == .succeeded, let job = sandbox.jobs.first(where: { $0.name == "build" }) else {
                continue
            }
            // Only a person's cancellation may end it: a busy agent that was stopped would have the same result.
            if job.result != .succeeded, job.result != .canceled || scenario.name == "booked" {
                violations.append(
                    "the task got its agent, and its job ended as \(job.result?.rawValue ?? "nothing"): \(job.issue ?? "")"
                )
            }
        }
        if let job = sandbox.jobs.first(where: { $0.name == "build" }), let agent = job.agentName,
            agent != "slipway-run-\(job.runID)-agent"
        {
            violations.append("the job ran on \(agent)")
        }
        return violations
    }

    private var agentTasks: [String] {
        var violations: [String] = []
        let tasks = sandbox.agentTasks
        if !scenario.agentTasks.contains(tasks.count) {
            violations.append("there were \(tasks.count) agent tasks, not \(scenario.agentTasks)")
        }
        for (startedBy, same) in Dictionary(grouping: tasks, by: \.startedBy) where same.count > 1 {
            violations.append("\(startedBy ?? "nobody") started \(same.count) agent tasks")
        }
        return violations
    }

    private var remains: [String] {
        var violations: [String] = []
        violations += sandbox.registrations.filter { !$0.isPlaceholder }.map { "registration \($0.name) is left" }
        violations += sandbox.agentTasks.filter(\.isLive).map { "agent task \($0.arn) is left" }
        violations += sandbox.tokenSightings().map { "the organization's token was seen: \($0)" }
        return violations
    }

    private func store(_ reader: StoreReader) async throws -> [String] {
        var violations: [String] = []
        let verification = try await reader.verify()
        if !verification.isSound { violations.append("the ledger: \(verification.fault?.description ?? "not sound")") }
        let launches = try await reader.launches(limit: 1_000).launches
        violations += launches.filter(\.isOpen).map { "launch \($0.id) is \($0.state.name)" }
        let known = Set(launches.map(\.startedBy))
        violations += sandbox.agentTasks.compactMap(\.startedBy).filter { !known.contains($0) }
            .map { "the store does not know \($0)" }
        return violations
    }
}
