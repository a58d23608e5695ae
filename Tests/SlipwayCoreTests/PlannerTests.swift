import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")

private func decisions(
    _ requests: [JobRequest], _ launches: [Launch] = [], policy value: PoolPolicy = policy(),
    history: [JobRequestID: RequestHistory] = [:], parallelJobs: ParallelJobs? = nil, at now: Timestamp = start
) -> [Decision] {
    plan(
        PlanningInput(
            policy: value, requests: requests, launches: launches, history: history, parallelJobs: parallelJobs),
        at: now)
}

private func launched(_ decisions: [Decision]) -> [Launch] {
    decisions.compactMap { if case .launch(let launch) = $0.action { launch } else { nil } }
}

private func stopped(_ decisions: [Decision]) -> [LaunchID] {
    decisions.compactMap { if case .stop(let id) = $0.action { id } else { nil } }
}

@Suite struct PlannerTests {
    @Test func aProjectThatIsHeldGetsNoLaunchAndTheReason() {
        var (held, other) = (waiting(1), waiting(2))
        held.origin.projectID = "P"
        other.origin.projectID = "other"
        let input = PlanningInput(
            policy: policy(), requests: [held, other], launches: [], heldProjects: ["p": "its budget is spent"])
        let plan = plan(input, at: start)
        #expect(launched(plan).map(\.request?.rawValue) == [2])
        #expect(plan.filter { $0.name == "hold" }.map(\.reason) == ["its budget is spent"])
    }

    @Test func eachWaitingJobRequestGetsOneLaunchAndAReason() {
        let plan = decisions([waiting(1), waiting(2)])
        #expect(launched(plan).map(\.request?.rawValue) == [1, 2])
        #expect(plan.allSatisfy { !$0.reason.isEmpty })
    }

    @Test func planningTwiceFromTheSameInputGivesTheSameIds() {
        #expect(decisions([waiting(1)]) == decisions([waiting(1)]))
        #expect(launched(decisions([waiting(1)]))[0].id.rawValue == "\(organization.rawValue)-12-1-1")
    }

    @Test(
        arguments: [
            [], [.startPermitted], [.startPermitted, accepted], [.startPermitted, accepted, .agentObserved(agent())],
        ] as [[LaunchEvent]])
    func aLaunchOnItsWayIsSupply(events: [LaunchEvent]) {
        let plan = decisions([waiting(4711)], [launch(after: events)])
        #expect(launched(plan).isEmpty)
        #expect(plan.map(\.name) == ["served"])
    }

