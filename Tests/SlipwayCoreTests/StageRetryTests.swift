import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE_SPOT")

@Suite struct StageRetryTests {
    private func timeline(
        attempt: Int = 1, isOver: Bool = true, _ jobs: (id: String, result: String?)...
    ) -> RunTimeline {
        RunTimeline(
            [.init(id: "stage", kind: .stage, name: "Build", attempt: attempt, isCompleted: isOver)]
                + jobs.flatMap { job -> [RunTimeline.Record] in
                    [
                        .init(id: "p-\(job.id)", parent: "stage", kind: .other, name: job.id, isCompleted: true),
                        .init(
                            id: job.id, parent: "p-\(job.id)", kind: .job, name: job.id, isCompleted: true,
                            result: job.result),
                    ]
                })
    }

    @Test func aStageIsRunAgainOnceItIsOverIfAllThatFailedInItWasInterrupted() {
        #expect(
            StageRetry(of: "a", interrupted: ["a"], in: timeline(("a", "canceled"), ("b", "succeeded")))
                == .retry(stage: "Build"))
        #expect(
            StageRetry(
                of: "a", interrupted: ["a", "b"], in: timeline(("a", "failed"), ("b", "canceled"), ("c", "skipped")))
                == .retry(stage: "Build"))
        #expect(StageRetry(of: "a", interrupted: ["a"], in: timeline(isOver: false, ("a", "canceled"))) == .wait)
        #expect(
            StageRetry(of: "a", interrupted: ["a"], in: timeline(attempt: 2, ("a", "canceled")))
                == .alreadyRetried(stage: "Build"))
    }

    @Test func aStageIsLeftWhereARetryWouldRunWhatNobodyAskedFor() {
        let left: [StageRetry] = [
            StageRetry(of: "a", interrupted: ["a"], in: timeline(("a", "canceled"), ("b", "failed"))),
            StageRetry(of: "a", interrupted: ["a"], in: timeline(("a", "succeeded"), ("b", "failed"))),
            StageRetry(of: "unknown", interrupted: ["unknown"], in: timeline(("a", "canceled"))),
        ]
        for decision in left {
            guard case .leave = decision else {
                Issue.record("\(decision)")
                continue
            }
        }
    }

    @Test func parentsThatGoRoundInACircleEndNowhere() {
        let circle = RunTimeline([
            .init(id: "a", parent: "b", kind: .job, name: "a", isCompleted: true),
            .init(id: "b", parent: "a", kind: .other, name: "b", isCompleted: true),
        ])
        guard case .leave = StageRetry(of: "a", interrupted: ["a"], in: circle) else { return #expect(Bool(false)) }
    }

    /// A listener that obeys the warning cancels its job and ends with 0.
    @Test func anInterruptionIsKnownWhateverTheExitCodeAndRecordedWithTheChange() throws {
        let job = JobRequestID(rawValue: 4711)
        let warned = AgentTaskStop(
            reason: "Your Spot Task was interrupted.", code: "SpotInterruption", exitCode: 0, isInterruption: true)
        let busy = launch(after: [.startPermitted, accepted, .jobObserved(job)])
        for events in [
            [LaunchEvent.agentTaskObserved(.stopped(warned)), .jobEnded(job, result: "canceled")],
            [.jobEnded(job, result: "canceled"), .agentTaskObserved(.stopped(warned))],
        ] {
            var value = busy
            var notes: [LedgerEntry] = []
            for event in events {
                let transition = try #require(value.applying(event, at: after(100), rules: LaunchRules()))
                value = transition.launch
                notes += transition.entries.dropFirst()
            }
            #expect(value.interruptedJob(at: start)?.request == job)
            #expect(notes.map(\.kind) == ["job.interrupted"])
        }
        let done: [LaunchEvent] = [.jobEnded(job, result: "succeeded"), .agentTaskObserved(.stopped(warned))]
        #expect(launch(busy, after: done).interruptedJob(at: start) == nil)
        #expect(
            launch(after: [.startPermitted, accepted, .agentTaskObserved(.stopped(warned))]).interruptedJob(at: start)
                == nil)
    }

    @Test func theNextJobsOfAnInterruptedRunAreNotPutOnSpot() throws {
        var request = waiting(1)
        request.origin.runID = 7
        let input = PlanningInput(policy: policy(), requests: [request], launches: [], interruptedRuns: [7])
        guard case .launch(let planned)? = plan(input, at: start).first?.action else { return #expect(Bool(false)) }
        #expect(planned.avoidsSpot == true)
        let rules = LaunchRules(profile(), for: planned)
        #expect(launch(planned, after: [.startPermitted], rules: rules).rung == 1)
        let refused: [LaunchEvent] = [
            .startPermitted, .startRefused(StartRefusal(kind: .capacity, message: "no room")),
        ]
        #expect(launch(planned, after: refused, rules: rules).rung == 1, "rather wait than lose it again")
        var onlySpot = profile()
        onlySpot.placements = [ladder[0]]
        #expect(launch(planned, after: [.startPermitted], rules: LaunchRules(onlySpot, for: planned)).rung == 0)
        #expect(plan(PlanningInput(policy: policy(), requests: [request], launches: []), at: start).count == 1)
    }

    @Test func aRungThatIsLeftOutForAWhileIsRatherWaitedForThanSpot() {
        let rules = LaunchRules(rungs: 2, openRungs: [1], avoidedRungs: [0])
        #expect(rules.firstRung == 1)
        #expect(rules.rung(after: 1) == 1)
    }

    @Test func anInterruptionIsNoEndOfAJobWhicheverNewsComesFirst() {
        let job = JobRequestID(rawValue: 4711)
        let warned = LaunchEvent.agentTaskObserved(
            .stopped(
                AgentTaskStop(
                    reason: "Your Spot Task was interrupted.", code: "SpotInterruption", exitCode: 0,
                    isInterruption: true)))
        let busy = launch(after: [.startPermitted, accepted, .jobObserved(job)])
        #expect(launch(busy, after: [.jobEnded(job, result: "canceled"), warned]).outcome?.kind == .lost)
        #expect(launch(busy, after: [warned, .jobEnded(job, result: "canceled")]).outcome?.kind == .lost)
        #expect(launch(busy, after: [.jobEnded(job, result: "succeeded"), warned]).outcome?.kind == .ran)
        #expect(launch(after: [.startPermitted, accepted, warned]).outcome?.kind == .failed, "it did no job")
    }
}
