internal import SlipwayAzurePipelines
internal import SlipwayCore

/// Deletes subscriptions to the receiver, after somebody has said yes.
struct HookRemoval: Sendable {
    var services: HookServices
    var output: Output
    var recorder: HookRecorder
    /// Whether it was said beforehand.
    var isConfirmed: Bool
    /// Asks somebody; nil: nobody can be asked.
    var ask: (@Sendable (_ question: String) -> Bool)?

    /// - Parameter projects: those whose subscriptions are meant; nil: all.
    func run(_ projects: [HookProject]?) async throws {
        let list = try await HookRemoval.ours(services, projects)
        guard !list.isEmpty else {
            return try output.line("No subscription sends to \(harmless(services.receiverURL)).")
        }
        let names = await HookProjects(services: services, output: output).names()
        func line(_ subscription: ListedSubscription) -> String {
            let project = subscription.subject.projectID.map { names[$0.lowercased()] ?? $0 } ?? "any project"
            return "\(harmless(project)): \(HookEventText.of(subscription.subject)) (\(harmless(subscription.id)))"
        }
        if !isConfirmed {
            for subscription in list { output.message(line(subscription)) }
            try confirm(list.count)
        }
        var failure: (any Error)?
        for subscription in list {
            do {
                let wasThere = try await services.delete(subscription.id)
                if wasThere {
                    await recorder.record(
                        HookDeed(kind: .removed, subject: subscription.subject, subscription: subscription.id))
                }
                try output.line("\(line(subscription)): \(wasThere ? "removed" : "was gone already")")
            } catch let error as PortError where error.code == .forbidden || error.code == .invalid {
                output.message("slipway: \(line(subscription)) could not be removed: \(harmless(error.description))")
                failure = error
            }
        }
        guard let failure else { return }
        throw CommandFailure(
            FailureReport(failure).status,
            "not every subscription was removed: give the token's owner Delete Subscriptions in the project, and run it again"
        )
    }

    private func confirm(_ count: Int) throws {
        let what = count == 1 ? "this subscription" : "these \(count) subscriptions"
        guard let ask else {
            throw CommandFailure(.usage, "nothing was removed: give --yes to remove \(what)")
        }
        guard ask("Remove \(what)? [y/N] ") else { throw CommandFailure(.notSo, "nothing was removed") }
    }

    private static func ours(
        _ services: HookServices, _ projects: [HookProject]?
    ) async throws -> [ListedSubscription] {
        let ids = projects.map { Set($0.map(\.id)) }
        return try await services.survey().filter { $0.elsewhere == nil }.map(\.subscription).filter { subscription in
            guard let ids else { return true }
            return subscription.subject.projectID.map { ids.contains($0.lowercased()) } ?? false
        }
    }
}
