import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

private let planID = "0a7c9a3e-1111-4222-8333-444455556666"
private let project = "4e1f3e72-5555-4666-8777-88889999aaaa"
private let name = "slipway-run-42-agent"

private func call(
    _ inputs: BookingInputs = BookingInputs(pool: "ecs-linux", profile: "small"), job: String = "1", attempt: Int = 1,
    token: String = "job-token", url: String = "https://dev.azure.com/Fabrikam/"
) -> BookingCall {
    BookingCall(
        identity: BookingIdentity(
            plan: planID, job: "1b8d0b4f-2222-4333-8444-55556666777\(job)",
            instance: "2c9e1c50-3333-4444-8555-666677778888",
            jobAttempt: attempt),
        planURL: url, project: project, timeline: "3d0f2d61-4444-4555-8666-777788889999", run: 42, inputs: inputs,
        token: JobToken(token)!, source: "203.0.113.7")
}

private var untilOnline: BookingInputs {
    var inputs = call().inputs
    inputs.wait = "online"
    return inputs
}

private func book(_ engine: Engine, _ call: BookingCall) async throws -> BookingRefusal? {
    let port = try #require(engine.bookings)
    do throws(BookingRefusal) {
        try await port.book(call)
        return nil
    } catch {
        return error
    }
}

private func settle(
    _ engine: Engine, _ call: BookingCall, as refusal: BookingRefusal?, at location: SourceLocation = #_sourceLocation
) async throws {
    let answer = try await book(engine, call)
    #expect(answer == refusal, sourceLocation: location)
}

private func cancel(
    _ engine: Engine, _ call: BookingCall, is expected: BookingCancellation,
    at location: SourceLocation = #_sourceLocation
) async throws {
    let answer = try await engine.bookings?.cancel(call)
    #expect(answer == expected, sourceLocation: location)
}

extension Harness {
    fileprivate func knowRun(isOver: Bool = false) {
        world.with {
            $0.planRuns[42] = PlanRun(
                project: project, plans: [planID], isOver: isOver, pipelineID: 3, pipelineName: "release")
        }
    }

    fileprivate var words: [PlanWord] { world.with { $0.planWords } }
    fileprivate var results: [BookingOutcome.Result] {
        words.compactMap { if case .completed(let result) = $0 { result } else { nil } }
    }
    fileprivate var lines: [String] {
        words.flatMap { if case .lines(let lines) = $0 { lines } else { [String]() } }
    }
    fileprivate var message: String? {
        words.compactMap { if case .outcome(let outcome, _) = $0 { outcome.message.text } else { nil } }.last
    }

    fileprivate func queueBound(_ id: Int64) { world.queue(id, demands: ["Agent.Name -equals \(name)"], runID: 42) }
}

