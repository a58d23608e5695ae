@testable import SlipwaySandbox

/// A sandbox whose service connection `slipway` leads to an endpoint of the test.
struct TaskWorld: Sendable {
    let sandbox: Sandbox
    let azure: RawAzure
    let clock: ManualClock
    let endpoint: TaskEndpoint
    let url: String

    static func run(
        _ change: @Sendable (inout SandboxConfiguration) -> Void = { _ in },
        _ body: @Sendable (TaskWorld) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.azureDevOps.pools[0].placeholders = []
        // Three seconds are little on a machine that builds beside.
        configuration.azureDevOps.gateLimit = .seconds(20)
        change(&configuration)
        let clock = ManualClock()
        let endpoint = TaskEndpoint()
        let settled = configuration
        try await endpoint.serve { url in
            try await withSandbox(settled, clock: clock) { sandbox, endpoints in
                sandbox.connect(ServiceConnection(url: url, token: TaskEndpoint.token))
                try await body(
                    TaskWorld(
                        sandbox: sandbox, azure: RawAzure(sandbox, endpoints), clock: clock, endpoint: endpoint,
                        url: url))
            }
        }
    }

    /// Queues a run and lets the calls that it makes at once be answered.
    func queue(_ jobs: [QueuedRun.Job], stage: String = "__default", gate: QueuedRun.Gate? = nil) async throws -> Int {
        let run = try sandbox.queue(QueuedRun(stages: [.init(name: stage, jobs: jobs, gate: gate)]))
        try await clock.settle()
        return run
    }

    /// The job that asks for an agent.
    static func asking(
        _ name: String = "ask", key: String = "small", inputs: [String: String] = [:], timeout: Duration = .seconds(600)
    ) -> QueuedRun.Job {
        let usual = ["pool": "ecs-linux", "profile": "small", "key": key]
        return .agentless(
            name, QueuedRun.ServerTask(inputs: usual.merging(inputs) { _, given in given }, timeout: timeout))
    }

    /// The job that runs on the agent which was asked for.
    static func bound(_ name: String = "build", key: String = "small", after asking: String = "ask") -> QueuedRun.Job {
        QueuedRun.Job(
            name: name, demands: ["Agent.Name -equals slipway-run-$(Build.BuildId)-\(key)"], dependsOn: [asking])
    }

    func job(_ name: String, of run: Int) -> JobSnapshot? { sandbox.jobs(of: run).first { $0.name == name } }
}
