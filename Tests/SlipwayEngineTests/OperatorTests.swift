import SlipwayCore
import SlipwayEngine
import Testing

/// Orders of an operator, as the engine carries them out.
@Suite struct OperatorTests {
    private let key = ProfileKey(pool: "ecs-linux", profile: "small")

    private func order(_ action: OperatorAction, reason: String? = nil) -> OperatorOrder {
        OperatorOrder(action, by: "ops", reason: reason)
    }

    private func kinds(_ harness: Harness) -> [String] {
        harness.store.records.map(\.kind).filter { $0.hasPrefix("operator.") }
    }

    @Test func aDrainedEngineStartsNothingOverARestartAndThenEverything() async throws {
        let harness = Harness()
        try await harness.run { engine in
            harness.world.queue(1)
            await harness.expect(within: 60) { harness.store.launches.count == 1 }
            _ = try await engine.perform(order(.drain, reason: "the cluster moves"))
            #expect(try await engine.perform(order(.drain)).wasSo)
            harness.world.queue(2)
            #expect(await !harness.passes(seconds: 60) { harness.store.launches.count > 1 })
            #expect(await engine.drainNote()?.contains("the cluster moves") == true)
            let waiting = await engine.live().pools[0].waiting
            #expect(waiting.contains { $0.decision == "hold" && $0.reason?.contains("drained") == true })
        }
        try await harness.run { engine in
            #expect(await !harness.passes(seconds: 60) { harness.store.launches.count > 1 })
            #expect(await engine.drainNote() != nil)
            _ = try await engine.perform(order(.resume))
            await harness.expect(within: 900) {
                harness.isQuiet && harness.world.ranAll && harness.store.launches.count > 1
            }
        }
        #expect(kinds(harness) == ["operator.drained", "operator.resumed"])
    }

    @Test func aPausedProfileWaitsAndAnUnknownOneIsNamed() async throws {
        let harness = Harness()
        try await harness.run { engine in
            _ = try await engine.perform(order(.pauseProfile(key)))
            harness.world.queue(1)
            #expect(await !harness.passes(seconds: 60) { !harness.store.launches.isEmpty })
            let refusal = await #expect(throws: OperatorRefusal.self) {
                try await engine.perform(order(.pauseProfile(ProfileKey(pool: "ecs-linux", profile: "huge"))))
            }
            #expect(refusal?.code == .noSuchProfile)
            _ = try await engine.perform(order(.resumeProfile(key)))
            await harness.expect(within: 600) { harness.isQuiet && harness.world.ranAll }
        }
    }

    @Test func aBusyLaunchIsStoppedByForceAloneAndWithItsRecord() async throws {
        let harness = Harness()
        try await harness.run { engine in
            harness.world.queue(1, seconds: 3_000)
            await harness.expect(within: 120) { harness.store.launches.contains { $0.state.name == "busy" } }
            let id = try #require(harness.store.launches.first).id
            let refusal = await #expect(throws: OperatorRefusal.self) {
                try await engine.perform(order(.stopLaunch(id, isForced: false)))
            }
            #expect(refusal?.code == .busy)
            #expect(await !harness.passes(seconds: 30) { harness.store.launches[0].state.name != "busy" })
            _ = try await engine.perform(order(.stopLaunch(id, isForced: true), reason: "it hangs"))
            await harness.expect(within: 600) { harness.world.runningContainers == 0 }
            #expect(harness.store.launches.first { $0.id == id }?.outcome?.kind == .cancelled)
        }
        let record = try #require(harness.store.records.first { $0.kind == "operator.stopped" })
        #expect(record.facts.contains(#""by":"ops""#) && record.facts.contains(#""isForced":true"#))
    }

    /// What RunTask has just accepted the cluster may not know yet: its "not found" is no stop that may be repeated blindly.
    @Test func anAgentThatTookAJobAfterAStopThatTheClusterDidNotKnowIsLeftToIt() async throws {
        let harness = Harness()
        harness.world.with { $0.stopsKnowBusyOnly = true }
        // No other agent may come for the job meanwhile.
        try await harness.run(harness.makeEngine(profiles: [Harness.profile(maximumAgents: 1)])) { engine in
            harness.world.queue(1, seconds: 200)
            await harness.expect(within: 60) { harness.store.launches.first?.state.name == "pending" }
            let id = try #require(harness.store.launches.first).id
            _ = try await engine.perform(order(.stopLaunch(id, isForced: false)))
            await harness.expect(within: 120) {
                harness.store.launches.contains { $0.id == id && $0.state.name == "busy" }
            }
            #expect(await !harness.passes(seconds: 100) { harness.world.with { !$0.interrupted.isEmpty } })
            harness.world.with { $0.stopsKnowBusyOnly = false }
            await harness.expect(within: 900) { harness.isQuiet && harness.world.ranAll }
        }
    }

    @Test func aJobRequestThatWasGivenUpIsTriedAgainAndOutlastsARestart() async throws {
        let harness = Harness()
        let refused = StartAnswer.refused(StartRefusal(kind: .permanent, message: "no such subnet"))
        harness.world.with { $0.startAnswers = Array(repeating: refused, count: 4) }
        try await harness.run { _ in
            harness.world.queue(1)
            await harness.expect(within: 900) {
                harness.store.records.contains {
                    $0.kind == "decision.refuse" && $0.facts.contains("4 launches for it failed")
                }
            }
        }
        try await harness.run { engine in
            #expect(await !harness.passes(seconds: 60) { harness.store.launches.count > 4 })
            let failed = try #require(harness.store.launches.first { $0.ordinal == 4 })
            _ = try await engine.perform(order(.retryLaunch(failed.id), reason: "the subnet is there now"))
        }
        try await harness.run { _ in
            await harness.expect(within: 900) { harness.isQuiet && harness.world.ranAll }
            #expect(harness.store.launches.count == 5)
        }
    }

    @Test func aStoreThatTakesNothingMeansThatNothingIsDone() async throws {
        let harness = Harness()
        try await harness.run { engine in
            await harness.settle()
            harness.store.isBroken = true
            let refusal = await #expect(throws: OperatorRefusal.self) { try await engine.perform(order(.drain)) }
            #expect(refusal?.code == .unavailable)
            #expect(await engine.drainNote() == nil)
            harness.store.isBroken = false
        }
        #expect(kinds(harness).isEmpty)
    }

    @Test func whatIsNotThereIsSaidToBeSo() async throws {
        let harness = Harness()
        try await harness.run { engine in
            let id = try #require(LaunchID(rawValue: "none"))
            for action in [OperatorAction.stopLaunch(id, isForced: false), .retryLaunch(id)] {
                let refusal = await #expect(throws: OperatorRefusal.self) { try await engine.perform(order(action)) }
                #expect(refusal?.code == .noSuchLaunch)
            }
        }
    }
}
