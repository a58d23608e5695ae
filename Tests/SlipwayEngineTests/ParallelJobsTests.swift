import SlipwayCore
import SlipwayEngine
import Testing

/// The organization's limit of parallel jobs, as the engine reads and keeps it.
@Suite struct ParallelJobsTests {
    private func withThreeJobs(
        limit: Int? = 1, seconds: Int = 60, _ body: @Sendable (Harness, Engine) async throws -> Void
    ) async throws {
        let harness = Harness()
        harness.world.with { $0.parallelJobs = limit }
        try await harness.run(harness.makeEngine(respectsParallelJobs: true)) { engine in
            for id in 1...3 { harness.world.queue(Int64(id), seconds: seconds) }
            try await body(harness, engine)
        }
    }

    private func kinds(_ harness: Harness) -> [String] {
        harness.store.records.filter { $0.subject == "parallel-jobs" }.map(\.kind)
    }

    @Test func underALimitOfOneTheAgentsComeOneAfterTheOther() async throws {
        try await withThreeJobs { harness, _ in
            await harness.expect(within: 600) { harness.world.runningContainers > 1 || harness.isQuiet }
            #expect(harness.isQuiet, "two agents at once")
            #expect(harness.world.ranAll)
            #expect(harness.store.launches.count == 3)
            #expect(harness.store.launches.allSatisfy { $0.outcome?.kind == .ran })
            #expect(kinds(harness) == ["parallelJobs.limit"])
            let holds = harness.store.records.filter { $0.kind == "decision.hold" }
            #expect(holds.count == 2, "a reason for each that waits, and not again and again")
            #expect(holds.allSatisfy { $0.facts.contains("parallel jobs (1)") })
        }
    }

    /// The use is read when a job has ended, not only each ten seconds.
    @Test func theNextAgentComesSoonAfterAJobHasEnded() async throws {
        try await withThreeJobs { harness, _ in
            await harness.expect(within: 120) {
                harness.world.with { $0.jobs.values.contains { $0.request.isFinished } }
            }
            await harness.expect(within: 10) { harness.world.runningContainers == 1 }
        }
    }

    @Test func whileJobsAreHeldTheUseIsReadOftenAndElseSeldom() async throws {
        try await withThreeJobs(seconds: 300) { harness, _ in
            _ = await harness.passes(seconds: 30) { false }
            let before = harness.world.with { $0.parallelJobsReadings.count }
            _ = await harness.passes(seconds: 120) { false }
            let held = harness.world.with { $0.parallelJobsReadings.count } - before
            #expect((11...13).contains(held))
            harness.world.cancel(2)
            harness.world.cancel(3)
            _ = await harness.passes(seconds: 30) { false }
            let after = harness.world.with { $0.parallelJobsReadings.count }
            _ = await harness.passes(seconds: 60) { false }
            #expect((1...2).contains(harness.world.with { $0.parallelJobsReadings.count } - after))
        }
    }

    @Test func withoutALimitAllGetTheirAgentsAtOnce() async throws {
        try await withThreeJobs(limit: nil) { harness, engine in
            await harness.expect(within: 20) { harness.world.runningContainers == 3 }
            #expect(engine.parallelJobsNote == nil)
            #expect(kinds(harness).isEmpty)
        }
    }

    @Test(arguments: [PortError.Code.unauthenticated, .forbidden, .invalid])
    func aLimitThatMayNotBeReadIsNoneAndIsAskedForEachHour(_ code: PortError.Code) async throws {
        let harness = Harness()
        harness.world.with {
            $0.parallelJobs = 1
            $0.parallelJobsError = PortError(code: code, message: "you may not")
        }
        try await harness.run(harness.makeEngine(respectsParallelJobs: true)) { engine in
            for id in 1...3 { harness.world.queue(Int64(id)) }
            await harness.expect(within: 20) { harness.world.runningContainers == 3 }
            #expect(engine.parallelJobsNote?.contains("you may not") == true)
            #expect(kinds(harness) == ["parallelJobs.unreadable"])
            await harness.expect(within: 600) { harness.isQuiet }
            #expect(harness.world.with { $0.parallelJobsReadings.count } == 1)
            harness.world.with { $0.parallelJobsError = nil }
            harness.time.advance(milliseconds: 3_600_000)
            await harness.expect(within: 5) { harness.world.with { $0.parallelJobsReadings.count } > 1 }
            #expect(engine.parallelJobsNote == nil)
            #expect(kinds(harness) == ["parallelJobs.unreadable", "parallelJobs.limit"])
        }
    }

    @Test func afterTwoMinutesWithoutAReadingNobodyIsHeldAnyMore() async throws {
        try await withThreeJobs(seconds: 400) { harness, _ in
            await harness.expect(within: 30) { harness.world.with { $0.parallelJobsUsed } == 1 }
            harness.world.with { $0.parallelJobsError = PortError(code: .unavailable, message: "503") }
            let tooEarly = await harness.passes(seconds: 105) { harness.world.runningContainers > 1 }
            #expect(!tooEarly)
            await harness.expect(within: 30) { harness.world.runningContainers == 3 }
            await harness.expect(within: 120) { kinds(harness) == ["parallelJobs.limit", "parallelJobs.unreadable"] }
        }
    }

    @Test func aPauseThatTheServiceAsksForIsKept() async throws {
        try await withThreeJobs(seconds: 400) { harness, _ in
            await harness.expect(within: 30) { harness.world.with { $0.parallelJobsUsed } == 1 }
            harness.world.with {
                $0.parallelJobsError = PortError(code: .throttled, message: "429", retryAfterSeconds: 90)
            }
            let before = harness.world.with { $0.parallelJobsReadings.count }
            await harness.expect(within: 15) { harness.world.with { $0.parallelJobsReadings.count } == before + 1 }
            let again = await harness.passes(seconds: 85) {
                harness.world.with { $0.parallelJobsReadings.count } > before + 1
            }
            #expect(!again)
            await harness.expect(within: 10) { harness.world.with { $0.parallelJobsReadings.count } == before + 2 }
        }
    }

    @Test func jobsOfPublicProjectsAreNotHeld() async throws {
        let harness = Harness()
        harness.world.with { $0.parallelJobs = 1 }
        try await harness.run(harness.makeEngine(respectsParallelJobs: true)) { _ in
            harness.world.queue(1, seconds: 300)
            await harness.expect(within: 30) { harness.world.with { $0.parallelJobsUsed } == 1 }
            harness.world.queue(2, seconds: 300)
            for id in 3...5 { harness.world.queue(Int64(id), seconds: 300, isPublic: true) }
            await harness.expect(within: 60) { harness.world.runningContainers == 4 }
            let more = await harness.passes(seconds: 60) { harness.world.runningContainers > 4 }
            #expect(!more)
        }
    }

    @Test func aRestartUnderTheSameLimitRecordsNothingNew() async throws {
        let harness = Harness()
        harness.world.with { $0.parallelJobs = 3 }
        for _ in 0..<2 {
            try await harness.run(harness.makeEngine(respectsParallelJobs: true)) { _ in
                _ = await harness.passes(seconds: 5) { false }
            }
        }
        #expect(kinds(harness) == ["parallelJobs.limit"])
        harness.world.with { $0.parallelJobs = 4 }
        try await harness.run(harness.makeEngine(respectsParallelJobs: true)) { _ in
            await harness.expect(within: 5) { kinds(harness).count == 2 }
        }
    }
}
