internal import SlipwayCore
internal import SlipwaySQLite
internal import SlipwaySandbox

/// The scenario `warm`, played: two agents wait, three jobs come, and the drained server lets the agents go.
struct WarmDemo: Sendable {
    let sandbox: Sandbox
    let view: DemoView
    let storePath: String
    /// Real time for each part of it.
    let limit: Duration

    /// Plays to the end. Throws ``SandboxError`` when something doesn't come in time.
    func play() async throws {
        try await sandbox.wait(for: "the warm agents to be online", within: limit) { _ in areWarm }
        let run = DemoScenario.afterWarmUp
        let id = try sandbox.queue(run)
        let jobs = run.stages.flatMap(\.jobs).map(\.name).joined(separator: ", ")
        view.line(run.pipeline.name, "run \(id) is queued: \(jobs); \(DemoWorld.warmAgents) agents are there already")
        try await sandbox.wait(for: "every job to run, and warm agents for the next ones", within: limit) { sandbox in
            sandbox.jobs.allSatisfy { $0.state == .completed } && areWarm
        }
        view.line("slipway drain", try await drain())
        try await sandbox.wait(for: "every agent to be gone", within: limit) { sandbox in
            sandbox.leftovers().isEmpty && view.latest.allSatisfy { !$0.isOpen }
        }
    }

    /// One that was made for a job which another agent took is as good as one that was made for none.
    private var areWarm: Bool {
        view.latest.count { $0.state == .online } == DemoWorld.warmAgents
    }

    /// As the command does it: in the store, beside the running server.
    private func drain() async throws -> String {
        let order = OperatorOrder(.drain, by: "demo", reason: "the demo is over")
        return try await SQLiteStore.with(existing: storePath) { store in
            try await StoreReader.with(path: storePath) { reader in
                let port = StoreOperator(
                    store: store, launch: { try await reader.launch($0) }, profiles: [], now: { SystemInstant.now })
                return try await port.perform(order).message
            }
        }
    }
}
