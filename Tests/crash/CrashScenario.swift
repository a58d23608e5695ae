internal import SlipwaySandbox

/// Jobs, what happens to them, and what has to come of it.
struct CrashScenario: Sendable {
    var name: String
    var runs: [QueuedRun]
    /// What the containers do.
    var prepare: @Sendable (Sandbox) -> Void = { _ in }
    /// Done once, as soon as it can be: answers whether it was.
    var interfere: @Sendable (Sandbox) throws -> Bool = { _ in true }
    /// How many agent tasks there may be in all.
    var agentTasks: ClosedRange<Int>
    var withHooks = false
    /// Whether agents are preregistered.
    var claims = false
    /// Whether a task of a pipeline asks for the agents. Then a call that was not accepted, since no server ran, fails its job.
    var serverTasks = false

    static let all: [CrashScenario] = [one, claims, demo, cancelled, failing, spot, booked, bookedCancelled]

    private static let one = CrashScenario(
        name: "one", runs: [QueuedRun(jobs: [.init(name: "build", duration: .seconds(20))])], agentTasks: 1...1)

    /// A task asks for an agent, and the job behind it demands that agent by name. It waits for ten real minutes: what the server
    /// waits for on purpose is a hundred times as long for the services. Where a container gives up while the server
    /// is down, others follow.
    private static let booked = CrashScenario(
        name: "booked", runs: [asking], agentTasks: 0...4, claims: true, serverTasks: true)

    /// The same run is cancelled as soon as an agent task was asked for.
    private static let bookedCancelled = CrashScenario(
        name: "booked-cancelled", runs: [asking],
        interfere: { sandbox in
            // Without a server that took the call there will never be one.
            if sandbox.jobs.allSatisfy({ $0.state == .completed }) { return true }
            guard !sandbox.agentTasks.isEmpty, let run = sandbox.jobs.first?.runID else { return false }
            try sandbox.cancel(run: run)
            return true
        }, agentTasks: 0...4, claims: true, serverTasks: true)

    private static let asking = QueuedRun(jobs: [
        .agentless(
            "ask",
            QueuedRun.ServerTask(
                inputs: ["pool": "ecs-linux", "profile": "small", "key": "agent", "wait": "online"],
                timeout: .seconds(100 * 600))),
        .init(
            name: "build", demands: ["Agent.Name -equals slipway-run-$(Build.BuildId)-agent"], duration: .seconds(20),
            dependsOn: ["ask"]),
    ])

    /// Two simulated minutes are a second here, so a container may give up while the server is down.
    private static let claims = CrashScenario(
        name: "claims", runs: [QueuedRun(jobs: [.init(name: "build", duration: .seconds(20))])], agentTasks: 1...3,
        claims: true)

    /// The jobs of `slipway demo`. The large agent may take a small job, and then its own job needs another agent.
    private static let demo = CrashScenario(
        name: "demo", runs: DemoScenario.runs, agentTasks: 5...9, withHooks: true)

    /// One of two jobs is cancelled as soon as an agent task was asked for.
    private static let cancelled = CrashScenario(
        name: "cancelled",
        runs: [
            QueuedRun(jobs: [.init(name: "kept", duration: .seconds(20))]),
            QueuedRun(jobs: [.init(name: "cancelled", duration: .seconds(20))]),
        ],
        interfere: { sandbox in
            guard !sandbox.agentTasks.isEmpty, let run = sandbox.jobs.first(where: { $0.name == "cancelled" })?.runID
            else { return false }
            try sandbox.cancel(run: run)
            return true
        }, agentTasks: 1...2)

    /// The first container ends before it has registered an agent, the second leaves its registration behind.
    private static let failing = CrashScenario(
        name: "failing", runs: [QueuedRun(jobs: [.init(name: "build", duration: .seconds(20))])],
        prepare: { sandbox in
            sandbox.behaviours.add(.crashesBeforeConfiguration(exitCode: 7), launches: 1...1)
            sandbox.behaviours.add(.leavesRegistration, launches: 2...2)
        }, agentTasks: 2...2)

    /// The capacity of an agent task is taken back before its agent has a job.
    private static let spot = CrashScenario(
        name: "spot", runs: [QueuedRun(jobs: [.init(name: "build", duration: .seconds(20))])],
        interfere: { sandbox in
            guard sandbox.agentTasks.contains(where: { $0.lastStatus == "RUNNING" }) else { return false }
            sandbox.interruptSpot()
            return true
        }, agentTasks: 2...2)
}
