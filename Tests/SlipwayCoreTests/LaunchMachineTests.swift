import Testing

@testable import SlipwayCore

private let request = JobRequestID(rawValue: 4711)
private let other = JobRequestID(rawValue: 4712)
private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE_SPOT")
private let stopped = LaunchEvent.agentTaskObserved(
    .stopped(AgentTaskStop(reason: "Essential container in task exited", exitCode: 0)))
private let crashed = LaunchEvent.agentTaskObserved(.stopped(AgentTaskStop(reason: "OutOfMemory", exitCode: 137)))

@Suite struct LaunchMachineTests {
    @Test func aLaunchThatGoesWellTouchesEveryStateAndClosesAsRan() throws {
        var value = newLaunch()
        #expect(value.effect(at: start) == nil)
        let script: [(LaunchEvent, String)] = [
            (.startPermitted, "starting"), (accepted, "pending"), (.agentTaskObserved(.running), "pending"),
            (.agentObserved(agent()), "online"), (.jobObserved(request), "busy"),
            (.jobEnded(request, result: "succeeded"), "finished"), (stopped, "cleaning"), (.registrationGone, "closed"),
        ]
        for (index, (event, state)) in script.enumerated() {
            let transition = try #require(value.applying(event, at: after(index), rules: LaunchRules()))
            #expect(transition.launch.state.name == state)
            #expect(transition.launch.version == value.version + 1)
            value = transition.launch
        }
        #expect(value.outcome?.kind == .ran)
        #expect(value.ran == request)
        #expect(value.ranResult == "succeeded")
        #expect(!value.isOpen)
    }

    @Test func theAgentTakesAnotherJobThanTheOneItWasLaunchedFor() {
        let value = launch(after: [.startPermitted, accepted, .agentObserved(agent()), .jobObserved(other)])
        #expect(value.state == .busy(other))
        #expect(value.request == request)
        #expect(!value.canTakeJob)
    }

    @Test func theJobCameRanAndWentBetweenTwoLooks() {
        let value = launch(after: [.startPermitted, accepted, .jobEnded(request, result: "failed"), stopped])
        #expect(value.outcome?.kind == .ran)
        #expect(value.ranResult == "failed")
    }

    @Test func theEndOfTheJobIsLearntOnlyWhileCleaning() {
        let value = launch(after: [.startPermitted, accepted, crashed, .jobEnded(request, result: "failed")])
        #expect(value.outcome?.kind == .ran)
    }

    @Test func anAgentThatWasOnlineWhenTheAnswerToRunTaskWasLostIsNotStartedTwice() {
        let value = launch(after: [.startPermitted, .startUnanswered("timeout"), .jobObserved(request), accepted])
        #expect(value.state == .busy(request))
        #expect(value.agentTask == arn)
    }

