internal import SlipwayTestSupport

/// All runs of one scenario with one moment of the kill.
struct CrashPlan: Sendable {
    var scenario: CrashScenario
    var moment: CrashMoment
    var program: String
    var killer: String?
    var certificate: SelfSignedCertificate
    var threads: Int

    func run(at number: Int) async throws -> CrashSummary {
        var summary = CrashSummary(scenario: scenario.name, moment: moment)
        summary.add(try await one(number))
        return summary
    }

    /// Until a run has had fewer calls.
    func runAll(every step: Int) async throws -> CrashSummary {
        var summary = CrashSummary(scenario: scenario.name, moment: moment)
        var next = 1
        while !summary.isComplete {
            let numbers = (0..<threads).map { next + $0 * step }
            next += threads * step
            try await withThrowingTaskGroup(of: CrashOutcome.self) { group in
                for number in numbers { group.addTask { try await one(number) } }
                for try await outcome in group { summary.add(outcome) }
            }
        }
        return summary
    }

    private func one(_ number: Int) async throws -> CrashOutcome {
        try await CrashRun(
            scenario: scenario, moment: moment, number: number, program: program, killer: killer,
            certificate: certificate
        ).run()
    }
}
