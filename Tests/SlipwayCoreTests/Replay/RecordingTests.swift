import Testing

@testable import SlipwayCore

@Suite("What the launches of a span tell") struct RecordingTests {
    @Test("A job waited from its queueing until an agent had it, and what that cost is what the launches cost")
    func ordinary() {
        let value = recording([
            PastJob(request: 2, at: 500, queuedSecondsBefore: 3).launch,
            PastJob(request: 1, at: 0, startup: 60, queuedSecondsBefore: 5).launch,
        ])
        #expect(value.jobs.map(\.request.rawValue) == [1, 2])
        #expect(value.jobs.map(\.milliseconds) == [100_000, 100_000])
        #expect(value.outcome.waits == [44_000, 66_000])
        #expect(value.outcome.launches == 2 && value.outcome.mostAtOnce == 1 && value.outcome.unused == 0)
        // From the pull, 10 s after its making, until 5 s after the job: 136 s and 156 s of one vCPU at 1 an hour.
        #expect(value.outcome.cost == Money(nanos: 37_777_778 + 43_333_333))
        #expect(value.outcome.idleMilliseconds == 2_000)
        #expect(value.outcome.agentMilliseconds == 202_000)
        #expect(value.withoutQueueTime == 0)
    }

    @Test("A job that another's agent took waited since its own launch was decided on")
    func stolen() {
        let value = recording([
            PastJob(request: 1, at: 0, ran: 2).launch, PastJob(request: 2, at: 30, ran: 1).launch,
        ])
        #expect(value.jobs.map(\.request.rawValue) == [1, 2])
        // Job 1 from 0 until the agent of the second, at 71; job 2 from 30 until that of the first, at 41.
        #expect(value.outcome.waits == [11_000, 71_000])
        #expect(value.withoutQueueTime == 2)
        #expect(value.jobs.map(\.project) == ["another", "another"], "whose agent it was in fact")
    }

    @Test("A job of a warm agent waited since it was queued, or not at all where that isn't known")
    func warm() {
        let known = PastJob(request: 1, at: 0).warm(idle: 600, queuedAt: after(638))
        let unknown = PastJob(request: 2, at: 1_000).warm(idle: 600, queuedAt: nil)
        #expect(recording([known]).outcome.waits == [2_000])
        #expect(recording([unknown]).outcome.waits == [0])
        #expect(recording([known]).outcome.idleMilliseconds == 600_000)
    }

    @Test("What is not closed, is booked or is another pool's is left out, and counted where it matters")
    func leftOut() {
        let open = launch(after: [.startPermitted])
        let elsewhere = Launch(
            id: LaunchID(
                organization: organization, pool: PoolID(rawValue: 3), request: JobRequestID(rawValue: 1), ordinal: 1),
            pool: PoolID(rawValue: 3), profile: "small", request: JobRequestID(rawValue: 1), ordinal: 1,
            origin: JobOrigin(), reason: "a test", createdAt: start)
        let value = recording([open, boundLaunch(), elsewhere, PastJob(request: 1, at: 0).launch])
        #expect(value.open == 1 && value.booked == 1 && value.outcome.launches == 1)
    }

    @Test("A job that was run twice, since its first agent was lost, is one job, as it was at last")
    func twice() {
        let value = recording([
            PastJob(request: 1, at: 0, seconds: 20).launch, PastJob(request: 2, at: 300, seconds: 70, ran: 1).launch,
        ])
        #expect(value.jobs.map(\.milliseconds) == [70_000])
    }

    @Test("Jobs that nobody saw run are counted, and not replayed")
    func unmeasured() {
        let online = launch(after: [
            .startPermitted, .agentTaskAccepted(arn, placement: "FARGATE"), .agentObserved(agent()),
        ])
        let unseen = launch(
            online,
            after: [
                .jobEnded(JobRequestID(rawValue: 4_711), result: "succeeded"),
                .agentTaskObserved(.stopped(AgentTaskStop(reason: "done", exitCode: 0))), .registrationGone,
            ])
        #expect(!unseen.isOpen && unseen.ran != nil && unseen.busyAt == nil)
        let value = recording([unseen])
        #expect(value.unmeasured == 1 && value.jobs.isEmpty && value.outcome.launches == 1)
    }

    @Test("Damaged instants make no figure impossible")
    func damaged() {
        #expect(
            plausibleLength(from: Timestamp(milliseconds: .min), to: Timestamp(milliseconds: .max)) == 316_224_000_000)
        #expect(plausibleLength(from: start, to: after(-5)) == 0)
        #expect(plausibleLength(from: start, to: after(5)) == 5_000)
    }

    @Test("Start-ups are spread over what was measured, evenly and always alike")
    func startups() {
        var times = RecordedTimes()
        for seconds in 1...10 { times.add(PastJob(request: Int64(seconds), at: 0, startup: seconds * 10).launch) }
        times.sort()
        let drawn = (1...1_000).map { times.startup(ofNumber: $0) }
        for seconds in 1...10 { #expect((95...105).contains(drawn.count { $0 == Int64(seconds) * 10_000 })) }
        #expect(RecordedTimes().startup(ofNumber: 1) == RecordedTimes.unmeasuredStartup)
    }

    @Test("An outcome's ranks are those of its jobs")
    func ranks() {
        var outcome = ReplayOutcome()
        #expect(outcome.wait(percent: 50) == nil)
        outcome.waits = Array(1...20)
        #expect(outcome.wait(percent: 50) == 10)
        #expect(outcome.wait(percent: 95) == 19)
        #expect(outcome.wait(percent: 100) == 20)
        outcome.waits = [7]
        #expect(outcome.wait(percent: 50) == 7)
    }
}
