internal import SlipwayCore

/// Carries out plans, and tells of each step.
struct HookInstallation: Sendable {
    var services: HookServices
    var output: Output
    var isDryRun: Bool
    var recorder: HookRecorder

    private struct Tally {
        var created = 0
        var left = 0
        var replaced = 0
        var removed = 0
        var worst: CommandStatus?
    }

    /// Throws `CommandFailure` if not every step was done. A step that was refused keeps no other from being done; where
    /// nobody answers the rest isn't tried.
    func run(_ plans: [HookPlan]) async throws {
        var tally = Tally()
        for plan in plans {
            for step in plan.steps {
                do {
                    try await perform(step, plan.project, &tally)
                } catch let error as PortError where error.code == .forbidden || error.code == .invalid {
                    try output.line("\(line(step, plan.project)): FAILED")
                    output.message("slipway: " + refusal(error, plan.project))
                    tally.worst = .notSo
                }
            }
        }
        let would = isDryRun ? "would be " : ""
        try output.line(
            "\(would)created \(tally.created), left \(tally.left), replaced \(tally.replaced), doubles removed "
                + "\(tally.removed)")
        if let worst = tally.worst {
            throw CommandFailure(worst, "not every subscription is as it should be; mend that, and run it again")
        }
    }

    private func perform(_ step: HookPlan.Step, _ project: HookProject, _ tally: inout Tally) async throws {
        let line = line(step, project)
        let would = isDryRun ? "would be " : ""
        switch step {
        case .leave(_, let id):
            tally.left += 1
            try output.line("\(line): left, it is in order (\(harmless(id)))")
        case .create(let subject):
            let id = try await create(subject, because: nil)
            tally.created += 1
            try output.line("\(line): \(would)created\(id)")
        case .replace(let subject, let old, let reason):
            let id = try await create(subject, because: reason)
            tally.replaced += 1
            try output.line("\(line): \(would)replaced\(id): \(reason)")
            if !isDryRun { try await remove(old, subject, project, &tally) }
        case .removeDouble(let subject, let id):
            if !isDryRun { try await delete(id, subject, because: "a double") }
            tally.removed += 1
            try output.line("\(line): \(would)removed, a double (\(harmless(id)))")
        }
    }

    /// What stands after "created": the id, where there is one.
    private func create(_ subject: HookSubject, because reason: String?) async throws -> String {
        guard !isDryRun else { return "" }
        let id = try await services.create(subject)
        await recorder.record(HookDeed(kind: .created, subject: subject, subscription: id, reason: reason))
        return " (\(harmless(id)))"
    }

    private func delete(_ id: String, _ subject: HookSubject, because reason: String) async throws {
        guard try await services.delete(id) else { return }
        await recorder.record(HookDeed(kind: .removed, subject: subject, subscription: id, reason: reason))
    }

    /// The new one works already, so what can't be deleted is told, and the work goes on.
    private func remove(
        _ old: [String], _ subject: HookSubject, _ project: HookProject, _ tally: inout Tally
    ) async throws {
        for id in old {
            do {
                try await delete(id, subject, because: "it was replaced")
            } catch let error as PortError {
                output.message(
                    "slipway: the old subscription \(harmless(id)) is still there, so events may come twice, which does no "
                        + "harm. \(refusal(error, project))")
                tally.worst = FailureReport(error).status
            }
        }
    }

    private func line(_ step: HookPlan.Step, _ project: HookProject) -> String {
        let subject =
            switch step {
            case .leave(let subject, _), .create(let subject), .replace(let subject, _, _),
                .removeDouble(let subject, _):
                subject
            }
        return "\(harmless(project.name)): \(HookEventText.of(subject))"
    }

    private func refusal(_ error: PortError, _ project: HookProject) -> String {
        let said = harmless(error.description)
        guard error.code == .forbidden else { return said }
        return
            "\(said) Give the token Build (read), and its owner Edit Subscriptions in the project \(harmless(project.name)) "
            + "(project administrators have it)."
    }
}
