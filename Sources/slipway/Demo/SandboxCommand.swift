internal import ArgumentParser
internal import Foundation
internal import SlipwaySandbox

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Run the simulators alone, to try a server or a client against them.",
        discussion: """
            Prints one JSON object with everything that a configuration needs, then runs until its standard input ends. \
            Each line of the input that is a number queues a run of that many jobs; the line “state” prints the agent \
            tasks and jobs as they are.

            Examples:
              slipway sandbox                       simulated Azure DevOps and Amazon ECS
              echo 3 | slipway sandbox --no-containers --linger
            """)

    @Option(help: ArgumentHelp("How many times faster than the real services, 1 to 100.", valueName: "times"))
    var speed = 10.0

    @Flag(inversion: .prefixedNo, help: "Whether an agent task runs a container that registers an agent.")
    var containers = true

    @Option(help: ArgumentHelp("Certificate, in PEM, that receivers of hooks may show.", valueName: "file"))
    var trust: String?

    @Flag(help: "Go on when the standard input has ended.")
    var linger = false

    func validate() throws {
        guard (1...100).contains(speed) else { throw ValidationError("--speed takes a number from 1 to 100") }
    }

    func run() async throws {
        var configuration = SandboxConfiguration()
        configuration.simulatesContainers = containers
        configuration.hooks = .init(trustRootFile: trust)
        try await withSandbox(configuration, clock: RealClock(speed: speed)) { sandbox, endpoints in
            try Output.standard.line(try description(sandbox.configuration, endpoints))
            for await line in StandardInput.lines() {
                if line == "state" { try Output.standard.line(try SandboxState(sandbox).json) }
                guard let count = Int(line), (1...1_000).contains(count) else { continue }
                let jobs = (1...count).map { QueuedRun.Job(name: "job\($0)", duration: .seconds(30)) }
                let run = try sandbox.queue(QueuedRun(jobs: jobs))
                try Output.standard.line("{\"run\":\(run)}")
            }
            while linger { try await Task.sleep(for: .seconds(3_600)) }
        }
    }

    private func description(_ configuration: SandboxConfiguration, _ endpoints: Sandbox.Endpoints) throws -> String {
        let facts: [String: String] = [
            "azureDevOps": endpoints.azureDevOps, "token": configuration.azureDevOps.token, "ecs": endpoints.ecs,
            "region": configuration.ecs.region, "accessKeyID": configuration.ecs.accessKeyID,
            "secretAccessKey": configuration.ecs.secretAccessKey, "cluster": configuration.ecs.clusters.first ?? "",
            "taskDefinition": configuration.ecs.taskDefinition.family,
            "container": configuration.ecs.taskDefinition.container,
            "pool": configuration.azureDevOps.pools.first?.name ?? "",
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(facts), as: UTF8.self)
    }
}
