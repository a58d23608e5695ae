internal import ArgumentParser
internal import Foundation
internal import Logging
internal import SlipwayCore
internal import SlipwaySQLite
internal import SlipwaySandbox
internal import UnixSignals

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run the whole product against simulators on this machine; no account needed.",
        discussion: """
            Starts simulators of Amazon ECS and Azure DevOps, and the server itself, all on loopback. Queues a handful \
            of jobs and shows each phase. Ends with exit code 0 only if every job ran, nothing is left over and the \
            ledger verifies. The files of a demo that fails are kept.

            Examples:
              slipway demo
              slipway demo --keep             leave it running to explore
              slipway demo --scenario extension   pipelines ask for their agents
              slipway demo --scenario warm        agents wait for jobs
              slipway demo --speed 1          as slow as the real services
            """)

    @Flag(help: "Leave everything running afterwards, until Ctrl-C.")
    var keep = false

    @Option(help: "What happens: jobs wait for agents, pipelines ask for them, or agents wait for jobs.")
    var scenario = DemoPlay.jobs

    @Option(
        help: ArgumentHelp(
            "How many times faster than the real services the simulators are, 1 to 100.", valueName: "times"))
    var speed = 10.0

    func validate() throws {
        guard (1...100).contains(speed) else { throw ValidationError("--speed takes a number from 1 to 100") }
    }

    func run() async throws {
        let folder = try DemoFolder()
        do {
            try await run(in: folder)
            if !keep { folder.remove() }
        } catch let interruption as DemoInterruption {
            if !keep { folder.remove() }
            throw CommandFailure(.notSo, "the demo was interrupted by \(interruption.signal)")
        } catch {
            // What went wrong can be looked for in the store. The secrets there are the simulators' own.
            Output.standard.message("The demo's files stay in \(harmless(folder.url.path(percentEncoded: false))).")
            throw error
        }
    }

    private func run(in folder: DemoFolder) async throws {
        let demo = try await Demo(
            folder: folder, scenario: scenario, speed: speed, keep: keep, output: .standard)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await demo.run() }
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
                    throw DemoInterruption(signal: signal)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// Somebody has ended the demo before its own end.
private struct DemoInterruption: Error {
    var signal: UnixSignal
}
