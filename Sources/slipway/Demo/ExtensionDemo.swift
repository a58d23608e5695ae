internal import Foundation
internal import SlipwaySandbox

/// The runs of the scenario `extension`, played: what the pages of their jobs would show is printed as it comes.
struct ExtensionDemo: Sendable {
    let sandbox: Sandbox
    let view: DemoView
    /// Real time for all of it.
    let limit: Duration

    /// The runs that were queued.
    struct Runs: Sendable {
        var twoSizes: Int
        var unknownProfile: Int
        var cancelled: Int
    }

    /// Makes the service connection, and says whether its server answers as one that serves tasks.
    func connect(url: String, token: String) async throws -> Bool {
        sandbox.connect(ServiceConnection(url: url, token: token))
        return try await sandbox.verify(connection: "slipway")
    }

    /// Plays to the end. Throws ``SandboxError`` when something doesn't come in time.
    func play() async throws -> Runs {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await printLogs() }
            defer { group.cancelAll() }
            let runs = Runs(
                twoSizes: try queue(ExtensionScenario.twoSizes),
                unknownProfile: try queue(ExtensionScenario.unknownProfile),
                cancelled: try queue(ExtensionScenario.cancelled))
            try await cancelWhileItWaits(runs.cancelled)
            try await sandbox.wait(for: "every run to end and every agent to be gone", within: limit) { sandbox in
                sandbox.jobs.allSatisfy { $0.state == .completed } && sandbox.leftovers().isEmpty
            }
            return runs
        }
    }

    private func queue(_ run: QueuedRun) throws -> Int {
        let id = try sandbox.queue(run)
        view.line(
            run.pipeline.name, "run \(id) is queued: \(run.stages.flatMap(\.jobs).map(\.name).joined(separator: ", "))")
        return id
    }

    /// Not before an agent task was started for it: that one must go.
    private func cancelWhileItWaits(_ run: Int) async throws {
        let name = ExtensionScenario.agentName(run: run, key: "preview")
        try await sandbox.wait(for: "an agent task of the run that is to be cancelled", within: limit) { sandbox in
            sandbox.serverTasks(of: run).contains(where: \.isWaiting)
                && sandbox.agentTasks.contains { $0.agentName == name }
        }
        try sandbox.cancel(run: run)
        view.line("shipyard-preview", "run \(run) is cancelled while its job asks for an agent")
    }

    /// Prints each line of each live log once, until cancelled.
    private func printLogs() async throws {
        var printed: [String: Int] = [:]
        while true {
            for serverTask in sandbox.serverTasks {
                let key = serverTask.planID + serverTask.instanceID
                for line in serverTask.lines.dropFirst(printed[key] ?? 0) {
                    view.line(serverTask.job, "log: \(harmless(line.text))")
                }
                printed[key] = serverTask.lines.count
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
