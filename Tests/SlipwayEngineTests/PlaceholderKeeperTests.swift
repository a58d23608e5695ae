import Logging
import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct PlaceholderKeeperTests {
    private static let none = Placeholder(capabilities: [:])
    private static let large = Placeholder(capabilities: ["size": "large"])
    private static let profiles: [Profile] = {
        var profile = Harness.profile()
        profile.name = "large"
        profile.capabilities = ["size": "large"]
        return [Harness.profile(), profile]
    }()

    private func engine(
        _ harness: Harness, _ pools: [PlaceholderPool], profiles: [Profile] = profiles,
        policy: PlaceholderPolicy = .manage, sweepSeconds: Int = 60
    ) -> Engine {
        Engine(
            configuration: EngineConfiguration(
                organizationURL: "https://dev.azure.com/fabrikam",
                pools: pools.enumerated().map { index, pool in
                    .init(
                        name: "pool-\(index)", profiles: profiles, sweepSeconds: sweepSeconds, port: harness.world,
                        placeholders: policy, placeholderPort: pool)
                }),
            store: harness.store, agentTasks: harness.world, time: harness.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func kinds(_ harness: Harness) -> [String] {
        harness.store.records.map(\.kind).filter { $0.hasPrefix("placeholder.") }
    }

    private func names(_ pool: PlaceholderPool) -> [String] { pool.agents.map(\.name).sorted() }

    @Test func oneForEachDemandSetIsThereAtOnceAndIsLeftAlone() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        try await harness.run(engine(harness, [pool])) { engine in
            #expect(engine.poolWithoutPlaceholders == "pool-0")
            await harness.expect(within: 5) { engine.poolWithoutPlaceholders == nil }
            #expect(names(pool) == [Self.large.name, Self.none.name].sorted())
            await harness.expect(within: 200) { pool.looks == 4 }
            #expect(pool.changes.count == 2)
            #expect(engine.placeholderNote == nil)
        }
        #expect(kinds(harness) == ["placeholder.registered", "placeholder.registered"])
    }

    @Test func whatSomebodyChangedIsMendedAtTheNextLook() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        try await harness.run(engine(harness, [pool], profiles: [Harness.profile()])) { _ in
            await harness.expect(within: 5) { pool.agents.count == 1 }
            pool.clear()
            await harness.expect(within: 70) { pool.agents.count == 1 }
            pool.change { $0.isEnabled = false }
            await harness.expect(within: 70) { pool.agents.first?.isEnabled == true }
            pool.change { $0.version = "4.0.0" }
            await harness.expect(within: 70) { pool.agents.first?.version == Placeholder.version }
            await harness.settle()
        }
        #expect(
            kinds(harness) == [
                "placeholder.registered", "placeholder.registered", "placeholder.enabled", "placeholder.replaced",
            ])
    }

    @Test func oneThatNoProfileNeedsIsRemovedAndAnotherAgentIsNot() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        pool.add(Self.large.name, Self.large.systemCapabilities)
        pool.add("placeholder-slipway-0123456789", ["size": "large"])
        pool.add("big-iron", Self.large.systemCapabilities, isOnline: true)
        try await harness.run(engine(harness, [pool], profiles: [Harness.profile()])) { _ in
            await harness.expect(within: 5) { kinds(harness).count == 2 }
        }
        #expect(names(pool) == ["big-iron", "placeholder-slipway-0123456789", Self.none.name])
        #expect(kinds(harness).sorted() == ["placeholder.registered", "placeholder.removed"])
    }

    /// Between the list and the change somebody has come to run an agent under it.
    @Test func itIsReadAgainBeforeItIsRemoved() async throws {
        let harness = Harness()
        let pool = TakenOver()
        try await harness.run(
            Engine(
                configuration: EngineConfiguration(
                    organizationURL: "https://dev.azure.com/fabrikam",
                    pools: [
                        .init(name: "p", profiles: [], port: harness.world, placeholderPort: pool)
                    ]), store: harness.store, agentTasks: harness.world, time: harness.time,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        ) { engine in
            await harness.expect(within: 5) { engine.poolWithoutPlaceholders == nil }
        }
        #expect(kinds(harness).isEmpty)
    }

    @Test func aTemplateOfTheOperatorsIsEnough() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        pool.add("my-template", ["size": "large"])
        try await harness.run(engine(harness, [pool])) { engine in
            await harness.expect(within: 5) { engine.poolWithoutPlaceholders == nil }
            #expect(pool.changes.isEmpty)
            pool.clear()
            await harness.expect(within: 70) { pool.agents.count == 2 }
        }
    }

    @Test func anotherAgentOfItsNameIsLeftAloneAndTold() async throws {
        for isOnline in [true, false] {
            let (harness, pool) = (Harness(), PlaceholderPool())
            pool.add(Self.large.name, ["size": "other"], isOnline: isOnline)
            try await harness.run(engine(harness, [pool])) { engine in
                await harness.expect(within: 130) { pool.looks == 3 }
                await harness.settle()
                #expect(engine.placeholderNote?.contains(Self.large.name) == true)
                #expect(names(pool) == [Self.large.name, Self.none.name].sorted())
                pool.clear()
                await harness.expect(within: 70) { engine.placeholderNote == nil }
            }
            #expect(pool.changes.filter { !$0.hasPrefix("registered") }.isEmpty)
            #expect(kinds(harness).filter { $0 == "placeholder.nameTaken" }.count == 1)
        }
    }

    @Test func aMissingPermissionIsToldOnceTriedSeldomAndHoldsUpNothing() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        pool.failChanges(PortError(code: .forbidden, message: "no manage"))
        harness.world.queue(1)
        try await harness.run(engine(harness, [pool])) { engine in
            await harness.expect(within: 5) { engine.poolWithoutPlaceholders == nil }
            #expect(engine.placeholderNote?.contains("Agent Pools (read & manage)") == true)
            await harness.expect(within: 400) { harness.isQuiet }
            let before = pool.looks
            let isEarly = await harness.passes(seconds: 300) { pool.looks > before }
            #expect(before == 1 && !isEarly)
            await harness.expect(within: 700) { pool.looks == 2 }
            pool.failChanges(nil)
            await harness.expect(within: 1_000) { engine.placeholderNote == nil }
            await harness.settle()
        }
        #expect(
            kinds(harness) == ["placeholder.refused", "placeholder.registered", "placeholder.registered"])
    }

    @Test func onePoolThatFailsDoesNotStopAnother() async throws {
        let (harness, broken, fine) = (Harness(), PlaceholderPool(), PlaceholderPool())
        broken.fail(PortError(code: .unavailable, message: "no answer"))
        try await harness.run(engine(harness, [broken, fine])) { engine in
            await harness.expect(within: 5) { fine.agents.count == 2 }
            #expect(engine.poolWithoutPlaceholders == "pool-0")
            #expect(engine.placeholderNote?.contains("no answer") == true)
            broken.fail(nil)
            await harness.expect(within: 10) { broken.agents.count == 2 }
            await harness.expect(within: 5) { engine.placeholderNote == nil }
        }
    }

    @Test func oneThatCannotBeRegisteredDoesNotStopTheOthers() async throws {
        for refused in [Self.none, Self.large] {
            let (harness, pool) = (Harness(), PlaceholderPool())
            pool.refuse(refused.name)
            try await harness.run(engine(harness, [pool])) { engine in
                await harness.expect(within: 5) { pool.agents.count == 1 }
                #expect(engine.poolWithoutPlaceholders == "pool-0")
            }
            #expect(kinds(harness) == ["placeholder.registered"])
        }
    }

    @Test func aPauseThatTheServiceAsksForIsKept() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        pool.fail(PortError(code: .throttled, message: "slow down", retryAfterSeconds: 120))
        try await harness.run(engine(harness, [pool])) { _ in
            await harness.expect(within: 5) { pool.looks == 1 }
            let isEarly = await harness.passes(seconds: 115) { pool.looks > 1 }
            #expect(!isEarly)
            await harness.expect(within: 10) { pool.looks == 2 }
        }
    }

    /// A service that doesn't keep what it is told must not be told once a minute, nor the ledger.
    @Test func aReplacementThatDoesNotLastIsRepeatedOnceAnHour() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        pool.add(Self.none.name, [Placeholder.marker: "1"])
        pool.forgetReplacements()
        try await harness.run(engine(harness, [pool], profiles: [Harness.profile()])) { _ in
            await harness.expect(within: 3_500) { pool.looks == 55 }
            #expect(pool.changes.count == 1)
            await harness.expect(within: 500) { pool.changes.count == 2 }
        }
    }

    @Test func whatCouldNotBeStoredIsStoredLater() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        try await harness.run(engine(harness, [pool], profiles: [Harness.profile()])) { _ in
            await harness.expect(within: 5) { kinds(harness).count == 1 }
            pool.change { $0.isEnabled = false }
            harness.store.isBroken = true
            await harness.expect(within: 70) { pool.agents.first?.isEnabled == true }
            await harness.settle()
            harness.store.isBroken = false
            await harness.expect(within: 70) { kinds(harness).count == 2 }
        }
        #expect(kinds(harness).last == "placeholder.enabled")
    }

    @Test func aPoolThatIsSweptOftenIsLookedAtAsOften() async throws {
        for (sweepSeconds, seconds) in [(5, 5), (600, 60)] {
            let (harness, pool) = (Harness(), PlaceholderPool())
            try await harness.run(engine(harness, [pool], sweepSeconds: sweepSeconds)) { _ in
                await harness.expect(within: 5) { pool.looks == 1 }
                let isEarly = await harness.passes(seconds: seconds - 2) { pool.looks > 1 }
                #expect(!isEarly)
                await harness.expect(within: 4) { pool.looks == 2 }
            }
        }
    }

    @Test func whereTheOperatorKeepsThemNothingIsDone() async throws {
        let (harness, pool) = (Harness(), PlaceholderPool())
        pool.add(Self.large.name, Self.large.systemCapabilities)
        try await harness.run(engine(harness, [pool], policy: .leave)) { engine in
            _ = await harness.passes(seconds: 130) { false }
            #expect(engine.poolWithoutPlaceholders == nil && engine.placeholderNote == nil)
        }
        #expect(pool.looks == 0 && pool.changes.isEmpty)
    }
}

/// Lists a placeholder that turns out to be online when it is read by itself.
private struct TakenOver: PlaceholderPort {
    private let placeholder = Placeholder(capabilities: ["size": "large"])

    private func agent(isOnline: Bool) -> RegisteredAgent {
        RegisteredAgent(
            id: AgentID(rawValue: 1), name: placeholder.name, isOnline: isOnline, version: Placeholder.version,
            systemCapabilities: placeholder.systemCapabilities)
    }

    func markedAgents() async throws(PortError) -> [RegisteredAgent] { [agent(isOnline: false)] }
    func registeredAgents() async throws(PortError) -> [RegisteredAgent] { [agent(isOnline: false)] }
    func registeredAgent(_ id: AgentID) async throws(PortError) -> RegisteredAgent? { agent(isOnline: true) }
    func register(_ placeholder: Placeholder) async throws(PortError) -> PlaceholderAnswer { .nameTaken }
    func replace(_ id: AgentID, with placeholder: Placeholder) async throws(PortError) { Issue.record("replaced") }
    func enable(_ id: AgentID) async throws(PortError) { Issue.record("enabled") }
    func remove(_ id: AgentID) async throws(PortError) { Issue.record("removed") }
}
