import Logging
import SlipwayCore
import Synchronization
import Testing

@testable import SlipwayEngine

@Suite struct HookWatchTests {
    private static let waiting = HookSubject(
        eventType: HookSubject.jobEventType, filter: ["projectId": "p", "jobStateId": "Waiting"])

    private func engine(_ harness: Harness, _ hooks: Hooks, repairs: Bool = false) -> Engine {
        Engine(
            configuration: EngineConfiguration(
                organizationURL: "https://dev.azure.com/fabrikam",
                pools: [.init(name: "ecs-linux", profiles: [Harness.profile()], port: harness.world)],
                repairsHooks: repairs),
            store: harness.store, agentTasks: harness.world, hooks: hooks, time: harness.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func kinds(_ harness: Harness) -> [String] {
        harness.store.records.map(\.kind).filter { $0.hasPrefix("hooks.") }
    }

    @Test func aChangeIsToldOnceAndSoIsItsEnd() async throws {
        let harness = Harness()
        let hooks = Hooks([ListedSubscription(id: "a", subject: Self.waiting, status: .enabled)])
        try await harness.run(engine(harness, hooks)) { engine in
            await harness.expect(within: 1) { hooks.looks == 1 }
            #expect(engine.hookNote == nil)
            hooks.set(.disabledBySystem)
            await harness.expect(within: 400) { hooks.looks == 2 }
            await harness.expect(within: 400) { hooks.looks == 3 }
            #expect(kinds(harness) == ["hooks.troubled"])
            #expect(engine.hookNote?.contains("subscription a ") == true)
            hooks.set(.enabled)
            await harness.expect(within: 400) { hooks.looks == 4 }
            await harness.settle()
            #expect(kinds(harness) == ["hooks.troubled", "hooks.restored"])
            #expect(engine.hookNote == nil)
        }
        #expect(hooks.created.isEmpty)
    }

    @Test func whatCouldNotBeStoredIsToldAtTheNextLook() async throws {
        let harness = Harness()
        let hooks = Hooks([ListedSubscription(id: "a", subject: Self.waiting, status: .enabled)])
        try await harness.run(engine(harness, hooks)) { _ in
            await harness.expect(within: 1) { hooks.looks == 1 }
            hooks.set(.disabledByUser)
            harness.store.isBroken = true
            await harness.expect(within: 400) { hooks.looks == 2 }
            await harness.settle()
            harness.store.isBroken = false
            await harness.expect(within: 400) { hooks.looks == 3 }
            await harness.settle()
            #expect(kinds(harness) == ["hooks.troubled"])
        }
    }

    @Test func aDisabledOneIsMadeAnewAtMostOnceAnHour() async throws {
        let harness = Harness()
        let hooks = Hooks([ListedSubscription(id: "a", subject: Self.waiting, status: .disabledByUser)], isDeaf: true)
        try await harness.run(engine(harness, hooks, repairs: true)) { _ in
            await harness.expect(within: 3_400) { hooks.looks == 10 }
            #expect(hooks.created == ["a"])
            await harness.expect(within: 1_500) { hooks.created == ["a", "a"] }
            await harness.settle()
        }
        #expect(kinds(harness) == ["hooks.troubled", "hooks.repaired", "hooks.repaired"])
    }

    @Test func theHourBetweenTwoRepairsOutlastsAStart() async throws {
        let harness = Harness()
        let hooks = Hooks([ListedSubscription(id: "a", subject: Self.waiting, status: .disabledByUser)], isDeaf: true)
        for _ in 0..<3 {
            try await harness.run(engine(harness, hooks, repairs: true)) { _ in
                _ = await harness.passes(seconds: 310) { false }
            }
        }
        #expect(hooks.created == ["a"])
        harness.time.advance(milliseconds: 3_600_000)
        try await harness.run(engine(harness, hooks, repairs: true)) { _ in
            await harness.expect(within: 10) { hooks.created == ["a", "a"] }
        }
    }

    @Test func withoutTheLedgersWordNothingIsRepaired() async throws {
        let harness = Harness()
        let hooks = Hooks([ListedSubscription(id: "a", subject: Self.waiting, status: .disabledByUser)], isDeaf: true)
        try await harness.run(engine(harness, hooks, repairs: true)) { _ in
            await harness.expect(within: 10) { hooks.created == ["a"] }
        }
        // The engine starts, and the ledger can't be read afterwards.
        hooks.onLook { harness.store.isBroken = true }
        try await harness.run(engine(harness, hooks, repairs: true)) { _ in
            _ = await harness.passes(seconds: 3_700) { false }
            #expect(hooks.created == ["a"])
            hooks.onLook {}
            harness.store.isBroken = false
            await harness.expect(within: 400) { hooks.created == ["a", "a"] }
        }
    }

    @Test func aDeletedOneIsMadeAnewAndThenInOrder() async throws {
        let harness = Harness()
        let hooks = Hooks([ListedSubscription(id: "a", subject: Self.waiting, status: .enabled)])
        try await harness.run(engine(harness, hooks, repairs: true)) { engine in
            await harness.expect(within: 1) { hooks.looks == 1 }
            hooks.clear()
            await harness.expect(within: 400) { hooks.looks == 2 }
            await harness.expect(within: 400) { hooks.looks == 3 }
            await harness.expect(within: 5) { engine.hookNote == nil }
        }
        #expect(hooks.created == [nil])
        #expect(kinds(harness) == ["hooks.troubled", "hooks.repaired", "hooks.restored"])
    }

    @Test func aMissingPermissionIsNotedAndJobsAreServed() async throws {
        let harness = Harness()
        let hooks = Hooks([])
        hooks.forbid()
        harness.world.queue(1)
        try await harness.run(engine(harness, hooks)) { engine in
            await harness.expect(within: 400) { harness.isQuiet }
            #expect(engine.hookNote?.contains("can't be read") == true)
        }
        #expect(!kinds(harness).contains("hooks.troubled"))
    }

    @Test func aJobThatNoHookAnnouncedIsCountedAndOneThatWasIsNot() async throws {
        let harness = Harness()
        try await harness.run { engine in
            await harness.expect(within: 1) { engine.poolNames.count == 1 }
            harness.world.queue(1)
            harness.world.queue(2)
            engine.deliveryRecorded(JobHint(scope: .job, state: .waiting, runID: 7, jobID: "J-1"))
            let isEarly = await harness.passes(seconds: 55) { engine.unannouncedJobs > 0 }
            #expect(!isEarly)
            await harness.expect(within: 60) { engine.unannouncedJobs == 1 }
            harness.world.queue(3)
            await harness.expect(within: 120) { engine.unannouncedJobs == 2 }
            await harness.settle()
        }
        let records = harness.store.records.filter { $0.kind == "hooks.unannounced" }
        #expect(records.count == 1, "more than one an hour")
    }
}

/// Subscriptions that a test sets.
private final class Hooks: HookSubscriptionPort {
    private struct State {
        var listed: [ListedSubscription]
        var looks = 0
        var created: [String?] = []
        var isForbidden = false
        var onLook: @Sendable () -> Void = {}
    }

    private let state: Mutex<State>
    /// Making one anew changes nothing.
    private let isDeaf: Bool

    init(_ listed: [ListedSubscription], isDeaf: Bool = false) {
        state = Mutex(State(listed: listed))
        self.isDeaf = isDeaf
    }

    var looks: Int { state.withLock { $0.looks } }
    /// What each new one replaced.
    var created: [String?] { state.withLock { $0.created } }

    func set(_ status: ListedSubscription.Status) {
        state.withLock { state in for index in state.listed.indices { state.listed[index].status = status } }
    }
    func clear() { state.withLock { $0.listed = [] } }
    func onLook(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onLook = body } }
    func forbid() { state.withLock { $0.isForbidden = true } }

    func subscriptions() async throws(PortError) -> [ListedSubscription] {
        state.withLock { $0.onLook }()
        return try state.withLock { (state) throws(PortError) in
            state.looks += 1
            guard !state.isForbidden else { throw PortError(code: .forbidden, message: "no View Subscriptions") }
            return state.listed
        }
    }

    func lastNotice(of subscription: String) async throws(PortError) -> HookNotice? {
        throw PortError(code: .forbidden, message: "no history")
    }

    func create(_ subject: HookSubject, replacing replaced: String?) async throws(PortError) -> String {
        state.withLock { state in
            state.created.append(replaced)
            let id = "new-\(state.created.count)"
            guard !isDeaf else { return id }
            state.listed.removeAll { $0.id == replaced }
            state.listed.append(ListedSubscription(id: id, subject: subject, status: .enabled))
            return id
        }
    }
}
