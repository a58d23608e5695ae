internal import ArgumentParser
internal import Foundation

/// Runs Slipway's rules in simulated worlds, in which everything that can go wrong does, and checks its promises.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs Slipway's rules in simulated worlds and checks its promises.",
        discussion: "Exit status 0: no promise was broken. 1: one was; its seed and a short trace are printed.")

    @Option(help: "Replay this seed, with its trace.")
    var seed: UInt64?

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 20_000

    @Option(help: "The first of them.")
    var first: UInt64 = 1

    @Option(help: "How many to run side by side.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print what was reached: transitions, shapes, faults.")
    var coverage = false

    func run() async throws {
        if let seed { return try replay(seed) }
        let started = ContinuousClock.now
        let result = await runAll()
        let seconds = Double((ContinuousClock.now - started).components.seconds)
        Report(result.coverage).printSummary(seconds: seconds, inDetail: coverage)
        if let failed = result.failed {
            print("seed \(failed) breaks a promise; \(result.failures) of the seeds so far do")
            try replay(failed)
        }
        let silent = Report(result.coverage).faultsThatNeverFired
        if seeds >= 10_000, !silent.isEmpty {
            print("these faults never fired: \(silent.joined(separator: ", "))")
            throw ExitCode(1)
        }
    }

    private struct Result: Sendable {
        var coverage = Coverage()
        var failed: UInt64?
        var failures = 0
    }

    private func runAll() async -> Result {
        let (first, count, stride) = (first, seeds, UInt64(max(1, threads)))
        return await withTaskGroup(of: Result.self) { group in
            for lane in 0..<stride {
                group.addTask {
                    var result = Result()
                    var seed = first + lane
                    while seed < first + count, result.failures < 3 {
                        let simulation = Simulation(Scenario(seed: seed))
                        simulation.run()
                        result.coverage.add(simulation.coverage)
                        result.coverage.worlds += 1
                        if simulation.violation != nil {
                            result.failed = min(result.failed ?? seed, seed)
                            result.failures += 1
                        }
                        seed += stride
                    }
                    return result
                }
            }
            return await group.reduce(into: Result()) { all, one in
                all.coverage.add(one.coverage)
                all.failures += one.failures
                if let seed = one.failed { all.failed = min(all.failed ?? seed, seed) }
            }
        }
    }

    /// Shrinks the seed's world if it breaks a promise, and shows it.
    private func replay(_ seed: UInt64) throws {
        let simulation = Simulation(Scenario(seed: seed), isTraced: true)
        simulation.run()
        guard let violation = simulation.violation else {
            print(simulation.trace.joined(separator: "\n"))
            print("seed \(seed): no promise was broken")
            return
        }
        var shrinker = Shrinker(simulation.scenario, violation.promise)
        shrinker.shrink()
        let small = Simulation(shrinker.smallest, isTraced: true)
        small.run()
        Report.printFailure(seed: seed, small)
        throw ExitCode(1)
    }
}
