import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// A whole simulated outside world: ECS, Azure DevOps, and the containers between them, over real HTTP on 127.0.0.1.
///
/// Run it as a `Service`, or use ``withSandbox(_:clock:logger:_:)``. Everything else may be called from anywhere once
/// ``endpoints()`` has returned. Containers and hooks only move while it runs.
public final class Sandbox: Service, Sendable {
    /// Where the simulators listen.
    public struct Endpoints: Sendable, Equatable {
        /// `http://127.0.0.1:PORT`: for `AWS_ENDPOINT_URL_ECS`.
        public let ecs: String
        /// `http://127.0.0.1:PORT/organization`: the organization's URL, also for `AZP_URL`.
        public let azureDevOps: String
    }

    public let configuration: SandboxConfiguration
    public let clock: any SandboxClock
    /// Scripted trouble with requests and hooks.
    public let faults = FaultPlan()
    /// Scripted trouble with containers.
    public let behaviours = BehaviourPlan()
    /// The calls from outside, one by one.
    public var calls: CallWatch { faults.watch }

    let ecs: ECSSimulator
    let azureDevOps: AzureDevOpsSimulator
    let tokenWatch: TokenWatch
    let containers: ContainerHost
    private let ecsServer: SandboxServer
    private let azureDevOpsServer: SandboxServer
    private let ready = OneShot<Result<Endpoints, SandboxError>>()
    private let isStarted = Mutex(false)

    /// Throws ``SandboxError`` when the configuration makes no sense.
    public init(
        _ configuration: SandboxConfiguration = SandboxConfiguration(),
        clock: any SandboxClock = RealClock(),
        logger: Logger = Logger(label: "slipway.sandbox") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        var configuration = configuration
        try configuration.check()
        let tokenARN = configuration.ecs.taskDefinition.tokenSecretARN
        configuration.ecs.secrets[tokenARN] = configuration.ecs.secrets[tokenARN] ?? configuration.azureDevOps.token
        self.configuration = configuration
        self.clock = clock
        tokenWatch = TokenWatch(token: configuration.azureDevOps.token)
        let containers = ContainerHost(configuration, clock: clock, logger: logger)
        self.containers = containers
        let runsContainers = configuration.simulatesContainers
        do {
            ecs = try ECSSimulator(
                configuration, clock: clock, faults: faults, behaviours: behaviours, sightings: tokenWatch
            ) { action in
                guard runsContainers else { return }
                switch action {
                case .start(let launch): containers.start(launch)
                case .terminate(let taskARN): containers.terminate(taskARN)
                case .kill(let taskARN): containers.kill(taskARN)
                }
            }
        } catch {
            throw SandboxError(.startFailed, "the task definition is not valid: \(error.message)")
        }
        azureDevOps = AzureDevOpsSimulator(configuration, clock: clock, faults: faults, logger: logger)
        ecsServer = SandboxServer(name: "sandbox-ecs", logger: logger)
        azureDevOpsServer = SandboxServer(name: "sandbox-azure-devops", logger: logger)
    }

    /// Serves until cancelled or gracefully shut down, and returns then; open connections are closed, containers
    /// killed. May be called once. Throws when a server can't run.
    public func run() async throws {
        guard
            isStarted.withLock({ started in
                defer { started = true }
                return !started
            })
        else { throw SandboxError(.notRunning, "a sandbox runs once") }
        defer { ready.fulfil(.failure(SandboxError(.startFailed, "the sandbox ended before it listened"))) }
        do {
            try await cancelWhenGracefulShutdown { try await self.serve() }
        } catch is CancellationError {
            // Asked to end: that is no failure.
        }
    }

    /// Waits until both simulators listen. Throws when they don't come up.
    public func endpoints() async throws -> Endpoints {
        try await ready.value().get()
    }

    private func serve() async throws {
        let responder = AzureDevOpsResponder(azureDevOps, configuration: configuration.azureDevOps)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.ecsServer.run(self.ecs) }
            group.addTask { try await self.azureDevOpsServer.run(responder) }
            group.addTask { try await self.azureDevOps.runHooks() }
            group.addTask { try await self.azureDevOps.runServerTasks() }
            group.addTask { await self.containers.run(report: self.containerEnded) }
            defer { group.cancelAll() }
            try await announceEndpoints()
            // Ends with the first that fails, or when all are cancelled.
            try await group.waitForAll()
        }
    }

    private func announceEndpoints() async throws {
        let endpoints = Endpoints(
            ecs: "http://127.0.0.1:\(try await ecsServer.port())",
            azureDevOps:
                "http://127.0.0.1:\(try await azureDevOpsServer.port())/\(configuration.azureDevOps.organization)"
        )
        azureDevOps.setBaseURL(endpoints.azureDevOps)
        ready.fulfil(.success(endpoints))
    }

    @Sendable private func containerEnded(_ taskARN: String, _ exit: AgentContainer.Exit) {
        let id = taskARN.split(separator: "/").last.map(String.init) ?? taskARN
        ecs.driver.perform { $0.containerExited(id, code: exit.code, reason: exit.reason, now: $1) }
    }
}

/// Runs a sandbox for as long as `body` takes.
public func withSandbox<Result: Sendable>(
    _ configuration: SandboxConfiguration = SandboxConfiguration(),
    clock: any SandboxClock = RealClock(),
    logger: Logger = Logger(label: "slipway.sandbox") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable (Sandbox, Sandbox.Endpoints) async throws -> Result
) async throws -> Result {
    let sandbox = try Sandbox(configuration, clock: clock, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await sandbox.run() }
        defer { group.cancelAll() }
        return try await body(sandbox, try await sandbox.endpoints())
    }
}

extension SandboxConfiguration {
    fileprivate func check() throws(SandboxError) {
        guard !azureDevOps.projects.isEmpty, !azureDevOps.pools.isEmpty, !ecs.clusters.isEmpty else {
            throw SandboxError(.startFailed, "a sandbox has at least one project, one pool and one cluster")
        }
        guard Set(azureDevOps.pools.map(\.id)).count == azureDevOps.pools.count else {
            throw SandboxError(.startFailed, "two pools have the same id")
        }
    }
}
