internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import SlipwayCore
internal import SlipwaySQLite
internal import SlipwaySandbox

/// One run of the demo: simulators, server, jobs, verdict.
struct Demo: Sendable {
    let world: DemoWorld
    let scenario: DemoPlay
    let speed: Double
    let keep: Bool
    let output: Output
    private let view: DemoView

    init(folder: DemoFolder, scenario: DemoPlay = .jobs, speed: Double, keep: Bool, output: Output) async throws {
        world = try DemoWorld(folder: folder, receiverPort: try await freePort())
        self.scenario = scenario
        self.speed = speed
        self.keep = keep
        self.output = output
        view = DemoView(output: output)
    }

    /// A demo takes about half a minute at its default speed; one that hangs must end all the same.
    private var limit: Duration { .seconds(120 + Int(1_200 / speed)) }

    func run() async throws {
        try await withSandbox(world.sandboxConfiguration, clock: RealClock(speed: speed)) { sandbox, endpoints in
            try world.writeConfiguration(endpoints, hasWarmAgents: scenario == .warm)
            try subscribe(sandbox)
            try output.line("Simulated Azure DevOps   \(endpoints.azureDevOps)")
            try output.line("Simulated Amazon ECS     \(endpoints.ecs)")
            let (addresses, continuation) = AsyncStream.makeStream(of: SocketAddress.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await serve { continuation.yield($0) } }
                group.addTask { try await play(in: sandbox, addresses) }
                defer { group.cancelAll() }
                // The server runs until it is cancelled, so the first to end is the scenario, or a server that failed.
                try await group.next()
            }
        }
    }

    /// The same composition as `slipway serve`, from the same kind of file.
    private func serve(_ onListening: @escaping @Sendable (SocketAddress) -> Void) async throws {
        let loaded = try ConfigurationLoader(environment: [:]).load(path: world.folder.path("slipway.yaml"))
        let logger = ServerLog.logger(loaded.configuration)
        let secrets = try await loaded.secrets(.live(loaded.configuration, logger: logger))
        let options = ServerOptions(
            environment: world.environment, observers: [view], handlesSignals: false, onListening: { onListening($0) },
            onConsoleListening: { address in
                try? output.line("Slipway's console        http://127.0.0.1:\(address.port ?? 0)")
            })
        do {
            try await runServer(loaded.configuration, secrets: secrets, options: options, logger: logger)
        } catch is CancellationError {}
    }

    private func play(in sandbox: Sandbox, _ addresses: AsyncStream<SocketAddress>) async throws {
        var iterator = addresses.makeAsyncIterator()
        guard await iterator.next() != nil else { return }
        try output.line("Slipway's receiver       \(world.receiverURL)\n")
        try await waitForPlaceholders(sandbox)
        switch scenario {
        case .jobs: try await playJobs(sandbox)
        case .withExtension: try await playExtension(sandbox)
        case .warm: try await playWarm(sandbox)
        }
        try explain()
        if keep { try await Task.sleep(for: .seconds(86_400)) }
    }

    private func playJobs(_ sandbox: Sandbox) async throws {
        for run in DemoScenario.runs {
            let id = try sandbox.queue(run)
            let jobs = run.stages.flatMap(\.jobs).map(\.name).joined(separator: ", ")
            view.line(run.pipeline.name, "run \(id) is queued: \(jobs)")
        }
        try await waitForTheEnd(sandbox)
        try await DemoVerdict(world: world, output: output, launches: view.latest).report(sandbox)
    }

    private func playExtension(_ sandbox: Sandbox) async throws {
        let runs = ExtensionDemo(sandbox: sandbox, view: view, limit: limit)
        do {
            guard try await runs.connect(url: world.receiverURL, token: world.pipelineToken) else {
                throw CommandFailure(.notSo, "the service connection could not be verified")
            }
            let played = try await runs.play()
            try await sandbox.wait(for: "every launch to be closed", within: limit) { _ in
                view.latest.allSatisfy { !$0.isOpen }
            }
            try await DemoVerdict(world: world, output: output, launches: view.latest)
                .report(ExtensionVerdict(sandbox, played), sandbox)
        } catch let error as SandboxError {
            throw CommandFailure(.notSo, error.message)
        }
    }

    private func playWarm(_ sandbox: Sandbox) async throws {
        let path = world.folder.path("slipway.db")
        do {
            try await WarmDemo(sandbox: sandbox, view: view, storePath: path, limit: limit).play()
        } catch let error as SandboxError {
            throw CommandFailure(.notSo, error.message)
        }
        let launches = view.latest
        try await DemoVerdict(world: world, output: output, launches: launches)
            .report(sandbox, beside: WarmVerdict(launches).lines)
    }

    private func subscribe(_ sandbox: Sandbox) throws {
        for event in DemoScenario.eventTypes {
            try sandbox.subscribe(
                to: event.type, url: "\(world.receiverURL)/hooks/azure-devops", filters: event.filters,
                username: DemoWorld.hookUser, password: world.hookPassword)
        }
    }

    /// Before they are there, Azure DevOps fails a job at once.
    private func waitForPlaceholders(_ sandbox: Sandbox) async throws {
        do {
            try await sandbox.wait(for: "Slipway's placeholders", within: .seconds(60)) { sandbox in
                sandbox.registrations.count == DemoWorld.profileCount
            }
        } catch let error as SandboxError {
            throw CommandFailure(.notSo, error.message)
        }
        for agent in sandbox.registrations {
            view.line("ecs-linux", "Slipway registers \(agent.name), never started: jobs can queue")
        }
    }

    /// Every job over, every launch closed, nothing left.
    private func waitForTheEnd(_ sandbox: Sandbox) async throws {
        do {
            try await sandbox.wait(for: "every job to run and every agent to be gone", within: limit) { sandbox in
                sandbox.jobs.allSatisfy { $0.state == .completed } && sandbox.leftovers().isEmpty
                    && view.latest.count >= sandbox.jobs.count && view.latest.allSatisfy { !$0.isOpen }
            }
        } catch let error as SandboxError {
            throw CommandFailure(.notSo, error.message)
        }
    }

    private func explain() throws {
        let command = ShellWord.command(CommandLine.arguments.first)
        guard keep else {
            try output.line("\nTo look around in it: \(command) demo --keep")
            return
        }
        let file = ShellWord.quoted(world.folder.path("slipway.yaml"))
        let variables = world.environment.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(ShellWord.quoted($0.value))" }.joined(separator: " ")
        try output.line(
            """

            It goes on running. In another terminal:
              \(command) launches list --config \(file)
              \(command) launches show ID --config \(file)
              \(command) ledger verify --config \(file)
              \(command) ledger export --config \(file) --format jsonl
              \(variables) \(command) doctor --config \(file)
            Ctrl-C ends it; the files stay in \(world.folder.url.path(percentEncoded: false)).
            """)
    }
}

/// A TCP port of this machine that nobody listens on at the moment.
private func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port
    try await channel.close()
    guard let port else { throw CommandFailure(.unreachable, "this machine has no free TCP port on 127.0.0.1") }
    return port
}