    @Test func aStolenAgentLeavesADeficitThatTheOtherAgentCovers() {
        // L1 for 1 took job 2; L2 for 2 is still free: job 1 needs no third agent.
        let thief = launch(
            newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 2))])
        let free = launch(newLaunch(for: 2), after: [.startPermitted, accepted])
        #expect(launched(decisions([waiting(1)], [thief, free])).isEmpty)
        // Without L2 it does, and the new launch is the second for that request.
        let history = [JobRequestID(rawValue: 1): RequestHistory(lastOrdinal: 1)]
        let plan = launched(decisions([waiting(1)], [thief], history: history))
        #expect(plan.map(\.ordinal) == [2])
    }

    @Test func whatAnAgentOfOursRunsNoLongerWaitsWhateverAnOldAnswerSays() {
        let busy = launch(
            newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 1))])
        #expect(decisions([waiting(1)], [busy]).isEmpty)
    }

    @Test func aRequestAllottedToAnOnlineAgentNeedsNone() {
        let online = JobRequest.Reservation(agentName: "standing-1", isOnline: true)
        let offline = JobRequest.Reservation(agentName: "ghost", isOnline: false)
        #expect(decisions([waiting(1, reservation: online)]).isEmpty)
        #expect(launched(decisions([waiting(1, reservation: offline)])).count == 1)
    }

    @Test func theProfileWithTheFewestCapabilitiesThatSatisfyAllServes() {
        let pool = policy([
            profile("large", capabilities: ["slipway.size": "large"]), profile("small"),
        ])
        let plan = launched(
            decisions(
                [waiting(1), waiting(2, demands: ["SLIPWAY.SIZE -equals Large", "Agent.Version -gtVersion 2.182.1"])],
                policy: pool))
        #expect(
            Dictionary(uniqueKeysWithValues: plan.map { ($0.request?.rawValue ?? 0, $0.profile) }) == [
                1: "small", 2: "large",
            ])
    }

    @Test func aDemandThatNobodyServesIsRefusedAndTheReasonNamesIt() {
        let plan = decisions([waiting(1, demands: ["gpu", "Agent.Version -gtVersion 2.1"])])
        #expect(plan.map(\.name) == ["refuse"])
        #expect(plan[0].reason.contains("demand gpu"))
        #expect(!plan[0].reason.contains("Agent.Version"))
    }

    @Test func aJobBoundToAnAgentOfSomebodyElseIsRefused() {
        #expect(decisions([waiting(1, demands: ["Agent.Name -equals big-iron"])]).map(\.name) == ["refuse"])
    }

    @Test func limitsHoldAndSayWhichOne() {
        let requests = (1...5).map { waiting(Int64($0), queued: Int($0)) }
        let byProfile = decisions(requests, policy: policy([profile(maximum: 2)]))
        #expect(launched(byProfile).map(\.request?.rawValue) == [1, 2])
        #expect(byProfile.filter { $0.name == "hold" }.allSatisfy { $0.reason.contains("profile small") })
        let byPool = decisions(requests, policy: policy(maximum: 3))
        #expect(launched(byPool).count == 3)
        #expect(byPool.filter { $0.name == "hold" }.allSatisfy { $0.reason.contains("pool ecs-linux") })
    }

    @Test func underAPoolsLimitNoProfileStarvesAnother() {
        let pool = policy([profile("small"), profile("large", capabilities: ["size": "large"])], maximum: 1)
        let requests = [waiting(1, queued: 50), waiting(2, demands: ["size -equals large"], queued: 10)]
        #expect(launched(decisions(requests, policy: pool)).map(\.request?.rawValue) == [2])
    }

    @Test func aJobLostUnderItsAgentWaitsAgain() {
        let lost = launch(
            newLaunch(for: 1),
            after: [
                .startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 1)),
                .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137))),
            ])
        var history = RequestHistory()
        history.add(lost)
        let plan = decisions([waiting(1)], [lost], history: [JobRequestID(rawValue: 1): history], at: after(10_000))
        #expect(launched(plan).map(\.ordinal) == [2])
    }

    @Test func theOldestIsServedFirstAndPriorityGoesBeforeAge() {
        let requests = [waiting(1, queued: 30), waiting(2, queued: 10), waiting(3, queued: 50, priority: 5)]
        #expect(launched(decisions(requests)).map(\.request?.rawValue) == [3, 2, 1])
    }

    @Test func aFailedLaunchIsReplacedAfterAPauseAndGivenUpAfterSome() {
        let id = JobRequestID(rawValue: 1)
        var history = RequestHistory(
            lastOrdinal: 1, failures: 1, lastFailedAt: start, lastFailure: "image can't be pulled")
        #expect(decisions([waiting(1)], history: [id: history], at: after(4)).map(\.name) == ["hold"])
        #expect(launched(decisions([waiting(1)], history: [id: history], at: after(5))).map(\.ordinal) == [2])
        history.failures = 4
        let given = decisions([waiting(1)], history: [id: history], at: after(10_000))
        #expect(given.map(\.name) == ["refuse"])
        #expect(given[0].reason.contains("image can't be pulled"))
    }

    @Test func underALimitProjectsTakeTurnsWhoeverQueuedFirst() {
        // Project a queued a hundred jobs before project b queued one.
        let requests =
            (1...100).map { waiting(Int64($0), queued: Int($0), project: "a") } + [
                waiting(200, queued: 500, project: "b"), waiting(201, queued: 501, project: "b"),
                waiting(300, queued: 600, priority: 1, project: "a"),
            ]
        let plan = launched(decisions(requests, policy: policy(maximum: 5)))
        #expect(plan.map(\.request?.rawValue) == [300, 200, 1, 201, 2])
        // What each has already counts.
        var running = newLaunch(for: 400)
        running = launch(running, after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 400))])
        let more = launched(
            decisions(
                [waiting(1, project: "p"), waiting(2, queued: 9, project: "q")], [running], policy: policy(maximum: 2)))
        #expect(more.map(\.request?.rawValue) == [2])
    }

    @Test func aProjectHasNoMoreAgentsThanItsLimit() {
        var limited = policy()
        limited.maximumAgentsPerProject = 2
        let requests = (1...3).map { waiting(Int64($0), project: "a") } + [waiting(4, project: "b")]
        let plan = decisions(requests, policy: limited)
        #expect(launched(plan).count == 3)
        #expect(plan.contains { $0.name == "hold" && $0.reason.contains("its project has its maximum of 2") })
    }

    @Test func aLaunchMadeByHandIsNoSurplusBeforeItsOwnDeadline() {
        let byHand = launch(newLaunch(for: nil), after: [.startPermitted, accepted, .agentObserved(agent())])
        #expect(stopped(decisions([], [byHand], at: after(10_000))).isEmpty)
    }

    @Test func anAgentThatTookAnotherJobAndWasLostDidNotFailThisOne() {
        let lost = launch(
            newLaunch(for: 1),
            after: [
                .startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 2)),
                .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137))),
            ])
        var history = RequestHistory()
        history.add(lost)
        #expect(lost.outcome?.kind == .lost)
        #expect(history.failuresThatCount == 0)
        #expect(launched(decisions([waiting(1)], history: [JobRequestID(rawValue: 1): history])).count == 1)
    }

    @Test func noRoomAndNoAnswerAreTriedForAsLongAsTheJobWaits() {
        let id = JobRequestID(rawValue: 1)
        var history = RequestHistory()
        let late = launch(newLaunch(for: 1), after: [.startPermitted, .startUnanswered("timeout")])
            .applying(.timePassed, at: after(900), rules: LaunchRules())
        for _ in 0..<20 { if let late { history.add(late.launch) } }
        #expect(history.postponements == 20)
        #expect(decisions([waiting(1)], history: [id: history], at: after(901)).map(\.name) == ["hold"])
        #expect(launched(decisions([waiting(1)], history: [id: history], at: after(1_300))).count == 1)
    }

    @Test func capacityThatIsMissingOrTakenBackAfterTheStartIsTriedForAsLongAsTheJobWaits() {
        let id = JobRequestID(rawValue: 1)
        for stop in [
            AgentTaskStop(reason: "no room", lacksRoom: true), AgentTaskStop(reason: "Spot", isInterruption: true),
        ] {
            var history = RequestHistory()
            let ended = launch(
                newLaunch(for: 1), after: [.startPermitted, accepted, .agentTaskObserved(.stopped(stop))])
            #expect(ended.outcome?.kind == .failed)
            for _ in 0..<20 { history.add(ended) }
            #expect(history.failures == 0 && history.postponements == 20)
            #expect(launched(decisions([waiting(1)], history: [id: history], at: after(1_300))).count == 1)
        }
    }

    @Test func afterTwoInterruptionsAnAgentIsNotOnSpot() throws {
        let id = JobRequestID(rawValue: 1)
        for (interruptions, avoids) in [(1, false), (2, true)] {
            let history = RequestHistory(postponements: interruptions, interruptions: interruptions)
            let made = try #require(launched(decisions([waiting(1)], history: [id: history])).first)
            #expect((made.avoidsSpot == true) == avoids)
        }
    }

    /// An agent that idles although a job waits may wait for one of the organization's parallel jobs.
    @Test func agentsThatAreGivenNoJobCountLessWhereTheLimitIsNotKnown() throws {
        let id = JobRequestID(rawValue: 1)
        var history = RequestHistory()
        let online = launch(newLaunch(for: 1), after: [.startPermitted, accepted, .agentObserved(agent())])
        let passedOver = try #require(online.applying(.timePassed, at: after(3_000), rules: LaunchRules())).launch
        #expect(passedOver.wasPassedOver == true)
        for _ in 0..<4 { history.add(passedOver) }
        let limit = ParallelJobs(limit: 10, used: 0, readAt: after(30_000))
        // Whether it is known now is no matter: it wasn't then.
        for now in [nil, limit] {
            let made = launched(decisions([waiting(1)], history: [id: history], parallelJobs: now, at: after(30_000)))
            #expect(made.map { $0.isWithinKnownLimit == true } == [now != nil])
        }
        for _ in 0..<12 { history.add(passedOver) }
        #expect(decisions([waiting(1)], history: [id: history], at: after(30_000)).map(\.isGivenUp) == [true])
        var known = passedOver
        known.isWithinKnownLimit = true
        history = RequestHistory()
        for _ in 0..<4 { history.add(known) }
        #expect(decisions([waiting(1)], history: [id: history], at: after(30_000)).map(\.isGivenUp) == [true])
    }

    /// The pool lets go of the registration of an agent that was killed after a quarter of an hour.
    @Test func aLaunchWhoseAgentTaskIsGoneTakesNobodysPlace() {
        var full = policy()
        full.maximumAgents = 1
        let killed = launch(
            newLaunch(for: 1),
            after: [
                .startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 1)),
                .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137))),
            ])
        #expect(killed.isOpen)
        #expect(launched(decisions([waiting(2)], [killed], policy: full)).count == 1)
        let busy = launch(
            newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 1))])
        #expect(launched(decisions([waiting(2)], [busy], policy: full)).isEmpty)
    }

    @Test func aFailureInTheFutureHoldsNobody() {
        let id = JobRequestID(rawValue: 1)
        let history = RequestHistory(lastOrdinal: 1, failures: 1, lastFailedAt: after(7_200), lastFailure: "no room")
        #expect(launched(decisions([waiting(1)], history: [id: history])).count == 1)
    }

    @Test func aLaunchThatEndedWhileThePoolWasReadCountsAsItWas() {
        let before = launch(newLaunch(for: 1), after: [.startPermitted, accepted])
        let gone = launch(before, after: [.agentTaskObserved(.stopping)])
        let seen = current([before], now: [gone], after: [], at: after(100)) { _ in LaunchRules() }
        #expect(launched(decisions([waiting(1)], seen)).isEmpty)
        let busy = launch(before, after: [.jobObserved(JobRequestID(rawValue: 2))])
        #expect(current([before], now: [busy], after: [], at: after(100)) { _ in LaunchRules() } == [busy])
    }

    @Test func surplusIsReusedBeforeItIsStopped() {
        let orphan = launch(newLaunch(for: 1), after: [.startPermitted, accepted, .requestGone])
        // Another job waits: the orphan is its supply.
        let reused = decisions([waiting(2)], [orphan], at: after(10_000))
        #expect(launched(reused).isEmpty && stopped(reused).isEmpty)
        // None waits: it is stopped, after its time.
        #expect(stopped(decisions([], [orphan], at: after(60))).isEmpty)
        #expect(stopped(decisions([], [orphan], at: after(10_000))) == [orphan.id])
    }

    @Test func onlyOrphansAreStoppedAndThePlannedOnesFirst() {
        let planned = launch(newLaunch(for: 1), after: [.requestGone])
        let online = launch(
            newLaunch(for: 2), after: [.startPermitted, accepted, .agentObserved(agent()), .requestGone])
        let wanted = newLaunch(for: 3)
        let plan = decisions([waiting(3), waiting(9)], [online, planned, wanted], at: after(10_000))
        #expect(stopped(plan) == [planned.id])
    }

    /// Whatever the mix of waiting requests and launches, nobody gets two, and supply never exceeds demand by a launch.
    @Test func overAllSmallWorldsDemandIsMetExactly() {
        let stages: [[LaunchEvent]?] = [
            nil, [], [.startPermitted, accepted],
            [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 50))],
            [.startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "no"))],
        ]
        for waitingCount in 0...4 {
            for one in stages {
                for two in stages {
                    for three in stages {
                        let launches = [one, two, three].enumerated().compactMap { index, events in
                            events.map { launch(newLaunch(for: Int64(index + 1)), after: $0) }
                        }
                        let requests = (1...4).prefix(waitingCount).map { waiting(Int64($0)) }
                        let history = Dictionary(
                            uniqueKeysWithValues: launches.map { launch in
                                var entry = RequestHistory()
                                entry.add(launch)
                                return (launch.request ?? JobRequestID(rawValue: 0), entry)
                            })
                        let made = launched(decisions(requests, launches, history: history, at: after(10_000)))
                        let supply = launches.filter(\.canTakeJob).count
                        #expect(made.count == max(0, waitingCount - supply))
                        let live = Set(launches.filter(\.canTakeJob).compactMap(\.request))
                        #expect(made.allSatisfy { !live.contains($0.request ?? JobRequestID(rawValue: 0)) })
                        #expect(Set(made.map(\.id)).union(launches.map(\.id)).count == made.count + launches.count)
                    }
                }
            }
        }
    }
}
