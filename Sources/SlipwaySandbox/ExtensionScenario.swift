/// The runs that show the extension: jobs that ask for an agent, and jobs that run on it.
public enum ExtensionScenario {
    /// Two agents of different sizes, each bound to the job that demands its name.
    public static let twoSizes = QueuedRun(
        pipeline: .init(id: 9, name: "shipyard-release"),
        jobs: [
            asking("ask_small", key: "small"),
            asking("ask_large", key: "large", ["cpu": "2048", "memory": "4096"]),
            bound("build", key: "small", after: "ask_small", duration: .seconds(30)),
            bound("link", key: "large", after: "ask_large", duration: .seconds(50)),
        ])

    /// Its profile doesn't exist: the reason stands in the job's log, and the job behind it is skipped.
    public static let unknownProfile = QueuedRun(
        pipeline: .init(id: 10, name: "shipyard-nightly"),
        jobs: [
            asking("ask", key: "night", ["profile": "enormous"]),
            bound("measure", key: "night", after: "ask", duration: .seconds(30)),
        ])

    /// To be cancelled while its server task waits for an agent to be online.
    public static let cancelled = QueuedRun(
        pipeline: .init(id: 11, name: "shipyard-preview"),
        jobs: [
            asking("ask", key: "preview", ["wait": "online"]),
            bound("preview", key: "preview", after: "ask", duration: .seconds(30)),
        ])

    /// Of a job that asks for an agent: `slipway-run-{build id}-{key}`.
    public static func agentName(run id: Int, key: String) -> String { "slipway-run-\(id)-\(key.lowercased())" }

    private static func asking(_ name: String, key: String, _ inputs: [String: String] = [:]) -> QueuedRun.Job {
        let usual = ["pool": "ecs-linux", "profile": "small", "key": key]
        return .agentless(
            name,
            // Little more than the time that the server tries: a job that times out can't say why.
            QueuedRun.ServerTask(inputs: usual.merging(inputs) { _, given in given }, timeout: .seconds(20 * 60)))
    }

    private static func bound(_ name: String, key: String, after asking: String, duration: Duration) -> QueuedRun.Job {
        QueuedRun.Job(
            name: name, demands: ["Agent.Name -equals slipway-run-$(Build.BuildId)-\(key)"], duration: duration,
            dependsOn: [asking])
    }
}
