import Logging
import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct StartGateTests {
    private let now = Timestamp(milliseconds: 1_795_500_000_000)

    private func launch(_ request: Int64) -> Launch {
        let id = LaunchID(
            organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: PoolID(rawValue: 12),
            request: JobRequestID(rawValue: request), ordinal: 1)
        return Launch(
            id: id, pool: PoolID(rawValue: 12), profile: "small", request: JobRequestID(rawValue: request), ordinal: 1,
            origin: JobOrigin(), reason: "", createdAt: now)
    }

    @Test func aTurnIsKeptWhileItsLaunchStartsAndForgottenWhenItEnds() throws {
        let gate = StartGate(EngineConfiguration(organizationURL: "", pools: [], startBurst: 100), at: now)
        for request in 1...50 {
            let planned = launch(Int64(request))
            #expect(gate.permit(planned.id, at: now) == nil)
            let starting = try #require(planned.applying(.startPermitted, at: now, rules: LaunchRules())).launch
            gate.launchChanged(from: planned, to: starting)
            #expect(gate.permitCount == 1)
            let ended = try #require(starting.applying(.surplus, at: now, rules: LaunchRules())).launch
            gate.launchChanged(from: starting, to: ended)
            #expect(gate.permitCount == 0)
        }
    }

    @Test func anEngineForgetsTheTurnsOfLaunchesThatItCouldNotMake() async throws {
        let harness = Harness()
        let configuration = EngineConfiguration(organizationURL: "https://dev.azure.com/fabrikam", pools: [])
        let directory = PoolDirectory(configuredCount: 0, breakers: BreakerTable(time: harness.time))
        let gate = StartGate(configuration, at: harness.time.now())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let book = LaunchBook(store: harness.store, time: harness.time, directory: directory, observers: [gate])
        let effects = EffectQueue()
        let parts = EngineParts(
            book: book, store: harness.store, directory: directory, effects: effects,
            notices: RunNotices(runs: nil, time: harness.time, store: harness.store, logger: logger),
            retries: StageRetries(
                runs: nil, sweepSeconds: 30, followsEvents: false, directory: directory, store: harness.store,
                time: harness.time,
                logger: logger), gate: gate,
            parallelJobs: ParallelJobsWatch(
                port: nil, heldMilliseconds: 10_000, store: harness.store, time: harness.time, logger: logger),
            bookings: BookingBook(store: harness.store, time: harness.time), bookingSignals: BookingSignals(),
            desk: OperatorDesk(
                store: harness.store, book: book, effects: effects, profiles: [], time: harness.time, logger: logger),
            budgets: BudgetWatch(policy: nil, store: harness.store, time: harness.time, logger: logger),
            readingTurns: ReadingTurns(at: harness.time.now()), time: harness.time, logger: logger)
        let policy = PoolPolicy(
            id: PoolID(rawValue: 12), name: "ecs-linux",
            organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), profiles: [Harness.profile()])
        var pass = ReconcilePass(policy: policy, port: harness.world, whenGivenUp: .leave, parts: parts)
        harness.world.queue(1)
        harness.store.isBroken = true
        _ = try? await pass.run()
        harness.store.isBroken = false
        // Another process was quicker.
        harness.store.insertFromOutside(launch(1))
        _ = try await pass.run()
        #expect(gate.permitCount == 0)
    }
}