@Suite struct BookingTests {
    @Test func aBookedAgentIsRegisteredToldRunsItsJobAndIsGone() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.results == [.succeeded] }
            // The job is queued because its agent is registered, before it is online.
            #expect(harness.world.with { $0.agents[name]?.isOnline } == false)
            harness.queueBound(9)
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        #expect(harness.world.with { $0.runTaskCalls } == 1)
        #expect(harness.words.first == .started)
        #expect(harness.lines.contains("Asked for the agent \(name) in the pool ecs-linux with the profile small."))
        #expect(harness.store.launches.map(\.outcome?.kind) == [.ran])
        #expect(harness.store.bookings.map(\.closing) == [.told])
        let kinds = harness.store.records.filter { $0.subject.hasPrefix("booking-") }.map(\.kind)
        #expect(kinds == ["booking.accepted", "booking.decided", "booking.closed"])
    }

    @Test func itWaitsForAnOnlineAgentIfItIsAskedTo() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            var inputs = call().inputs
            inputs.wait = "online"
            try await settle(engine, call(inputs), as: nil)
            await harness.expect(within: 60) { harness.results == [.succeeded] }
            #expect(harness.world.with { $0.agents[name]?.isOnline } == true)
            #expect(harness.message == "The agent \(name) is online.")
        }
    }

    @Test func theSameCallAgainChangesNothing() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            async let first = book(engine, call())
            async let second = book(engine, call())
            let both = try await [first, second]
            #expect(both == [nil, nil])
            await harness.expect(within: 20) { harness.results == [.succeeded] }
            // Asked again after its end it is told again.
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.results == [.succeeded, .succeeded] }
            var changed = call().inputs
            changed.cpu = "1024"
            try await settle(engine, call(changed), as: .callChanged)
        }
        #expect(harness.store.bookings.count == 1)
        #expect(harness.store.launches.count == 1)
    }

    @Test func whatIsWrongWithTheInputsIsToldToTheTaskAndNothingIsLaunched() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(BookingInputs(pool: "ecs-linux", profile: "huge"), job: "3"), as: nil)
            await harness.expect(within: 20) { harness.results == [.failed] }
            #expect(harness.message == "The pool ecs-linux has no profile 'huge'. It has small.")
            // Two tasks of one run with the same key.
            try await settle(engine, call(), as: nil)
            try await settle(engine, call(job: "2"), as: nil)
            await harness.expect(within: 20) {
                harness.results.sorted { $0.rawValue < $1.rawValue } == [.failed, .failed, .succeeded]
            }
            #expect(harness.store.launches.count == 1)
        }
    }

    @Test func whoIsNotTheRunsTaskIsRefusedAndRecorded() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            for url in [
                "https://dev.azure.com/other", "http://dev.azure.com/fabrikam", "https://evil.example/fabrikam",
                "https://user@dev.azure.com/fabrikam", "https://dev.azure.com:444/fabrikam", "nonsense",
            ] {
                try await settle(engine, call(url: url), as: .organizationForeign)
            }
            try await settle(engine, call(url: "https://fabrikam.visualstudio.com"), as: nil)
            harness.world.with { $0.refusedTokens = ["stolen"] }
            try await settle(engine, call(job: "2", token: "stolen"), as: .tokenRefused)
            harness.world.with { $0.planError = PortError(code: .unavailable, message: "503") }
            try await settle(engine, call(job: "3"), as: .planUnreachable)
            harness.world.with { $0.planError = nil }
            harness.knowRun(isOver: true)
            try await settle(engine, call(job: "3"), as: .planOver)
            harness.world.with { $0.planRuns = [:] }
            try await settle(engine, call(job: "3"), as: .planRefused)
        }
        let refused = harness.store.records.filter { $0.kind == "booking.refused" }
        #expect(refused.count == 10)
        #expect(!harness.store.records.contains { $0.facts.contains("stolen") || $0.facts.contains("job-token") })
    }

    @Test func aCancelledRunLeavesNothingBehind() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            var inputs = call().inputs
            inputs.wait = "online"
            try await settle(engine, call(inputs), as: nil)
            await harness.expect(within: 20) { harness.world.runningContainers == 1 }
            try await cancel(engine, call(inputs), is: .cancelled)
            await harness.expect(within: 200) { harness.isQuiet && harness.results == [.canceled] }
            try await cancel(engine, call(inputs), is: .over)
            // One that was cancelled before it came.
            try await cancel(engine, call(job: "5"), is: .unknown)
            try await settle(engine, call(job: "5"), as: .callCancelled)
        }
        #expect(harness.world.with { $0.interrupted }.isEmpty)
    }

    @Test func aRestartLosesNeitherTheAnswerNorTheLaunch() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(untilOnline), as: nil)
            await harness.expect(within: 20) { harness.world.runningContainers == 1 }
        }
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            // The job's token is gone: the server's own is refused, until the call comes again.
            await harness.expect(within: 60) { harness.store.bookings.first?.outcome?.result == .succeeded }
            #expect(harness.results.isEmpty)
            try await settle(engine, call(untilOnline), as: nil)
            await harness.expect(within: 60) { harness.results == [.succeeded] }
        }
        #expect(harness.world.with { $0.runTaskCalls } == 1)
    }

    @Test func theEndOfTheRunEndsWhatItHasNotUsed() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.results == [.succeeded] }
            harness.knowRun(isOver: true)
            await harness.expect(within: 200) { harness.isQuiet }
        }
        #expect(harness.store.launches.map(\.outcome?.kind) == [.unused])
    }

    @Test func aContainerThatNeverComesIsReplacedUnderTheSameName() async throws {
        let harness = Harness()
        harness.knowRun()
        harness.world.with { $0.neverOnline = 1 }
        let profile = Harness.profile(deadlines: Deadlines(onlineSeconds: 60))
        try await harness.run(harness.makeEngine(profiles: [profile], takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.results == [.succeeded] }
            harness.queueBound(9)
            await harness.expect(within: 400) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        #expect(harness.store.launches.count == 2)
    }

    @Test func anAgentOfThatNameThatSomebodyMadeIsLeftAlone() async throws {
        let harness = Harness()
        harness.knowRun()
        harness.world.with { $0.agents[name] = PoolAgent(id: AgentID(rawValue: 1), name: name, isOnline: true) }
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 30) { harness.results == [.failed] }
            #expect(harness.message?.contains("that Slipway didn't make") == true)
            await harness.expect(within: 60) { harness.store.launches.allSatisfy { !$0.isOpen } }
        }
        #expect(harness.world.with { $0.agents[name]?.id } == AgentID(rawValue: 1))
        #expect(harness.world.with { $0.runTaskCalls } == 0)
    }

    @Test func aGateIsAnsweredFromWhatIsKnown() async throws {
        let harness = Harness()
        let profile = Harness.profile(maximumAgents: 1)
        try await harness.run(harness.makeEngine(profiles: [profile], takesBookings: true)) { engine in
            func gate(_ profile: String = "small", url: String = "https://dev.azure.com/fabrikam") async throws
                -> GateAnswer?
            {
                try await engine.bookings?.gate(
                    GateCall(
                        planURL: url, project: project, plan: planID,
                        inputs: BookingInputs(pool: "ecs-linux", profile: profile)))
            }
            let early = try await gate()
            #expect(early?.isAvailable == false)
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            let free = try await gate()
            #expect(free?.isAvailable == true)
            let unknown = try await gate("huge")
            #expect(unknown?.reason.contains("no profile 'huge'") == true)
            await #expect(throws: BookingRefusal.organizationForeign) {
                try await gate(url: "https://dev.azure.com/other")
            }
            harness.world.queue(1)
            await harness.expect(within: 40) { harness.world.runningContainers == 1 }
            let full = try await gate()
            #expect(full?.reason == "profile small has its maximum of 1 agents")
        }
    }

    @Test func oneThatIsAcceptedWhileTheEngineStartsIsToldOnce() async throws {
        let harness = Harness()
        harness.knowRun()
        let engine = harness.makeEngine(takesBookings: true)
        let accepted = Mutex(false)
        harness.store.onRead.withLock {
            $0 = { subject in
                // The desk is open by then, and the keeper doesn't run yet.
                guard subject == "FARGATE", !accepted.withLock({ $0 }) else { return }
                if case .some(.none) = try? await book(engine, call()) { accepted.withLock { $0 = true } }
            }
        }
        try await harness.run(engine) { _ in
            await harness.expect(within: 20) { harness.results == [.succeeded] }
            _ = await harness.passes(seconds: 5) { false }
        }
        #expect(accepted.withLock { $0 })
        #expect(harness.words.count { $0 == .started } == 1)
        #expect(harness.results == [.succeeded])
    }

    @Test func whoseLiveLogFailsIsToldHowItEndedAllTheSame() async throws {
        let harness = Harness()
        harness.knowRun()
        harness.world.with {
            $0.receive = { word in
                switch word {
                case .lines, .progress: .unheard("503", retryAfterSeconds: 300)
                case .outcome(_, let log): log.isEmpty ? nil : .refused("403")
                default: nil
                }
            }
        }
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.results == [.succeeded] }
        }
        #expect(harness.message == "The agent \(name) is registered. A job that demands it is queued now.")
    }

    @Test func aTokenThatIsRefusedIsReplacedByTheOneThatCameMeanwhile() async throws {
        let harness = Harness()
        harness.knowRun()
        harness.world.with { $0.planReception = .unheard("503", retryAfterSeconds: nil) }
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.store.bookings.first?.outcome != nil }
            try await settle(engine, call(token: "next-token"), as: nil)
            harness.world.with {
                $0.refusedTokens = ["job-token"]
                $0.planReception = nil
            }
            await harness.expect(within: 60) { harness.results == [.succeeded] }
        }
    }

    @Test func theSameKeyInAnotherPoolIsAnotherAgent() async throws {
        let harness = Harness()
        harness.knowRun()
        let other = World(time: harness.time)
        other.with { $0.poolNumber = 13 }
        let engine = harness.makeEngine(takesBookings: true, alsoIn: other)
        try await harness.run(engine) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && engine.problem(ofPool: "ecs-other") == nil
            }
            try await settle(engine, call(), as: nil)
            try await settle(engine, call(BookingInputs(pool: "ecs-other", profile: "small"), job: "2"), as: nil)
            await harness.expect(within: 30) { harness.results == [.succeeded, .succeeded] }
        }
        #expect(Set(harness.store.launches.map(\.pool.rawValue)) == [12, 13])
    }

    @Test func ofTwoCallsForOneAgentTheSecondIsToldWhoHasIt() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            async let first = book(engine, call(job: "1"))
            async let second = book(engine, call(job: "2"))
            _ = try await (first, second)
            let taken = try #require(harness.store.bookings.first { $0.outcome?.message.name == .keyTaken })
            let holder = try #require(harness.store.bookings.first { $0.agent != nil })
            #expect(taken.outcome?.message.arguments.last == holder.identity.job)
            #expect(taken.identity.job != holder.identity.job)
        }
    }

    @Test func aLaterAttemptEndsTheEarlierOneAndIsToldOfItsOwn() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(untilOnline), as: nil)
            await harness.expect(within: 20) { harness.world.runningContainers == 1 }
            try await settle(engine, call(untilOnline, attempt: 2), as: nil)
            // At once, and not at the next look.
            await harness.expect(within: 2) { harness.results == [.canceled] }
            await harness.expect(within: 200) { harness.results == [.canceled, .succeeded] }
        }
        #expect(Set(harness.store.launches.compactMap(\.binding?.booking)).count == 2)
        let open = harness.store.launches.filter(\.isOpen)
        #expect(open.count == 1)
    }

    @Test func aCancellationOfWhatIsOverDoesNothing() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 20) { harness.store.bookings.first?.closing == .told }
            try await cancel(engine, call(), is: .over)
            _ = await harness.passes(seconds: 5) { false }
        }
        #expect(harness.results == [.succeeded])
    }

    @Test func whoMayNotRegisterLeavesAnAgentOfThatNameAlone() async throws {
        let harness = Harness()
        harness.knowRun()
        harness.world.with {
            $0.registerError = PortError(code: .forbidden, message: "403")
            $0.agents[name] = PoolAgent(id: AgentID(rawValue: 1), name: name, isOnline: true)
        }
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            try await settle(engine, call(), as: nil)
            await harness.expect(within: 200) { harness.results == [.failed] }
            await harness.expect(within: 200) { harness.store.launches.allSatisfy { !$0.isOpen } }
        }
        #expect(harness.message?.contains("could not be registered") == true)
        #expect(harness.world.with { $0.quiescing }.isEmpty)
        #expect(harness.world.with { $0.agents[name]?.isEnabled } == true)
    }

    @Test func aHeldBookingIsExplainedInTheLedgerOnceAndClosesTheGate() async throws {
        let harness = Harness()
        harness.knowRun()
        try await harness.run(harness.makeEngine(takesBookings: true)) { engine in
            await harness.expect(within: 5) {
                engine.problem(ofPool: "ecs-linux") == nil && harness.world.with { !$0.readings.isEmpty }
            }
            let drained = OperatorOrder(.drain, by: "ops", reason: "the cluster moves")
            _ = try await engine.perform(drained)
            let gate = try await engine.bookings?.gate(
                GateCall(
                    planURL: "https://dev.azure.com/fabrikam", project: project, plan: planID, inputs: call().inputs))
            #expect(gate?.isAvailable == false)
            try await settle(engine, call(), as: nil)
            _ = await harness.passes(seconds: 90) { false }
        }
        let held = harness.store.records.filter { $0.kind == "decision.hold" }
        #expect(held.map(\.subject) == harness.store.bookings.map(\.id.ledgerSubject))
    }
}
