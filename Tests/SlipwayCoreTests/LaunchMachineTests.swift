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
        value = try #require(value.applying(.quiesced, at: after(31), rules: LaunchRules())).launch
        #expect(value.effect(at: after(31)) == .findAgentTasks)
        value = try #require(value.applying(.agentTasksFound([arn]), at: after(31), rules: LaunchRules())).launch
        value = try #require(value.applying(.quiesced, at: after(32), rules: LaunchRules())).launch
        #expect(value.effect(at: after(32)) == .stopAgentTask(arn))
    }

    @Test func aStopThatFailedIsPrecededByAnotherLookAtTheAgent() throws {
        // The container has registered since the first look, and may have a job by now.
        var value = launch(after: [.startPermitted, accepted, .surplus, .quiesced, .cleaningFailed("throttled")])
        #expect(value.effect(at: after(100)) == .quiesceAgent)
        value = try #require(value.applying(.jobObserved(other), at: after(100), rules: LaunchRules())).launch
        #expect(value.state == .busy(other))
    }

    @Test func anOldLookAtTheAgentIsNotGoodForAStop() throws {
        let value = launch(after: [.startPermitted, accepted, .surplus, .quiesced])
        #expect(value.effect(at: after(41)) == .stopAgentTask(arn))
        #expect(value.effect(at: after(51)) == .quiesceAgent)
    }

    @Test func aJobRequestThatTheServiceTookBackFreesTheLaunchOnTheSecondSight() throws {
        var value = launch(after: [.startPermitted, accepted, .jobObserved(request), .jobReturned(request)])
        #expect(value.state == .busy(request))
        value = try #require(value.applying(.jobReturned(request), at: after(60), rules: LaunchRules())).launch
        #expect(value.state == .online)
        #expect(value.ran == nil)
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
        value = try #require(value.applying(.quiesced, at: after(901), rules: LaunchRules())).launch
        #expect(value.effect(at: after(901)) == .findAgentTasks)
        // "Nothing found" is not believed at once: the cluster's API is eventually consistent.
        value = try #require(value.applying(.agentTasksFound([]), at: after(902), rules: LaunchRules())).launch
        #expect(value.effect(at: after(912)) == .quiesceAgent)
        value = try #require(value.applying(.quiesced, at: after(960), rules: LaunchRules())).launch
        #expect(value.effect(at: after(960)) == .findAgentTasks)
        value = try #require(value.applying(.agentTasksFound([]), at: after(961), rules: LaunchRules())).launch
        #expect(value.effect(at: after(971)) == .removeRegistration)
    }

    @Test func anAgentTaskFoundAfterAllIsStoppedBeforeTheLaunchCloses() throws {
        var value = launch(after: [.startPermitted, .startUnanswered("timeout")])
        for event in [LaunchEvent.timePassed, .quiesced, .agentTasksFound([arn]), .quiesced] {
            value = try #require(value.applying(event, at: after(900), rules: LaunchRules())).launch
        }
        #expect(value.effect(at: after(900)) == .stopAgentTask(arn))
        #expect(value.applying(.registrationGone, at: after(901), rules: LaunchRules()) == nil)
    }

    @Test func cleaningDisablesTheAgentBeforeItStopsAnything() throws {
        var value = launch(after: [.startPermitted, accepted, .agentObserved(agent()), .surplus])
        #expect(value.effect(at: after(50)) == .quiesceAgent)
        value = try #require(value.applying(.quiesced, at: after(50), rules: LaunchRules())).launch
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
        #expect(value.effect(at: after(1_000_000)) == nil)
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
}
