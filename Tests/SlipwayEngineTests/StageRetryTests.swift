import SlipwayCore
import Testing

@testable import SlipwayEngine

/// Spot capacity is taken back under jobs, and the pool's policy is to run their stage again.
@Suite struct StageRetryTests {
    private func stage(isOver: Bool = true, _ jobs: (id: String, result: String?)...) -> [RunTimeline.Record] {
        [.init(id: "s", kind: .stage, name: "Build", isCompleted: isOver, result: isOver ? "failed" : nil)]
            + jobs.map {
                .init(
                    id: $0.id, parent: "s", kind: .job, name: $0.id, isCompleted: $0.result != nil, result: $0.result)
            }
    }

    private func kinds(_ harness: Harness) -> [String] {
        harness.store.records.filter { $0.subject == InterruptedJob.ledgerSubject }.map(\.kind)
    }

    /// Two jobs of one run that go on for long.
    private func twoJobs(_ harness: Harness) async {
        harness.world.queue(1, seconds: 100_000)
        harness.world.queue(2, seconds: 100_000)
        await harness.expect(within: 60) { harness.store.launches.count { $0.state.name == "busy" } == 2 }
    }

    @Test func allInterruptedJobsOfAStageAreRunAgainWithOneCallWhenItIsOver() async throws {
        let harness = Harness()
        harness.world.with { $0.timelines[7] = stage(isOver: false, ("j-1", nil), ("j-2", nil)) }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await twoJobs(harness)
            harness.world.interrupt(1)
            _ = await harness.passes(seconds: 60) { false }
            #expect(harness.world.with { $0.toldRuns }.isEmpty, "its other job runs on")
            harness.world.interrupt(2)
            harness.world.with { $0.timelines[7] = stage(("j-1", "canceled"), ("j-2", "failed")) }
            await harness.expect(within: 240) { kinds(harness).filter { $0 == "stage.retried" }.count == 2 }
            // The stage's new jobs are requests of their own. They don't go to Spot.
            harness.world.queue(3)
            await harness.expect(within: 60) {
                harness.world.ranAll
                    || harness.store.launches.contains { $0.request?.rawValue == 3 && $0.placement != nil }
            }
        }
        #expect(harness.world.with { $0.toldRuns } == ["p/7 Build again"])
        #expect(harness.store.launches.first { $0.request?.rawValue == 3 }?.placement == "FARGATE")
    }

    @Test(arguments: [PortError.Code.forbidden, .unavailable])
    func aRunThatCantBeReadHoldsNoOtherUp(_ code: PortError.Code) async throws {
        let harness = Harness()
        harness.world.with { state in
            state.timelineErrors[5] = PortError(code: code, message: "it can't be read")
            state.timelines[7] = stage(("j-2", "canceled"))
        }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            harness.world.queue(1, seconds: 100_000, runID: 5)
            harness.world.queue(2, seconds: 100_000)
            await harness.expect(within: 60) { harness.store.launches.count { $0.state.name == "busy" } == 2 }
            harness.world.interrupt(1)
            harness.world.interrupt(2)
            await harness.expect(within: 240) { kinds(harness).contains("stage.retried") }
        }
        #expect(harness.world.with { $0.toldRuns } == ["p/7 Build again"])
    }

    /// What of another run is not known yet has no say in when this one's stage is run again.
    @Test func anInterruptedJobOfAnotherRunThatIsNotOverHoldsNoStageUp() async throws {
        let harness = Harness()
        harness.world.with { $0.timelines[7] = stage(("j-2", "canceled")) }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            harness.world.queue(1, seconds: 100_000, runID: 5)
            harness.world.queue(2, seconds: 100_000)
            await harness.expect(within: 60) { harness.store.launches.count { $0.state.name == "busy" } == 2 }
            harness.world.interrupt(1, result: nil)
            harness.world.interrupt(2)
            await harness.expect(within: 240) { kinds(harness).contains("stage.retried") }
        }
        #expect(harness.world.with { $0.toldRuns } == ["p/7 Build again"])
    }

    @Test func aStageWithAJobThatFailedByItselfIsLeft() async throws {
        let harness = Harness()
        harness.world.with { $0.timelines[7] = stage(("j-1", "canceled"), ("j-9", "failed")) }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await twoJobs(harness)
            harness.world.interrupt(1)
            await harness.expect(within: 240) { kinds(harness).contains("stage.left") }
        }
        #expect(harness.world.with { $0.toldRuns }.isEmpty)
        #expect(harness.store.records.contains { $0.kind == "stage.left" && $0.facts.contains("j-9") })
    }

    /// The one call that may not be repeated: its answer is lost, and the process ends.
    @Test func aRetryWhoseAnswerWasLostIsNotRepeatedNeitherAfterAStart() async throws {
        let harness = Harness()
        harness.world.with { state in
            state.timelines[7] = stage(("j-1", "canceled"))
            state.losesRunAnswers = true
        }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await twoJobs(harness)
            harness.world.interrupt(1)
            await harness.expect(within: 240) { !harness.world.with { $0.toldRuns }.isEmpty }
        }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await harness.expect(within: 240) {
                kinds(harness) == ["job.interrupted", "stage.retrying", "stage.retried"]
            }
            _ = await harness.passes(seconds: 120) { false }
        }
        #expect(harness.world.with { $0.toldRuns } == ["p/7 Build again"])
    }

    @Test func aStartGoesOnWithWhatWasInterruptedBeforeIt() async throws {
        let harness = Harness()
        harness.world.with { $0.timelines[7] = stage(isOver: false, ("j-1", nil)) }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await twoJobs(harness)
            harness.world.interrupt(1)
            await harness.expect(within: 240) { kinds(harness) == ["job.interrupted"] }
        }
        harness.world.with { $0.timelines[7] = stage(("j-1", "canceled")) }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await harness.expect(within: 240) {
                kinds(harness) == ["job.interrupted", "stage.retrying", "stage.retried"]
            }
        }
        #expect(harness.world.with { $0.toldRuns } == ["p/7 Build again"])
    }

    @Test func aTokenThatMayNotChangeRunsIsToldOnce() async throws {
        let harness = Harness()
        harness.world.with { state in
            state.timelines[7] = stage(("j-1", "canceled"))
            state.runError = PortError(code: .forbidden, message: "give the token Build (read & execute)")
        }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await twoJobs(harness)
            harness.world.interrupt(1)
            await harness.expect(within: 240) { kinds(harness).contains("stage.left") }
            _ = await harness.passes(seconds: 120) { false }
        }
        #expect(harness.world.with { $0.runCalls } == 1)
        #expect(harness.store.records.contains { $0.facts.contains("give the token Build") })
    }

    /// Its agent was gone, so the job hung, and somebody cancelled the run: that is not to be undone.
    @Test func aRunThatAPersonCancelledIsNotStartedAgain() async throws {
        let harness = Harness()
        harness.world.with { $0.timelines[7] = stage(("j-1", "canceled")) }
        try await harness.run(harness.makeEngine(whenInterrupted: .retryStage)) { _ in
            await twoJobs(harness)
            harness.world.interrupt(1, result: nil)
            _ = await harness.passes(seconds: 120) { false }
            #expect(kinds(harness) == ["job.interrupted"])
            let now = harness.time.now()
            harness.world.with { state in
                state.jobs[JobRequestID(rawValue: 1)]?.request.result = "canceled"
                state.jobs[JobRequestID(rawValue: 1)]?.request.finishedAt = now
            }
            await harness.expect(within: 240) { kinds(harness).contains("stage.left") }
        }
        #expect(harness.world.with { $0.toldRuns }.isEmpty)
    }

    @Test func withoutThePolicyNothingIsDoneAndTheReasonIsRecorded() async throws {
        let harness = Harness()
        try await harness.run { _ in
            await twoJobs(harness)
            harness.world.interrupt(1)
            await harness.expect(within: 240) { kinds(harness) == ["job.interrupted", "stage.left"] }
        }
        #expect(harness.world.with { $0.runCalls } == 0)
    }
}
