import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

/// What the engine tells those who measure.
@Suite struct ObserverTests {
    /// Keeps what it is told, in order.
    private final class Recorder: PoolObserver, LaunchObserver {
        private let told = Mutex<[String]>([])
        var all: [String] { told.withLock { $0 } }

        func poolResolved(_ policy: PoolPolicy) { add("resolved \(policy.name)") }
        func poolRead(_ policy: PoolPolicy, requests: [JobRequest], askedAt: Timestamp) {
            add("read \(requests.count)")
        }
        func planned(_ decisions: [Decision], new: [Decision], for policy: PoolPolicy) {
            add("planned \(decisions.map(\.name)) new \(new.map(\.name))")
        }
        func launchChanged(from old: Launch?, to new: Launch) { if old == nil { add("launch") } }

        private func add(_ text: String) { told.withLock { $0.append(text) } }
    }

    @Test func aReadingIsToldBeforeWhatFollowsFromItAndAReasonOnce() async throws {
        let harness = Harness()
        let recorder = Recorder()
        harness.world.queue(1, seconds: 60)
        harness.world.queue(2, demands: ["size -equals large"])
        let engine = harness.makeEngine(observers: [recorder], poolObservers: [recorder])
        try await harness.run(engine) { _ in
            await harness.expect(within: 30) { recorder.all.count { $0.hasPrefix("planned") } >= 3 }
        }
        #expect(
            recorder.all.prefix(5) == [
                "resolved ecs-linux", "read 2", "launch", #"planned ["refuse", "launch"] new ["refuse"]"#, "read 2",
            ])
        #expect(recorder.all.count { $0.contains("resolved") } == 1)
        #expect(recorder.all.count { $0.contains(#"new ["refuse"]"#) } == 1)
        #expect(recorder.all.count { $0 == "launch" } == 1)
    }

    @Test func openLaunchesAreCountedByTheirState() async throws {
        let harness = Harness()
        try await harness.run { engine in
            for id in 1...3 { harness.world.queue(Int64(id), seconds: 60) }
            await harness.expect(within: 60) {
                harness.store.launches.count { $0.state.name == "busy" } == 3
            }
            let open = await engine.openLaunches()
            #expect(open.map { "\($0.profile) \($0.state) \($0.count)" } == ["small busy 3"])
            await harness.expect(within: 200) { harness.isQuiet }
            #expect(await engine.openLaunches().isEmpty)
        }
    }

    @Test func aRungThatKeepsRefusingIsToldAsLeftOut() async throws {
        let harness = Harness()
        let spot = Placement(capacity: .capacityProvider("FARGATE_SPOT"))
        harness.world.with { $0.placementsWithoutRoom = ["FARGATE_SPOT"] }
        try await harness.run { engine in
            #expect(!engine.isLeftOut(spot))
            for id in 1...5 { harness.world.queue(Int64(id), seconds: 30) }
            await harness.expect(within: 60) { engine.isLeftOut(spot) }
            #expect(!engine.isLeftOut(Placement(capacity: .capacityProvider("FARGATE"))))
        }
    }
}
