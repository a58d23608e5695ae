internal import SlipwayCore
internal import SlipwayEngine

/// Explains strays and removes those that are still there after a while, by the rules of the engine's own sweep.
struct StrayPruning: Sendable {
    var survey: AgentSurvey
    /// A launch of the store, open or closed.
    var launch: @Sendable (LaunchID) async throws -> Launch?
    var record: @Sendable (LedgerEntry) async throws -> Void
    var output: Output
    var now: @Sendable () -> Timestamp = { SystemInstant.now }
    var sleep: @Sendable (_ seconds: Int) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }

    /// Throws `CommandFailure` if a stray could not be removed.
    func run(isDryRun: Bool) async throws {
        var suspicions = StraySuspicions()
        let first = try await survey.look()
        _ = suspicions.confirmed(first.strays, at: now())
        guard !first.strays.isEmpty else { return try output.line("No strays.") }
        for stray in first.strays { try await explain(stray) }
        guard !isDryRun else { return }
        let pause = LaunchRules.consistencySeconds
        output.message("Waiting \(pause) s before they are believed, since both services answer late at times.")
        try await sleep(pause)
        let second = try await survey.look()
        let confirmed = suspicions.confirmed(second.strays, at: now())
        for stray in first.strays where !confirmed.contains(stray) {
            try output.line(harmless("\(text(stray)): no longer a stray"))
        }
        try await remove(confirmed, second)
    }

    private func remove(_ strays: [Stray], _ census: AgentCensus) async throws {
        var failure: PortError?
        for stray in strays {
            guard let member = census.members.first(where: { $0.strays.contains(stray) }),
                let pool = survey.port(named: member.pool)
            else { continue }
            do throws(PortError) {
                switch try await stray.remove(from: pool, survey.agentTasks) {
                case .leftToItsJob(let request):
                    try? output.line(harmless("\(text(stray)): left to its job, request \(request)"))
                    continue
                case .removed: break
                }
            } catch {
                output.message(harmless("slipway: \(text(stray)) could not be removed: \(error)"))
                failure = error
                continue
            }
            try await record(stray.removalEntry(at: now()))
            try output.line(harmless("\(text(stray)): \(done(stray))"))
        }
        if let failure { throw CommandFailure(FailureReport(failure).status, "not every stray was removed; try again") }
    }

    private func explain(_ stray: Stray) async throws {
        let why =
            switch try await launch(of: stray) {
            case nil: "the store doesn't know its launch"
            case let launch?:
                launch.outcome.map { "its launch is closed: \($0.kind.rawValue), \($0.reason)" }
                    ?? "its launch was open a moment ago"
            }
        try output.line(harmless("\(text(stray)): no open launch answers for it; \(why)"))
    }

    private func launch(of stray: Stray) async throws -> Launch? {
        guard let id = stray.launch else { return nil }
        return try await launch(id)
    }

    private func text(_ stray: Stray) -> String {
        switch stray.kind {
        case .agentTask(let id): "agent task \(id.rawValue) of launch \(stray.subject)"
        case .registration(let id): "offline registration \(id.rawValue), \(stray.agentName)"
        }
    }

    private func done(_ stray: Stray) -> String {
        switch stray.kind {
        case .agentTask: "stopped"
        case .registration: "deregistered"
        }
    }
}
