/// What the simulation tells a person.
struct Report {
    let coverage: Coverage

    init(_ coverage: Coverage) { self.coverage = coverage }

    var faultsThatNeverFired: [String] {
        Fault.allCases.filter { coverage.faults[$0.index] == 0 }.map(\.name)
    }

    func printSummary(seconds: Double, inDetail: Bool) {
        print(
            """
            \(coverage.worlds) worlds, \(coverage.agentTasks) agent tasks, \(coverage.steps) steps, \(Int(seconds)) s
            \(coverage.shapes.count) distinct states, \(coverage.transitions.count) distinct transitions
            \(coverage.faults.reduce(0, +)) faults of \(Fault.allCases.count - faultsThatNeverFired.count) kinds; \
            \(coverage.strays) strays removed; \(coverage.openings) times a rung was left out; \
            \(coverage.latecomers) agents took a job between the last look and the stop
            """)
        guard inDetail else { return }
        for fault in Fault.allCases { print("  \(fault.name): \(coverage.faults[fault.index])") }
        let lines = coverage.transitions.map { "  \($0.key.from) -\($0.key.event)-> \($0.key.to): \($0.value)" }
        print(lines.sorted().joined(separator: "\n"))
    }

    static func printFailure(seed: UInt64, _ simulation: Simulation) {
        let scenario = simulation.scenario
        let faults = Fault.allCases.filter { scenario.rates[$0.index] > 0 }.map(\.name)
        print(
            """
            \(simulation.trace.joined(separator: "\n"))

            seed \(seed), shrunk to \(scenario.jobs.count) jobs and these faults: \(faults.joined(separator: ", "))
            broken: \(simulation.violation?.promise.rawValue ?? "nothing any more") \
            \(simulation.violation?.text ?? "")
            replay: make simulate SEED=\(seed)
            """)
    }
}
