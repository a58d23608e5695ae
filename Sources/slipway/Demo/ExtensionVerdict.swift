internal import SlipwaySandbox

/// Whether the scenario `extension` went as it should, as Azure DevOps and Amazon ECS saw it.
struct ExtensionVerdict: Sendable {
    let lines: [(isFine: Bool, text: String)]

    init(_ sandbox: Sandbox, _ runs: ExtensionDemo.Runs) {
        let jobs = sandbox.jobs(of: runs.twoSizes)
        let small = ExtensionScenario.agentName(run: runs.twoSizes, key: "small")
        let large = ExtensionScenario.agentName(run: runs.twoSizes, key: "large")
        let reason = sandbox.serverTasks(of: runs.unknownProfile).first?.issues.first?.message
        let gone = ExtensionScenario.agentName(run: runs.cancelled, key: "preview")
        lines = [
            (
                jobs.allSatisfy { $0.result == .succeeded }
                    && jobs.first { $0.name == "build" }?.agentName == small
                    && jobs.first { $0.name == "link" }?.agentName == large,
                "each job of run \(runs.twoSizes) ran on the agent that it had asked for"
            ),
            (
                Self.size(of: small, sandbox) == "1024/2048" && Self.size(of: large, sandbox) == "2048/4096",
                "\(small) had \(Self.size(of: small, sandbox)), \(large) \(Self.size(of: large, sandbox)) CPU units and MiB"
            ),
            (
                sandbox.run(runs.unknownProfile)?.result == .failed && reason?.contains("enormous") == true,
                "run \(runs.unknownProfile) failed, and its job says why: \(harmless(reason ?? "nothing"))"
            ),
            (
                sandbox.run(runs.cancelled)?.result == .canceled
                    && !sandbox.registrations.contains { $0.name == gone }
                    && !sandbox.agentTasks.contains { $0.agentName == gone && $0.isLive },
                "run \(runs.cancelled) was cancelled and left no registration and no agent task"
            ),
        ]
    }

    private static func size(of agent: String, _ sandbox: Sandbox) -> String {
        let agentTask = sandbox.agentTasks.first { $0.agentName == agent }
        return "\(agentTask?.cpu ?? "?")/\(agentTask?.memory ?? "?")"
    }
}
