import AsyncHTTPClient
import Foundation
import Logging
import Synchronization

/// Runs the containers of the simulated cluster.
final class ContainerHost: Sendable {
    /// Told once for each container that was started.
    typealias Report = @Sendable (_ taskARN: String, AgentContainer.Exit) -> Void

    private let clock: any SandboxClock
    private let timing: SandboxConfiguration.Timing
    private let agentVersion: String
    private let trustRootFile: String?
    private let logger: Logger
    private let starting: AsyncStream<(String, AgentContainer)>
    private let startContinuation: AsyncStream<(String, AgentContainer)>.Continuation
    let keys: MadeKeys
    private let containers = Mutex<[String: AgentContainer]>([:])

    init(_ configuration: SandboxConfiguration, clock: any SandboxClock, logger: Logger) {
        self.clock = clock
        timing = configuration.timing
        keys = MadeKeys(isShared: configuration.ecs.containersShareKey)
        agentVersion = configuration.azureDevOps.agentVersion
        trustRootFile = configuration.hooks.trustRootFile
        self.logger = logger
        (starting, startContinuation) = AsyncStream.makeStream()
    }

    /// Returns at once.
    func start(_ launch: ContainerLaunch) {
        let container = AgentContainer(
            launch, clock: clock, timing: timing, agentVersion: agentVersion, keys: keys)
        containers.withLock { $0[launch.taskARN] = container }
        startContinuation.yield((launch.taskARN, container))
    }

    func terminate(_ taskARN: String) {
        containers.withLock { $0[taskARN] }?.terminate()
    }

    func kill(_ taskARN: String) {
        containers.withLock { $0[taskARN] }?.kill()
    }

    /// Runs containers until its task is cancelled; that kills them all.
    func run(report: @escaping Report) async {
        let clients = ContainerClients(trustRootFile: trustRootFile)
        await withDiscardingTaskGroup { group in
            for await (taskARN, container) in starting {
                group.addTask {
                    let exit = await withTaskCancellationHandler {
                        await container.run(clients)
                    } onCancel: {
                        container.kill()
                    }
                    self.containers.withLock { _ = $0.removeValue(forKey: taskARN) }
                    self.logger.debug(
                        "Container ended", metadata: ["ecs.task": "\(taskARN)", "container.exit_code": "\(exit.code)"]
                    )
                    report(taskARN, exit)
                    container.end()
                }
            }
        }
        await clients.shutDown()
    }
}
