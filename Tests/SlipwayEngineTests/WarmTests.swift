import SlipwayCore
import SlipwayEngine
import Testing

@Suite struct WarmTests {
    private static func profile(_ agents: Int, hours: ClosedRange<Int> = 0...24, deadlines: Deadlines = Deadlines())
        -> Profile
    {
        var profile = Harness.profile(deadlines: deadlines)
        profile.warm = [WarmWindow(agents: agents, from: hours.lowerBound * 60, to: hours.upperBound * 60)!]
        return profile
    }

    private static func online(_ harness: Harness) -> Int { harness.store.launches.count { $0.state.name == "online" } }

    @Test func agentsAreOnlineBeforeAnyJobAndAJobThatTakesOneHasAnotherFollow() async throws {
        let harness = Harness()
        try await harness.run(harness.makeEngine(profiles: [Self.profile(2)])) { engine in
            await harness.expect(within: 60) { Self.online(harness) == 2 }
            #expect(harness.store.launches.allSatisfy { $0.isWarm == true })
            harness.world.queue(1, seconds: 300, runID: 8)
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 8, jobID: "j-1"))
            await harness.expect(within: 60) {
                Self.online(harness) == 2 && harness.store.launches.contains { $0.state.name == "busy" }
            }
            let busy = try #require(harness.store.launches.first { $0.ran != nil })
            #expect(busy.jobOrigin.runID == 8, "whose job it is, is told")
            #expect(harness.store.launches.count == 3)
        }
    }

    @Test func warmAgentsThatIdleAreNotReadEveryTwoSeconds() async throws {
        let harness = Harness()
        try await harness.run(harness.makeEngine(profiles: [Self.profile(2)])) { _ in
            await harness.expect(within: 60) { Self.online(harness) == 2 }
            _ = await harness.passes(seconds: 10) { false }
            let (readings, looks) = harness.world.with { ($0.readings.count, $0.looks.count) }
            _ = await harness.passes(seconds: 300) { false }
            #expect(harness.world.with { $0.readings.count - readings } <= 11)
            #expect(harness.world.with { $0.looks.count - looks } <= 11)
            #expect(Self.online(harness) == 2)
            #expect(harness.store.launches.count == 2)
        }
    }

    @Test func whenTheWindowEndsTheyAreGoneAndTheNextDayTheyAreBack() async throws {
        let harness = Harness()
        let hour = Int(harness.time.now().milliseconds / 3_600_000 % 24)
        let engine = harness.makeEngine(profiles: [Self.profile(1, hours: hour...(hour + 1))])
        try await harness.run(engine) { _ in
            await harness.expect(within: 60) { Self.online(harness) == 1 }
            harness.time.advance(milliseconds: 3_600_000)
            await harness.expect(within: 120) { harness.isQuiet }
            #expect(harness.store.launches.map(\.outcome?.kind) == [.unused])
            harness.time.advance(milliseconds: 22 * 3_600_000)
            await harness.expect(within: 7_200) { Self.online(harness) == 1 }
        }
    }

    @Test func afterARestartTheyAreThoseThatThereWere() async throws {
        let harness = Harness()
        try await harness.run(harness.makeEngine(profiles: [Self.profile(2)])) { _ in
            await harness.expect(within: 60) { Self.online(harness) == 2 }
        }
        try await harness.run(harness.makeEngine(profiles: [Self.profile(2)])) { _ in
            _ = await harness.passes(seconds: 60) { false }
            #expect(Self.online(harness) == 2)
            #expect(harness.store.launches.count == 2)
        }
        #expect(harness.world.with { $0.tokens.count } == 2)
    }

    @Test func anImageThatCannotStartIsTriedAgainAfterGrowingPausesAndTheReasonIsInTheLedger() async throws {
        let harness = Harness()
        let denied = StartAnswer.refused(StartRefusal(kind: .permanent, message: "the image is gone"))
        harness.world.with { $0.startAnswers = Array(repeating: denied, count: 5) }
        try await harness.run(harness.makeEngine(profiles: [Self.profile(1)])) { _ in
            await harness.expect(within: 900) { Self.online(harness) == 1 }
        }
        let starts = harness.store.launches.map(\.createdAt).sorted()
        let pauses = zip(starts, starts.dropFirst()).map { $1.millisecondsSince($0) / 1_000 }
        #expect(pauses.count == 5)
        #expect(zip(pauses, [10, 20, 40, 80, 160]).allSatisfy { $0 >= $1 && $0 < $1 + 40 }, "\(pauses)")
        let reasons = harness.store.records.filter { $0.subject == "warm-12-small" }
        #expect(reasons.contains { $0.kind == "decision.hold" && $0.facts.contains("the image is gone") })
    }

    @Test func oneThatHasIdledLongIsReplacedWithoutAGap() async throws {
        let harness = Harness()
        let deadlines = Deadlines(warmSeconds: 600)
        try await harness.run(harness.makeEngine(profiles: [Self.profile(1, deadlines: deadlines)])) { _ in
            await harness.expect(within: 60) { Self.online(harness) == 1 }
            var gaps = 0
            for _ in 0..<120 {
                _ = await harness.passes(seconds: 10) { false }
                if Self.online(harness) == 0 { gaps += 1 }
            }
            #expect(gaps == 0)
            #expect(harness.store.launches.count == 2 || harness.store.launches.count == 3)
            #expect(harness.store.launches.contains { !$0.isOpen && $0.outcome?.kind == .unused })
        }
        #expect(harness.world.with { $0.interrupted }.isEmpty)
    }

    @Test func agentsThatIdleKeepNoGateShut() async throws {
        let harness = Harness()
        var profile = Self.profile(2)
        profile.maximumAgents = 2
        try await harness.run(harness.makeEngine(profiles: [profile], takesBookings: true)) { engine in
            await harness.expect(within: 60) { Self.online(harness) == 2 }
            let call = GateCall(
                planURL: "https://dev.azure.com/fabrikam", project: "p", plan: "0a7c9a3e-1111-4222-8333-444455556666",
                inputs: BookingInputs(pool: "ecs-linux", profile: "small"))
            let answer = try await engine.bookings?.gate(call)
            #expect(answer?.isAvailable == true, "\(answer?.reason ?? "")")
        }
    }
}
