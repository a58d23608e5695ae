import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")
private func took(_ id: Int64) -> LaunchEvent { .jobObserved(JobRequestID(rawValue: id)) }

private func decisions(
    _ requests: [JobRequest], _ launches: [Launch] = [], _ parallelJobs: ParallelJobs?, elsewhere: Int = 0,
    profiles: [Profile] = [profile()], at now: Timestamp = start
) -> [Decision] {
    plan(
        PlanningInput(
            policy: policy(profiles), requests: requests, launches: launches, parallelJobs: parallelJobs,
            launchesElsewhere: elsewhere), at: now)
}

private func limit(_ limit: Int, used: Int = 0, readAt: Timestamp = start) -> ParallelJobs {
    ParallelJobs(limit: limit, used: used, readAt: readAt)
}

private func publicJob(_ id: Int64) -> JobRequest {
    var request = waiting(id)
    request.origin.isPublic = true
    return request
}

private func launched(_ decisions: [Decision]) -> [Int64] {
    decisions.compactMap { if case .launch(let launch) = $0.action { launch.request?.rawValue } else { nil } }
}

@Suite struct ParallelJobsTests {
    @Test(
        arguments: [
            // limit, used, launches elsewhere, launches of three waiting jobs
            (5, 0, 0, 3), (3, 0, 0, 3), (2, 0, 0, 2), (2, 1, 0, 1), (2, 1, 1, 0), (2, 2, 0, 0), (2, 7, 0, 0),
            (2, 0, 2, 0),
        ])
    func noMoreLaunchesAreMadeThanJobsMayRun(_ limitCount: Int, _ used: Int, _ elsewhere: Int, _ expected: Int) {
        let plan = decisions(
            [waiting(1), waiting(2), waiting(3)], [], limit(limitCount, used: used), elsewhere: elsewhere)
        #expect(launched(plan) == Array([1, 2, 3].prefix(expected)))
        let held = plan.filter { $0.name == "hold" }
        #expect(held.count == 3 - expected)
        #expect(held.allSatisfy { $0.awaitsParallelJob && $0.reason.contains("(\(limitCount))") })
    }

    @Test func withoutALimitEachJobGetsItsLaunch() {
        #expect(launched(decisions([waiting(1), waiting(2), waiting(3)], [], nil)) == [1, 2, 3])
    }

    @Test func anOldReadingIsNoLimit() {
        let read = limit(1, used: 1)
        #expect(launched(decisions([waiting(1)], [], read, at: after(119))) == [])
        #expect(launched(decisions([waiting(1)], [], read, at: after(120))) == [1])
    }

    @Test func jobsOfPublicProjectsNeitherCountNorWait() {
        let full = limit(1, used: 1)
        #expect(launched(decisions([waiting(1), publicJob(2), publicJob(3)], [], full)) == [2, 3])
        // Agents for public jobs, on their way, leave the room to the others.
        let free = limit(1)
        let launches = decisions([publicJob(2), publicJob(3)], [], free).compactMap {
            if case .launch(let launch) = $0.action { launch } else { nil }
        }
        #expect(launches.map(\.origin.isPublic) == [true, true])
        #expect(launched(decisions([waiting(1), publicJob(2), publicJob(3)], launches, free)) == [1])
    }

    @Test(
        arguments: [
            // What became of a launch in steps of ten seconds, when the use was read, whether it counts.
            ([], 0, true), ([.startPermitted], 0, true), ([.startPermitted, accepted], 0, true),
            ([.startPermitted, accepted, .agentObserved(agent())], 0, true),
            // The reading is from before it took its job, and can't hold it.
            ([.startPermitted, accepted, took(4711)], 29, true),
            ([.startPermitted, accepted, took(4711)], 31, false),
            ([.startPermitted, accepted, took(4711), .jobEnded(JobRequestID(rawValue: 4711), result: nil)], 0, false),
        ] as [([LaunchEvent], Int, Bool)])
    func aLaunchCountsUntilTheUseHoldsItsJob(_ events: [LaunchEvent], _ readAt: Int, _ counts: Bool) {
        let value = launch(after: events)
        #expect(limit(1, readAt: after(readAt)).counts(value) == counts)
        let plan = decisions([waiting(1), waiting(2)], [value], limit(2, readAt: after(readAt)), at: after(60))
        // One that can take a job serves the first, too.
        #expect(launched(plan).count == (value.canTakeJob ? 1 : counts ? 1 : 2))
    }

    /// It may be refused for as long as its job waits, and must not take the room of all others for that long.
    @Test func aLaunchThatTheClusterRefusesDoesNotCount() {
        let refused = launch(
            after: [.startPermitted, .startRefused(StartRefusal(kind: .capacity, message: "no room"))])
        #expect(refused.canTakeJob)
        #expect(!limit(1).counts(refused))
        let profiles = [profile("small"), profile("large", capabilities: ["size": "large"])]
        let plan = decisions(
            [waiting(4711), waiting(2, demands: ["size -equals large"])], [refused], limit(1), profiles: profiles)
        #expect(launched(plan) == [2])
    }
}