    @Test func aBusyLaunchWhoseAgentTaskNobodyToldOfLooksForIt() throws {
        var value = launch(after: [.startPermitted, .startUnanswered("timeout"), .jobObserved(request), .agentDisabled])
        #expect(value.effect(at: after(40)) == .findAgentTasks)
        let none = try #require(
            value.applying(.agentTasksFound([], lookedAt: after(40)), at: after(40), rules: LaunchRules())
        ).launch
        #expect(none.effect(at: after(49)) == nil)
        #expect(none.effect(at: after(50)) == .findAgentTasks)
        value = try #require(
            value.applying(.agentTasksFound([arn], lookedAt: after(40)), at: after(40), rules: LaunchRules())
        ).launch
        #expect(value.state == .busy(request))
        #expect(value.agentTask == arn)
        #expect(value.effect(at: after(1_000)) == nil)
    }

    @Test func aRefusalForCapacityGoesToTheNextRungAtOnceAndWaitsOnlyAfterTheLast() throws {
        let rules = LaunchRules(rungs: 2)
        let refusal = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room"))
        var value = launch(after: [.startPermitted], rules: rules)
        value = try #require(value.applying(refusal, at: after(20), rules: rules)).launch
        #expect(value.attempt == 2)
        #expect(value.effect(at: after(20)) == .startAgentTask(attempt: 2))
        value = try #require(value.applying(refusal, at: after(21), rules: rules)).launch
        #expect(value.attempt == 3)
        #expect(value.effect(at: after(22)) == nil)
        #expect(value.effect(at: after(23)) == .startAgentTask(attempt: 3))
    }

    @Test func aThrottledCallIsRepeatedWithTheSameTokenALittleLater() throws {
        let value = try #require(
            launch(after: [.startPermitted]).applying(
                .startRefused(StartRefusal(kind: .throttled, message: "Rate exceeded")), at: after(20),
                rules: LaunchRules())
        ).launch
        #expect(value.attempt == 1)
        #expect(value.effect(at: after(20)) == nil)
        #expect(value.effect(at: after(21)) == .startAgentTask(attempt: 1))
    }

    @Test func aPermanentRefusalEndsWithItsReasonOnceItIsCertainThatNoCallWorked() throws {
        // The call before it may have: its answer was lost.
        let refusal = StartRefusal(kind: .permanent, message: "iam:PassRole is missing")
        var value = launch(after: [.startPermitted, .startUnanswered("timeout"), .startRefused(refusal)])
        #expect(value.outcome == LaunchOutcome(kind: .failed, reason: "iam:PassRole is missing"))
        value = try #require(value.applying(.quiesced(lookedAt: after(31)), at: after(31), rules: LaunchRules())).launch
        #expect(value.effect(at: after(31)) == .findAgentTasks)
        value = try #require(
            value.applying(.agentTasksFound([arn], lookedAt: after(31)), at: after(31), rules: LaunchRules())
        ).launch
        value = try #require(value.applying(.quiesced(lookedAt: after(32)), at: after(32), rules: LaunchRules())).launch
        #expect(value.effect(at: after(32)) == .stopAgentTask(arn))
    }

    @Test func aStopThatFailedIsPrecededByAnotherLookAtTheAgent() throws {
        // The container has registered since the first look, and may have a job by now.
        var value = launch(after: [
            .startPermitted, accepted, .surplus, .quiesced(lookedAt: after(40)), .cleaningFailed("throttled"),
        ])
        #expect(value.effect(at: after(52)) == .quiesceAgent, "the look before the failure is no older than 12 s")
        value = launch(after: [.startPermitted, accepted, .surplus])
        for event in [LaunchEvent.quiesced(lookedAt: after(50)), .cleaningFailed("throttled")] {
            value = try #require(value.applying(event, at: after(40), rules: LaunchRules())).launch
        }
        #expect(value.effect(at: after(42)) == .quiesceAgent)
        value = try #require(value.applying(.jobObserved(other), at: after(100), rules: LaunchRules())).launch
        #expect(value.state == .busy(other))
    }

    @Test func anOldLookAtTheAgentIsNotGoodForAStop() throws {
        let value = launch(after: [.startPermitted, accepted, .surplus, .quiesced(lookedAt: after(40))])
        #expect(value.effect(at: after(41)) == .stopAgentTask(arn))
        #expect(value.effect(at: after(51)) == .quiesceAgent)
    }

    @Test func anAgentWhoseJobRequestTheServiceTookBackIsCleanedOnTheSecondSight() throws {
        var value = launch(after: [.startPermitted, accepted, .jobObserved(request), .jobReturned(request)])
        #expect(value.state == .busy(request))
        value = try #require(value.applying(.jobReturned(request), at: after(60), rules: LaunchRules())).launch
        // Its request may have another launch by now, so it doesn't become supply again; and it is looked at before it goes.
        #expect(value.outcome?.kind == .lost)
        #expect(value.effect(at: after(60)) == .quiesceAgent)
    }

    @Test func anAgentThatEndedAsAfterOneJobDidNotFailWhicheverJobItWas() {
        var history = RequestHistory()
        let unseen = launch(after: [.startPermitted, accepted, .agentObserved(agent()), stopped])
        #expect(unseen.outcome?.kind == .ran)
        #expect(unseen.ran == nil)
        for _ in 0..<RequestHistory.ordinaryUnseen { history.add(unseen) }
        #expect(history.failuresThatCount == 0)
        // An image that ends at once looks the same, but goes on and on.
        history.add(unseen)
        #expect(history.failuresThatCount == 1)
        #expect(launch(after: [.startPermitted, accepted, crashed]).outcome?.kind == .failed)
    }

    @Test func anAgentTaskThatStopsByItselfIsNoSupplyBeforeItHasStopped() {
        let pending = launch(after: [.startPermitted, accepted])
        #expect(pending.lastWordRequest == pending.request)
        let leaving = launch(after: [.startPermitted, accepted, .agentTaskObserved(.stopping)])
        #expect(!leaving.canTakeJob)
        #expect(leaving.outcome?.kind == .unused)
        #expect(launch(leaving, after: [crashed]).outcome?.kind == .failed)
        #expect(launch(leaving, after: [stopped]).outcome?.kind == .ran)
        #expect(launch(leaving, after: [.jobObserved(request)]).state == .busy(request))
    }

    @Test func aSecondJobForAnAgentThatHadItsOneJobGoesBackToTheQueue() {
        let given = launch(
            after: [
                .startPermitted, accepted, .jobObserved(request), .jobEnded(request, result: "succeeded"),
                .jobObserved(other),
            ])
        #expect(given.state == .busy(other), "should it run it after all, it must not be interrupted")
        for value in [
            launch(given, after: [stopped]), launch(given, after: [.jobEnded(other, result: "abandoned")]),
        ] {
            #expect(value.ran == request)
            #expect(value.ranResult == "succeeded")
            #expect(value.leftBehind == other)
        }
        #expect(launch(given, after: [.jobEnded(other, result: "succeeded")]).ran == other)
    }

    @Test func whatItsRegistrationSaysItRanIsKnownThoughNobodySawIt() {
        var observed = agent()
        observed.completed = .init(request: other, result: "failed")
        let value = launch(after: [.startPermitted, accepted, .agentObserved(observed)])
        #expect(value.state == .finished)
        #expect(value.ran == other)
        #expect(value.ranResult == "failed")
    }

    @Test func aRefusalIsNotBelievedWhileAnEarlierCallMayStillTakeEffect() throws {
        let noRoom = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room"))
        let rules = LaunchRules(rungs: 2)
        var value = launch(after: [.startPermitted, .startUnanswered("timeout")], rules: rules)
        value = try #require(value.applying(noRoom, at: after(30), rules: rules)).launch
        #expect(value.attempt == 1)
        #expect(value.effect(at: after(30)) == nil)
        value = try #require(value.applying(noRoom, at: after(90), rules: rules)).launch
        #expect(value.effect(at: after(90)) == .startAgentTask(attempt: 2))
    }

    @Test func afterTwoTokensAnotherAgentTaskIsLookedForBeforeTheLaunchCloses() throws {
        let noRoom = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room"))
        let second = AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:111122223333:task/build-agents/second")
        var value = launch(after: [.startPermitted, noRoom, accepted, crashed])
        #expect(value.effect(at: after(100)) == .findAgentTasks)
        let alone = try #require(
            value.applying(.agentTasksFound([], lookedAt: after(100)), at: after(100), rules: LaunchRules())
        ).launch
        #expect(alone.effect(at: after(100)) == .removeRegistration)
        value = try #require(
            value.applying(.agentTasksFound([second], lookedAt: after(100)), at: after(100), rules: LaunchRules())
        ).launch
        #expect(value.effect(at: after(100)) == .quiesceAgent)
        value = try #require(value.applying(.quiesced(lookedAt: after(100)), at: after(100), rules: LaunchRules()))
            .launch
        #expect(value.effect(at: after(100)) == .stopAgentTask(second))
    }

    @Test func whatWasSeenBeforeARestartIsNotBelievedAfterIt() throws {
        let surplus: [LaunchEvent] = [.startPermitted, accepted, .surplus, .quiesced(lookedAt: after(40))]
        let quiesced = launch(after: surplus)
        #expect(quiesced.effect(at: after(41)) == .stopAgentTask(arn))
        #expect(launch(quiesced, after: [.recovered]).effect(at: after(41)) == .quiesceAgent)
        // The clock was set back by a day while nobody looked: pauses and deadlines don't last a day for it.
        let yesterday = start.adding(seconds: -86_400)
        var starting = launch(after: [.startPermitted, .startUnanswered("timeout")])
        starting = try #require(starting.applying(.recovered, at: yesterday, rules: LaunchRules())).launch
        #expect(starting.effect(at: yesterday) == .startAgentTask(attempt: 1))
        #expect(starting.deadline(Deadlines()) == yesterday.adding(seconds: 900))
    }

    /// Its token may be forgotten by then, and a call would start a second agent task.
    @Test func runTaskIsNotCalledAgainOnceItsTimeWasUpWhileNoProcessRan() throws {
        let starting = launch(after: [.startPermitted])
        func recovered(_ seconds: Int) throws -> Launch {
            try #require(starting.applying(.recovered, at: after(seconds), rules: LaunchRules())).launch
        }
        #expect(try recovered(899).effect(at: after(899)) == .startAgentTask(attempt: 1))
        let late = try recovered(9_000)
        #expect((9_000...9_031).allSatisfy { late.effect(at: after($0)) == nil })
        #expect(late.isDue(at: after(9_031), recoveredAt: after(9_000), sight: nil, rules: LaunchRules()))
        let ended = try #require(late.applying(.timePassed, at: after(9_031), rules: LaunchRules())).launch
        #expect(ended.effect(at: after(9_031)) == .quiesceAgent, "whatever the call has started is looked for")
    }

    @Test func aDeadlineThatPassedWhileNoProcessLookedCountsAHalfMinuteLater() {
        let pending = launch(after: [.startPermitted, accepted])
        let sight = sight(from: 0, to: 1_040)
        #expect(pending.isDue(at: after(1_000), recoveredAt: start, sight: sight, rules: LaunchRules()))
        #expect(!pending.isDue(at: after(1_000), recoveredAt: after(999), sight: sight, rules: LaunchRules()))
        #expect(pending.isDue(at: after(1_029), recoveredAt: after(999), sight: sight, rules: LaunchRules()))
    }

    /// Else every launch that was under way when the pool could not be read for long would have failed, with its agent
    /// online.
    @Test func aDeadlineThatPassedWhileThePoolCouldNotBeReadCountsAHalfMinuteAfterItCan() {
        let pending = launch(after: [.startPermitted, accepted])
        func isDue(_ seconds: Int, _ sight: PoolSight) -> Bool {
            pending.isDue(at: after(seconds), recoveredAt: start, sight: sight, rules: LaunchRules())
        }
        #expect(!isDue(1_000, PoolSight()))
        var sight = sight(from: 0, to: 100)
        #expect(!isDue(1_000, sight))
        sight.read(lookedAt: after(1_000))
        #expect(!isDue(1_001, sight))
        #expect(isDue(1_030, sight))
        #expect(!isDue(1_060, sight), "it can't be read again")
        // A start that gets no answer has nothing to do with the pool.
        let starting = launch(after: [.startPermitted, .startUnanswered("timeout")])
        #expect(starting.isDue(at: after(1_000), recoveredAt: start, sight: PoolSight(), rules: LaunchRules()))
    }

    @Test func aLookCountsFromWhenItWasAskedFor() throws {
        let surplus = launch(after: [.startPermitted, accepted, .surplus])
        let late = try #require(
            surplus.applying(.quiesced(lookedAt: after(40)), at: after(60), rules: LaunchRules())
        ).launch
        #expect(late.effect(at: after(60)) == nil, "it is asked again after a pause")
        #expect(late.effect(at: after(62)) == .quiesceAgent)
        // Nothing was found, but that was asked for before a late call of RunTask had to be visible.
        let unanswered = launch(after: [.startPermitted, .startUnanswered("timeout"), .surplus])
        let early = LaunchEvent.agentTasksFound([], lookedAt: after(60))
        let still = try #require(unanswered.applying(early, at: after(200), rules: LaunchRules())).launch
        guard case .cleaning(let cleaning) = still.state else { return #expect(Bool(false), "\(still.state)") }
        #expect(!cleaning.isAgentTaskGone)
    }

    @Test func aJobThatEndedBeforeItsAgentReceivedItWasNotRun() throws {
        let given = launch(after: [.startPermitted, accepted, .agentObserved(agent()), .jobObserved(request)])
        let over = launch(given, after: [.jobWithdrawn(request)])
        #expect(over.ran == nil)
        #expect(over.outcome?.kind == .unused)
        #expect(over.effect(at: after(50)) == .quiesceAgent, "it may have been given another since")
        // After its one job it was allotted a second, which was cancelled: what it ran is the first.
        let second = JobRequestID(rawValue: 5000)
        let both = launch(
            given, after: [.jobEnded(request, result: "failed"), .jobObserved(second), .jobWithdrawn(second)])
        #expect(both.state == .finished)
        #expect(both.ran == request)
        #expect(both.ranResult == "failed")
        // Its own job request, withdrawn before the agent came.
        #expect(launch(after: [.startPermitted, accepted, .jobWithdrawn(request)]).orphanedAt != nil)
    }

    /// A call of RunTask that was given up took effect after all, and its agent did its job.
    @Test func aLaunchThatHadFailedAndWhoseAgentEndedWellHasRunAJob() {
        let refused = LaunchEvent.startRefused(StartRefusal(kind: .permanent, message: "denied"))
        let ended = AgentTaskStop(reason: "exited", code: "EssentialContainerExited", exitCode: 0)
        let value = launch(after: [
            .startPermitted, .startUnanswered("timeout"), refused, .agentTasksFound([arn], lookedAt: after(40)),
        ])
        #expect(value.outcome?.kind == .failed)
        #expect(launch(value, after: [.agentTaskObserved(.stopped(ended))]).outcome?.kind == .ran)
        #expect(launch(value, after: [crashed]).outcome?.kind == .failed)
    }

    /// Between its job's end and that of its session the pool would give it another, which it leaves behind.
    @Test func anAgentIsDisabledAsSoonAsItsJobIsSeen() throws {
        let job = JobRequestID(rawValue: 4711)
        var value = launch(after: [.startPermitted, accepted, .agentObserved(agent()), .jobObserved(job)])
        #expect(value.effect(at: after(40)) == .disableAgent)
        var now = after(40)
        var pauses: [Int64] = []
        for _ in 0..<3 {
            value = try #require(value.applying(.disablingFailed("503"), at: now, rules: LaunchRules())).launch
            #expect(value.effect(at: now) == nil)
            let next = try #require(value.disableNotBefore)
            pauses.append(next.millisecondsSince(now) / 1_000)
            now = next
            #expect(value.effect(at: now) == .disableAgent)
        }
        #expect(pauses == [5, 10, 20])
        #expect(launch(value, after: [.recovered]).effect(at: after(40)) == .disableAgent)
        value = try #require(value.applying(.agentDisabled, at: now, rules: LaunchRules())).launch
        #expect(value.effect(at: after(100_000)) == nil)
        #expect(value.state == .busy(job))
        #expect(launch(after: [.startPermitted, accepted, .jobObserved(job)]).effect(at: after(40)) == .disableAgent)
    }

    @Test func theAgentTaskUnderABusyAgentIsSoughtLessAndLessOften() throws {
        var value = launch(after: [
            .startPermitted, .startUnanswered("timeout"), .jobObserved(request), .agentDisabled,
        ])
        var now = after(41)
        var pauses: [Int64] = []
        for event in [LaunchEvent.searchFailed("503"), .agentTasksFound([], lookedAt: now)]
            + Array(repeating: .searchFailed("503"), count: 6)
        {
            #expect(value.effect(at: now) == .findAgentTasks)
            value = try #require(value.applying(event, at: now, rules: LaunchRules())).launch
            #expect(value.effect(at: now) == nil)
            pauses.append(value.startNotBefore.millisecondsSince(now) / 1_000)
            now = value.startNotBefore
        }
        #expect(pauses == [10, 20, 40, 80, 160, 300, 300, 300])
    }

    @Test func refusalsThatNobodyUnderstandsAreNotAllSpentWithinSeconds() {
        var value = launch(after: [.startPermitted, .startUnanswered("timeout")])
        var now = after(20)
        let refused = LaunchEvent.startRefused(StartRefusal(kind: .unknown, message: "?"))
        var calls = 0
        while let next = value.applying(refused, at: now, rules: LaunchRules())?.launch, next.state.name == "starting" {
            value = next
            now = max(now.adding(seconds: 1), value.startNotBefore)
            calls += 1
        }
        #expect(calls == 9)
        #expect(now >= after(120), "ten calls within some seconds would end it")
    }

    @Test func theLastWordIsAskedForWhenAnAgentTaskStopsByItself() {
        let leaving = launch(after: [.startPermitted, accepted, .agentTaskObserved(.stopping)])
        #expect(leaving.lastWordRequest == leaving.request)
        #expect(launch(after: [.startPermitted, accepted, .surplus]).lastWordRequest == nil)
    }

    @Test func anAgentThatIsNotGivenTheJobThatWaitsHasFailedAndOneWithoutAJobToWaitForHasNot() {
        let online: [LaunchEvent] = [.startPermitted, accepted, .agentObserved(agent())]
        let late = after(100_000)
        func ended(_ events: [LaunchEvent]) -> LaunchOutcome.Kind? {
            launch(after: events).applying(.timePassed, at: late, rules: LaunchRules())?.launch.outcome?.kind
        }
        #expect(ended(online) == .failed)
        #expect(ended(online + [.requestGone]) == .unused)
    }

    @Test func anUnansweredStartIsRepeatedUntilItsDeadlineAndThenLookedFor() throws {
        var value = launch(after: [.startPermitted, .startUnanswered("timeout")])
        #expect(value.effect(at: after(60)) == .startAgentTask(attempt: 1))
        value = try #require(value.applying(.timePassed, at: after(900), rules: LaunchRules())).launch
        value = try #require(value.applying(.quiesced(lookedAt: after(901)), at: after(901), rules: LaunchRules()))
            .launch
        #expect(value.effect(at: after(901)) == .findAgentTasks)
        // "Nothing found" is not believed at once: the cluster's API is eventually consistent.
        value = try #require(
            value.applying(.agentTasksFound([], lookedAt: after(902)), at: after(902), rules: LaunchRules())
        ).launch
        #expect(value.effect(at: after(912)) == .quiesceAgent)
        value = try #require(value.applying(.quiesced(lookedAt: after(960)), at: after(960), rules: LaunchRules()))
            .launch
        #expect(value.effect(at: after(960)) == .findAgentTasks)
        value = try #require(
            value.applying(.agentTasksFound([], lookedAt: after(961)), at: after(961), rules: LaunchRules())
        ).launch
        #expect(value.effect(at: after(971)) == .removeRegistration)
    }

    @Test func anAgentTaskFoundAfterAllIsStoppedBeforeTheLaunchCloses() throws {
        var value = launch(after: [.startPermitted, .startUnanswered("timeout")])
        let looks: [LaunchEvent] = [
            .quiesced(lookedAt: after(900)), .agentTasksFound([arn], lookedAt: after(900)),
            .quiesced(lookedAt: after(900)),
        ]
        for event in [LaunchEvent.timePassed] + looks {
            value = try #require(value.applying(event, at: after(900), rules: LaunchRules())).launch
        }
        #expect(value.effect(at: after(900)) == .stopAgentTask(arn))
        #expect(value.applying(.registrationGone, at: after(901), rules: LaunchRules()) == nil)
    }

    @Test func cleaningDisablesTheAgentBeforeItStopsAnything() throws {
        var value = launch(after: [.startPermitted, accepted, .agentObserved(agent()), .surplus])
        #expect(value.effect(at: after(50)) == .quiesceAgent)
        value = try #require(value.applying(.quiesced(lookedAt: after(50)), at: after(50), rules: LaunchRules())).launch
        #expect(value.effect(at: after(50)) == .stopAgentTask(arn))
        value = try #require(value.applying(.stopCalled, at: after(50), rules: LaunchRules())).launch
        #expect(value.effect(at: after(51)) == nil)
        #expect(value.effect(at: after(80)) == .stopAgentTask(arn))
        value = try #require(value.applying(stopped, at: after(60), rules: LaunchRules())).launch
        #expect(value.effect(at: after(60)) == .removeRegistration)
    }

    @Test func anAgentFoundBusyWhileCleaningIsLeftAlone() {
        let value = launch(after: [.startPermitted, accepted, .agentObserved(agent()), .surplus, .jobObserved(other)])
        #expect(value.state == .busy(other))
        #expect(value.effect(at: after(1_000_000)) == .disableAgent)
        #expect(launch(value, after: [.agentDisabled]).effect(at: after(1_000_000)) == nil)
    }

    @Test func anAgentTaskThatStopsUnderItsJobIsLostUnlessItsListenerEndedWell() {
        let busy: [LaunchEvent] = [.startPermitted, accepted, .jobObserved(request)]
        #expect(launch(after: busy + [crashed]).outcome?.kind == .lost)
        #expect(launch(after: busy + [stopped]).outcome?.kind == .ran)
        #expect(launch(after: busy + [crashed, .jobEnded(request, result: "succeeded")]).outcome?.kind == .ran)
    }

    @Test func oneMissingAnswerIsNotBelieved() throws {
        let missing = LaunchEvent.agentTaskObserved(.missing)
        var value = launch(after: [.startPermitted, accepted])
        value = try #require(value.applying(missing, at: after(30), rules: LaunchRules())).launch
        #expect(value.state == .pending)
        let seenAgain = try #require(value.applying(.agentTaskObserved(.running), at: after(40), rules: LaunchRules()))
        #expect(seenAgain.launch.missingSince == nil)
        value = try #require(value.applying(missing, at: after(90), rules: LaunchRules())).launch
        #expect(value.outcome?.kind == .failed)
    }

    @Test(arguments: [
        ("planned", 900), ("starting", 900), ("pending", 10 * 2 + 600), ("online", 10 * 3 + 300),
        ("finished", 10 * 5 + 120),
    ])
    func everyWaitEnds(state: String, seconds: Int) throws {
        let events: [LaunchEvent] = [
            .startPermitted, accepted, .agentObserved(agent()), .jobObserved(request), .jobEnded(request, result: nil),
        ]
        let count = ["planned": 0, "starting": 1, "pending": 2, "online": 3, "finished": 5][state, default: 0]
        let value = launch(after: Array(events.prefix(count)))
        #expect(value.state.name == state)
        #expect(value.deadline(Deadlines()) == after(seconds))
        #expect(value.applying(.timePassed, at: after(seconds - 1), rules: LaunchRules()) == nil)
        let ended = try #require(value.applying(.timePassed, at: after(seconds), rules: LaunchRules()))
        #expect(ended.launch.state.name == "cleaning")
    }

    @Test func aBusyLaunchIsReportedAsOverdueAndNotEnded() {
        let value = launch(after: [.startPermitted, accepted, .jobObserved(request)])
        let late = after(86_400 + 30)
        #expect(value.isOverdue(Deadlines(), at: late))
        for event in [LaunchEvent.timePassed, .surplus, .stopRequested("me")] {
            #expect(value.applying(event, at: late, rules: LaunchRules()) == nil)
        }
    }

    @Test func failedCleaningIsRepeatedWithGrowingPauses() throws {
        var value = launch(after: [.startPermitted, accepted, .surplus])
        var pauses: [Int64] = []
        for second in [100, 200, 300, 400, 500, 600, 700] {
            value = try #require(value.applying(.cleaningFailed("503"), at: after(second), rules: LaunchRules())).launch
            guard case .cleaning(let cleaning) = value.state else { continue }
            pauses.append(cleaning.notBefore.millisecondsSince(after(second)) / 1000)
        }
        #expect(pauses == [2, 4, 8, 16, 32, 60, 60])
    }

    /// Written by a version that kept no rung: then the attempt tells it.
    @Test func aLaunchWithoutARungMovesOnFromThatOfItsAttempt() throws {
        let rules = LaunchRules(rungs: 3)
        var value = launch(after: [.startPermitted], rules: rules)
        value.rung = nil
        value.attempt = 2
        let noRoom = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room"))
        #expect(try #require(value.applying(noRoom, at: after(20), rules: rules)).launch.rung == 2)
        // The ladder was shortened since: below its last rung comes the first, after a pause.
        value.rung = 5
        let next = try #require(value.applying(noRoom, at: after(20), rules: rules)).launch
        #expect(next.rung == 0 && next.rounds == 1)
    }
}
