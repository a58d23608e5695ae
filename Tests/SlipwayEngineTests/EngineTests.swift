import SlipwayCore
import SlipwayEngine
import Testing

@Suite struct EngineTests {
    @Test func aWaitingJobIsServedWithoutAnyHookAndNothingIsLeft() async throws {
        let harness = Harness()
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        let launch = try #require(harness.store.launches.first)
        #expect(harness.store.launches.count == 1)
        #expect(launch.outcome?.kind == .ran)
        #expect(launch.ranResult == "succeeded")
        let states = harness.store.records.filter { $0.subject == launch.id.rawValue }.map(\.kind).filter {
            $0 != "launch.updated"
        }
        #expect(
            states == [
                "launch.planned", "launch.starting", "launch.pending", "launch.online", "launch.busy",
                "launch.finished", "launch.cleaning", "launch.closed",
            ]
                || states == [
                    "launch.planned", "launch.starting", "launch.pending", "launch.busy", "launch.finished",
                    "launch.cleaning", "launch.closed",
                ])
    }

    @Test func aHookMakesTheReadingComeAtOnce() async throws {
        let harness = Harness()
        try await harness.run { engine in
            await harness.expect(within: 5) { harness.world.with { !$0.readings.isEmpty } }
            harness.world.queue(1)
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 7, jobID: "j-1"))
            await harness.expect(within: 1) { harness.world.runningContainers == 1 }
        }
    }

    @Test func aHookThatComesBeforeItsJobRequestKeepsThePoolUnderWatch() async throws {
        let harness = Harness()
        try await harness.run { engine in
            await harness.expect(within: 5) { harness.world.with { !$0.readings.isEmpty } }
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 7, jobID: "j-1"))
            let early = await harness.passes(seconds: 7) { harness.world.runningContainers > 0 }
            #expect(!early)
            harness.world.queue(1)
            await harness.expect(within: 3) { harness.world.runningContainers == 1 }
        }
    }

    @Test func aStormOfHooksStartsOneAgentAndDoesNotStormThePool() async throws {
        let harness = Harness()
        try await harness.run { engine in
            harness.world.queue(1, seconds: 60)
            for _ in 0..<1_000 {
                engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 7, jobID: "j-1"))
            }
            await harness.expect(within: 20) { harness.store.launches.contains { $0.state.name == "busy" } }
        }
        #expect(harness.store.launches.count == 1)
        #expect(harness.world.with { $0.runTaskCalls } == 1)
        #expect(harness.world.with { $0.readings.count } < 40)
    }

    @Test func fiftyJobsGetFiftyAgentsAtTheRateOfTheBucket() async throws {
        let harness = Harness()
        try await harness.run { _ in
            for id in 1...50 { harness.world.queue(Int64(id)) }
            await harness.expect(within: 300) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        #expect(harness.world.with { $0.tokens.count } == 50)
        #expect(harness.store.launches.count == 50)
    }

    @Test func anAnswerLostOnItsWayStartsNoSecondAgentTask() async throws {
        let harness = Harness()
        harness.world.with { $0.deafCallsOfRunTask = [1, 2] }
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.world.with { $0.tokens.count } == 1)
        #expect(harness.world.with { $0.runTaskCalls } == 3)
        #expect(harness.world.ranAll)
    }

    @Test func withoutRoomOnTheFirstRungTheNextIsTried() async throws {
        let harness = Harness()
        harness.world.with { $0.startAnswers = [.refused(StartRefusal(kind: .capacity, message: "no Spot capacity"))] }
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.store.launches.first?.placement == "FARGATE")
        #expect(harness.store.launches.first?.attempt == 2)
    }

    @Test func aThrottledClusterIsCalledLessOftenAndEveryJobIsServed() async throws {
        let harness = Harness()
        let throttle = StartAnswer.refused(StartRefusal(kind: .throttled, message: "Rate exceeded"))
        harness.world.with { $0.startAnswers = Array(repeating: throttle, count: 20) }
        try await harness.run { _ in
            for id in 1...100 { harness.world.queue(Int64(id), seconds: 1_000) }
            await harness.expect(within: 10) { harness.world.with { $0.startAnswers.isEmpty } }
            // Calls that were let go already are none of the next two seconds.
            for _ in 0..<10 { await harness.settle() }
            let calls = harness.world.with { $0.runTaskCalls }
            _ = await harness.passes(seconds: 2) { false }
            // Half of twenty a second, and a little won back.
            #expect(harness.world.with { $0.runTaskCalls } - calls <= 26)
            await harness.expect(within: 60) { harness.world.with { $0.tokens.count } == 50 }
        }
        // Each with the token of its first attempt.
        #expect(harness.store.launches.allSatisfy { $0.attempt <= 1 })
    }

    @Test func aCrowdOfSurplusAgentsLeavesRoomInTheQuotaOfTheCluster() async throws {
        let harness = Harness()
        harness.world.with { $0.neverOnline = 200 }
        try await harness.run(harness.makeEngine(profiles: [Harness.profile(maximumAgents: 200)])) { _ in
            for id in 1...200 { harness.world.queue(Int64(id)) }
            await harness.expect(within: 60) { harness.world.runningContainers == 200 }
            for id in 1...200 { harness.world.cancel(Int64(id)) }
            await harness.expect(within: 300) { harness.isQuiet }
        }
        let stops = harness.world.with { $0.stops }.sorted()
        #expect(stops.count == 200)
        let first = try #require(stops.first)
        let last = try #require(stops.last)
        // Twenty at once and then twenty a second take nine seconds.
        #expect((8_000..<30_000).contains(last.millisecondsSince(first)), "\(last.millisecondsSince(first)) ms")
        // Two hundred writes to the disk, one after the other, would keep the pool from being read meanwhile.
        #expect(harness.store.mostEndedAtOnce > 100)
    }

    @Test func aPoolThatDoesNotAnswerHoldsUpTheEndsOfAgentTasksForSecondsOnly() async throws {
        let harness = Harness()
        try await harness.run { _ in
            for id in 1...20 { harness.world.queue(Int64(id), seconds: 600) }
            await harness.expect(within: 60) { harness.store.launches.count(where: \.isBusy) == 20 }
            harness.world.with { world in
                for id in 1...20 { world.slowJobRequests[JobRequestID(rawValue: Int64(id))] = 600_000 }
            }
            for id in 1...20 { harness.world.interrupt(Int64(id), result: nil) }
            await harness.expect(within: 60) { harness.store.launches.allSatisfy { $0.agentTaskStop != nil } }
            harness.world.with { $0.slowJobRequests = [:] }
        }
    }

    /// An agent that has done one job may be given a second one, which it never receives.
    @Test func aJobThatAnEndedAgentIsSeenToBeGivenWhileItsEndIsLookedIntoIsNotWhatItRan() async throws {
        let job = JobRequestID(rawValue: 1)
        let harness = Harness()
        harness.world.with {
            $0.neverOnline = 1
            $0.slowJobRequests = [job: 15_000]
        }
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 60) { harness.store.launches.first?.state == .pending }
            let launch = try #require(harness.store.launches.first)
            harness.world.with { [now = harness.time.now()] world in
                for arn in world.containers.keys { world.containers[arn]?.stoppedAt = now }
            }
            await harness.expect(within: 60) { harness.world.with { $0.jobRequestsAsked.contains(job) } }
            harness.world.with { [now = harness.time.now()] world in
                world.jobs[job]?.request.assignedAt = now
                world.jobs[job]?.request.reservation = .init(agentName: launch.agentName, isOnline: true)
            }
            await harness.expect(within: 10) { harness.store.launches.first?.state == .busy(job) }
            await harness.expect(within: 60) { harness.store.launches.first?.agentTaskStop != nil }
            #expect(harness.store.launches.first?.ran == nil)
            harness.world.with { world in
                world.slowJobRequests = [:]
                world.jobs[job]?.request.assignedAt = nil
                world.jobs[job]?.request.reservation = nil
            }
            await harness.expect(within: 1_800) { harness.isQuiet }
            #expect(harness.store.launches.count { $0.ran == job } == 1)
        }
    }

    @Test func aLookThatFailsHalfwayKeepsWhatItSaw() async throws {
        let harness = Harness()
        harness.world.with { $0.neverOnline = 150 }
        try await harness.run(harness.makeEngine(profiles: [Harness.profile(maximumAgents: 150)])) { _ in
            for id in 1...150 { harness.world.queue(Int64(id)) }
            // Until there are a hundred no look succeeds, and then none at the rest.
            harness.world.with { $0.smallestLook = 100 }
            await harness.expect(within: 60) { harness.world.runningContainers == 150 }
            await harness.expect(within: 60) { harness.store.launches.count { $0.runningAt != nil } >= 100 }
            harness.world.with { $0.smallestLook = 0 }
            await harness.expect(within: 60) { harness.store.launches.allSatisfy { $0.runningAt != nil } }
        }
        #expect(harness.world.with { $0.largestLook } == 100)
    }

    @Test func aBatchThatFailsKeepsNoOtherFromBeingRead() async throws {
        let harness = Harness()
        harness.world.with {
            $0.neverOnline = 150
            // The first of two batches is always full.
            $0.largestAnsweredLook = 99
        }
        try await harness.run(harness.makeEngine(profiles: [Harness.profile(maximumAgents: 150)])) { _ in
            for id in 1...150 { harness.world.queue(Int64(id)) }
            await harness.expect(within: 60) { harness.world.runningContainers == 150 }
            let seen = harness.store.launches.count { $0.runningAt != nil }
            harness.world.with { $0.looks = [] }
            await harness.expect(within: 60) { harness.world.with { $0.looks.count } >= 4 }
            #expect(harness.store.launches.count { $0.runningAt != nil } > seen)
        }
    }

    /// The answer to RunTask was never heard, its agent has a job, and the cluster can't be asked for it.
    @Test func anAgentTaskThatCanNotBeLookedForIsUnknownAndNotNone() async throws {
        let harness = Harness()
        harness.world.with {
            $0.deafCallsOfRunTask = Set(1...100)
            $0.listError = PortError(code: .forbidden, message: "ecs:ListTasks is missing")
        }
        try await harness.run { _ in
            harness.world.queue(1, seconds: 1_300)
            await harness.expect(within: 60) { harness.launch?.state.name == "busy" }
            await harness.expect(within: 90) { harness.world.with { $0.listCalls } > 0 }
            let (count, calls) = (harness.store.records.count, harness.world.with { $0.listCalls })
            _ = await harness.passes(seconds: 1_000) { false }
            #expect((2...8).contains(harness.world.with { $0.listCalls } - calls))
            #expect(harness.store.records.count - count <= 8, "the ledger grew with nothing to say")
            harness.world.with { $0.listError = nil }
            await harness.expect(within: 400) { harness.launch?.agentTask != nil }
            await harness.expect(within: 900) { harness.isQuiet }
        }
        #expect(harness.launch?.outcome?.kind == .ran)
        #expect(!harness.store.records.contains { $0.facts.contains("agentTasksFound") && !$0.facts.contains("arn:") })
    }

    @Test func aStartKnowsWhichRungWasLeftOut() async throws {
        let harness = Harness()
        harness.world.with { $0.placementsWithoutRoom = ["FARGATE_SPOT"] }
        try await harness.run { _ in
            for id in 1...3 { harness.world.queue(Int64(id), seconds: 300) }
            await harness.expect(within: 40) { harness.world.with { $0.tokens.count } == 3 }
        }
        let calls = harness.world.with { $0.runTaskCalls }
        try await harness.run { _ in
            harness.world.queue(4)
            await harness.expect(within: 30) { harness.world.with { $0.tokens.count } == 4 }
            #expect(harness.world.with { $0.runTaskCalls } == calls + 1)
        }
    }

    @Test func aRungThatKeepsRefusingIsLeftOutForAWhile() async throws {
        let harness = Harness()
        harness.world.with { $0.placementsWithoutRoom = ["FARGATE_SPOT"] }
        try await harness.run { _ in
            for id in 1...3 { harness.world.queue(Int64(id)) }
            await harness.expect(within: 40) { harness.world.with { $0.tokens.count } == 3 }
            #expect(harness.store.records.contains { $0.kind == "rung.opened" && $0.subject == "FARGATE_SPOT" })
            #expect(harness.world.with { $0.runTaskCalls } == 6)
            harness.world.queue(4)
            await harness.expect(within: 120) { harness.store.launches.count == 4 && harness.isQuiet }
            #expect(harness.world.with { $0.runTaskCalls } == 7)
        }
        #expect(harness.store.launches.allSatisfy { $0.placement == "FARGATE" })
    }

    @Test func aRefusalForGoodEndsWithItsReasonAndIsTriedAFewTimesOnly() async throws {
        let harness = Harness()
        let refusal = StartAnswer.refused(StartRefusal(kind: .permanent, message: "iam:PassRole is missing"))
        harness.world.with { $0.startAnswers = Array(repeating: refusal, count: 100) }
        try await harness.run { _ in
            harness.world.queue(1)
            _ = await harness.passes(seconds: 600) { false }
        }
        #expect(harness.store.launches.count == 4)
        #expect(
            harness.store.launches.allSatisfy {
                $0.outcome == LaunchOutcome(kind: .failed, reason: "iam:PassRole is missing")
            })
        let refused = harness.store.records.filter { $0.kind == "decision.refuse" }
        #expect(refused.count == 1)
        #expect(refused.first?.facts.contains("iam:PassRole is missing") == true)
    }

    @Test(arguments: [(GivenUp.tag, ["p/7 slipway-no-agent"]), (.cancel, ["p/7 cancelled"]), (.leave, [])])
    func aRunIsToldOnceThatItsJobIsGivenUp(policy: GivenUp, told: [String]) async throws {
        let harness = Harness()
        let refusal = StartAnswer.refused(StartRefusal(kind: .permanent, message: "iam:PassRole is missing"))
        harness.world.with { $0.startAnswers = Array(repeating: refusal, count: 100) }
        try await harness.run(harness.makeEngine(whenGivenUp: policy)) { _ in
            harness.world.queue(1)
            // Nobody serves this one, but others may: its run is left alone.
            harness.world.queue(2, demands: ["gpu"], runID: 8)
            _ = await harness.passes(seconds: 600) { false }
        }
        #expect(harness.world.with { $0.toldRuns } == told)
        let kinds = harness.store.records.map(\.kind).filter { $0.hasPrefix("run.") }
        #expect(kinds == (policy == .leave ? [] : [policy == .tag ? "run.tagged" : "run.cancelled"]))
    }

    @Test func aRunIsNotCancelledOnceAnotherAgentHasTakenItsJob() async throws {
        let harness = Harness()
        let refusal = StartAnswer.refused(StartRefusal(kind: .permanent, message: "iam:PassRole is missing"))
        harness.world.with {
            $0.startAnswers = Array(repeating: refusal, count: 100)
            $0.failingCancels = 1
        }
        try await harness.run(harness.makeEngine(whenGivenUp: .cancel)) { _ in
            harness.world.queue(1)
            await harness.expect(within: 600) { harness.world.with { $0.failingCancels } == 0 }
            let now = harness.time.now()
            harness.world.with { $0.jobs[JobRequestID(rawValue: 1)]?.request.receivedAt = now }
            _ = await harness.passes(seconds: 60) { false }
        }
        #expect(harness.world.with { $0.toldRuns.isEmpty })
    }

    @Test func theRegistrationOfAContainerThatDiedWithoutCleaningIsRemoved() async throws {
        let harness = Harness()
        harness.world.with { $0.losesTrackOfRegistrations = true }
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 300) { harness.isQuiet }
        }
        #expect(harness.store.launches.first?.outcome?.kind == .ran)
    }

    @Test func anAgentThatNeverComesOnlineIsStoppedAndReplaced() async throws {
        let harness = Harness()
        harness.world.with { $0.neverOnline = 1 }
        let engine = harness.makeEngine(profiles: [Harness.profile(deadlines: Deadlines(onlineSeconds: 30))])
        try await harness.run(engine) { _ in
            harness.world.queue(1)
            await harness.expect(within: 300) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        #expect(Set(harness.store.launches.compactMap(\.outcome?.kind)) == [.failed, .ran])
    }

    @Test func aCancelledJobLeavesNothingBehind() async throws {
        let harness = Harness()
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 30) { harness.world.runningContainers == 1 }
            harness.world.cancel(1)
            await harness.expect(within: 300) { harness.isQuiet }
        }
        #expect(harness.store.launches.first?.outcome?.kind == .unused)
        #expect(harness.world.with { $0.interrupted.isEmpty })
    }

    @Test func aPoolThatAsksForQuietGetsIt() async throws {
        let harness = Harness()
        try await harness.run { engine in
            await harness.expect(within: 5) { harness.world.with { !$0.readings.isEmpty } }
            harness.world.with { $0.poolError = PortError(code: .throttled, message: "429", retryAfterSeconds: 60) }
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 1))
            await harness.expect(within: 5) { harness.world.with { $0.readings.count == 2 } }
            harness.world.with { $0.poolError = nil }
            harness.world.queue(1)
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 7, jobID: "j-1"))
            _ = await harness.passes(seconds: 50) { false }
            #expect(harness.world.with { $0.readings.count } == 2)
            await harness.expect(within: 20) { harness.world.runningContainers == 1 }
        }
    }

    @Test func aStoreThatFailsForAWhileLosesAndDoublesNothing() async throws {
        let harness = Harness()
        try await harness.run { _ in
            for id in 1...5 { harness.world.queue(Int64(id)) }
            for _ in 0..<6 {
                _ = await harness.passes(seconds: 2) { false }
                harness.store.isBroken = true
                _ = await harness.passes(seconds: 3) { false }
                harness.store.isBroken = false
            }
            await harness.expect(within: 300) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        #expect(harness.world.with { $0.tokens.count } == 5)
        #expect(harness.world.with { $0.interrupted.isEmpty })
    }

    /// It recovers the open launches with a write. A disk that is full just then must not end the server, which would refuse
    /// hooks instead of answering that they are to come again.
    @Test func aStoreThatTakesNothingAtTheStartIsAskedAgain() async throws {
        let harness = Harness()
        try await harness.run { _ in
            harness.world.queue(1, seconds: 400)
            await harness.expect(within: 60) { harness.store.launches.first?.state.name == "pending" }
        }
        harness.store.isBroken = true
        try await harness.run { _ in
            #expect(await !harness.passes(seconds: 40) { harness.store.launches.first?.state.name != "pending" })
            harness.store.isBroken = false
            await harness.expect(within: 900) { harness.isQuiet && harness.world.ranAll }
        }
        #expect(harness.store.launches.count == 1)
    }

    @Test func hooksOfAWholeOrganizationDontHaveThePoolReadWithoutEnd() async throws {
        let harness = Harness()
        try await harness.run { engine in
            await harness.expect(within: 5) { harness.world.with { !$0.readings.isEmpty } }
            var before = harness.world.with { $0.readings.count }
            for number in 0..<250 {
                engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: number, jobID: "j-\(number)"))
                _ = await harness.passes(seconds: 1) { true }
                harness.time.advance(milliseconds: 20)
            }
            let read = harness.world.with { $0.readings.count } - before
            #expect((60...80).contains(read), "in 5 s, some at once and then ten a second: \(read)")
            before = harness.world.with { $0.readings.count }
            for number in 250..<850 {
                engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: number, jobID: "j-\(number)"))
                _ = await harness.passes(seconds: 1) { true }
                harness.time.advance(milliseconds: 100)
            }
            let all = harness.world.with { $0.readings.count } - before
            #expect((425...475).contains(all), "in 60 s, ten a second while there are turns, then three: \(all)")
        }
    }

    /// Most jobs of an organization are other pools'.
    @Test func theEndOfAJobOfAnotherPoolHasNoneRead() async throws {
        let harness = Harness()
        try await harness.run { engine in
            harness.world.queue(1, seconds: 400)
            await harness.expect(within: 300) { harness.store.launches.first?.state.name == "busy" }
            let run = try #require(harness.store.launches.first?.origin.runID)
            _ = await harness.passes(seconds: 15) { false }
            let before = harness.world.with { $0.readings.count }
            for number in 0..<50 {
                engine.deliveryRecorded(JobHint(scope: .job, state: .completed, runID: run + 1 + number, jobID: "j"))
                _ = await harness.passes(seconds: 1) { true }
            }
            #expect(harness.world.with { $0.readings.count } == before)
            engine.deliveryRecorded(JobHint(scope: .job, state: .completed, runID: run, jobID: "j"))
            await harness.expect(within: 1) { harness.world.with { $0.readings.count } == before + 1 }
        }
    }

    /// Placements without room are tried now and then, not by every launch: the quota is for profiles that have some.
    @Test func aCrowdThatNoPlacementHasRoomForUsesLittleOfTheQuota() async throws {
        let harness = Harness()
        let refusal = StartAnswer.refused(StartRefusal(kind: .capacity, message: "no capacity"))
        harness.world.with { $0.startAnswers = Array(repeating: refusal, count: 100_000) }
        try await harness.run { _ in
            for id in 1...40 { harness.world.queue(Int64(id)) }
            _ = await harness.passes(seconds: 60) { false }
            let calls = harness.world.with { $0.runTaskCalls }
            _ = await harness.passes(seconds: 200) { false }
            #expect((20...90).contains(harness.world.with { $0.runTaskCalls } - calls))
            harness.world.with { $0.startAnswers = [] }
            await harness.expect(within: 120) { harness.world.with { $0.tokens.count } == 40 }
        }
    }

    /// Sixty-four calls to a pool that answers slowly must not hold the places of calls to the cluster.
    @Test func aServiceThatIsSlowHoldsUpItsOwnCallsAlone() async throws {
        let harness = Harness()
        try await harness.run(harness.makeEngine(profiles: [Harness.profile(maximumAgents: 200)])) { _ in
            harness.world.with { $0.neverOnline = 80 }
            for id in 1...80 { harness.world.queue(Int64(id)) }
            await harness.expect(within: 60) { harness.world.with { $0.tokens.count } == 80 }
            harness.world.with { $0.quiesceMilliseconds = 100_000 }
            for id in 1...80 { harness.world.cancel(Int64(id)) }
            await harness.expect(within: 120) {
                harness.store.launches.count { $0.state.name == "cleaning" } == 80
            }
            _ = await harness.passes(seconds: 10) { false }
            harness.world.queue(100)
            await harness.expect(within: 40) { harness.world.with { $0.tokens.count } == 81 }
        }
    }

    @Test func recoveredLaunchesWaitUntilTheirPoolIsKnown() async throws {
        let harness = Harness()
        harness.world.with { $0.startAnswers = [.unanswered("the process is about to die")] }
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 30) { harness.store.launches.first?.startFailures == 1 }
        }
        let now = harness.time.now()
        harness.world.with { $0.poolKnownAt = now.adding(seconds: 20) }
        try await harness.run { _ in
            await harness.expect(within: 300) { harness.isQuiet }
        }
        #expect(harness.store.launches.count == 1)
        #expect(harness.store.launches.first?.outcome?.kind == .ran)
        #expect(harness.world.with { $0.tokens.count } == 1)
    }

    @Test func aBusyLaunchIsSeenToAsSoonAsItsPoolIsKnown() async throws {
        let harness = Harness()
        harness.world.queue(1, seconds: 300)
        harness.world.with { $0.failingJobRequests = [JobRequestID(rawValue: 1)] }
        try await harness.run { _ in
            await harness.expect(within: 60) { harness.store.launches.first?.state.name == "busy" }
        }
        #expect(harness.store.launches.first?.agentDisabledAt == nil)
        let now = harness.time.now()
        harness.world.with {
            $0.failingJobRequests = []
            $0.poolKnownAt = now.adding(seconds: 5)
        }
        try await harness.run { _ in
            await harness.expect(within: 15) { harness.store.launches.first?.agentDisabledAt != nil }
        }
    }

    @Test func aPoolWithBusyAgentsIsReadEveryTenSecondsAndAnIdleOneSeldom() async throws {
        let harness = Harness()
        let idle = World(time: harness.time)
        idle.with { $0.poolNumber = 13 }
        harness.world.queue(1, seconds: 300)
        let engine = harness.makeEngine(sweepSeconds: 60, alsoIn: idle)
        try await harness.run(engine) { _ in
            await harness.expect(within: 60) { harness.store.launches.first?.agentDisabledAt != nil }
            _ = await harness.passes(seconds: 5) { false }
            let (busyBefore, idleBefore) = (harness.world.with { $0.readings.count }, idle.with { $0.readings.count })
            _ = await harness.passes(seconds: 60) { false }
            #expect((5...7).contains(harness.world.with { $0.readings.count } - busyBefore))
            #expect(idle.with { $0.readings.count } - idleBefore <= 3)
        }
    }

    @Test func anAgentThatCouldNotBeDisabledIsTriedAgainSoon() async throws {
        let harness = Harness()
        harness.world.with { $0.failingJobRequests = [JobRequestID(rawValue: 1)] }
        try await harness.run { engine in
            await harness.expect(within: 60) { harness.world.with { !$0.readings.isEmpty } }
            await harness.expect(within: 61) { harness.time.now().milliseconds % 60_000 < 1_000 }
            harness.world.queue(1, seconds: 600)
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 7, jobID: "j-1"))
            await harness.expect(within: 120) { harness.store.launches.first?.disablingFailures != nil }
            harness.world.with { $0.failingJobRequests = [] }
            await harness.expect(within: 120) { harness.store.launches.first?.agentDisabledAt != nil }
        }
        let launch = try #require(harness.store.launches.first)
        let (due, done) = (try #require(launch.disableNotBefore), try #require(launch.agentDisabledAt))
        // Every launch is looked at when a minute begins: that is not what it waited for.
        #expect(done.milliseconds / 60_000 == due.milliseconds / 60_000)
    }

    @Test func oneJobRequestThatCannotBeReadKeepsNoOtherWaiting() async throws {
        let harness = Harness()
        harness.world.with { $0.failingJobRequests = [JobRequestID(rawValue: 1)] }
        try await harness.run { _ in
            harness.world.queue(1, seconds: 2)
            await harness.expect(within: 60) { harness.world.ranAll }
            harness.world.queue(2, seconds: 2)
            await harness.expect(within: 60) { harness.world.ranAll }
            await harness.expect(within: 900) { harness.isQuiet }
        }
    }

    @Test func agentsAreSeenToComeWhileAJobRequestIsNotAnsweredFor() async throws {
        let harness = Harness()
        let pool = PoolID(rawValue: 12)
        let id = try #require(
            LaunchID(organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool, nonce: "a1"))
        harness.world.with { $0.slowJobRequests = [JobRequestID(rawValue: 1): 600_000] }
        try await harness.run { _ in
            harness.world.queue(1, seconds: 2)
            await harness.expect(within: 60) { harness.world.ranAll }
            _ = await harness.passes(seconds: 5) { false }
            harness.store.insertFromOutside(
                Launch(
                    id: id, pool: pool, profile: "small", request: nil, ordinal: 1, origin: JobOrigin(),
                    reason: "by hand", createdAt: harness.time.now()))
            await harness.expect(within: 20) { harness.store.launches.contains { $0.id == id && $0.state == .online } }
            harness.world.with { $0.slowJobRequests = [:] }
            await harness.expect(within: 1_800) { harness.isQuiet }
        }
    }

    @Test func aLaunchMadeByHandInAnotherProcessIsStartedAndEndsWhenIdle() async throws {
        let harness = Harness()
        let pool = PoolID(rawValue: 12)
        let id = try #require(
            LaunchID(organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool, nonce: "a1"))
        try await harness.run { _ in
            _ = await harness.passes(seconds: 3) { false }
            harness.store.insertFromOutside(
                Launch(
                    id: id, pool: pool, profile: "small", request: nil, ordinal: 1, origin: JobOrigin(),
                    reason: "by hand", createdAt: harness.time.now()))
            await harness.expect(within: 20) { harness.store.launches.first?.state == .online }
            await harness.expect(within: 600) { harness.isQuiet }
        }
        #expect(harness.store.launches.first?.outcome?.kind == .unused)
    }
}
