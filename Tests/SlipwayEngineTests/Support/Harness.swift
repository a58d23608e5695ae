import Logging
import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

struct Interrupted: Error {}

/// An engine over a world and a store, in time that the test drives.
struct Harness: Sendable {
    let time: ManualTime
    let world: World
    let store: MemoryStore

    init(
        onCall: @escaping @Sendable (Int) throws -> Void = { _ in },
        onWrite: @escaping @Sendable (Int) throws -> Void = { _ in }
    ) {
        time = ManualTime()
        world = World(time: time, onCall: onCall)
        store = MemoryStore(onWrite: onWrite)
    }

    func makeEngine(
        profiles: [Profile] = [Harness.profile()], sweepSeconds: Int = 30, events: EventQueue? = nil,
        whenGivenUp: GivenUp = .leave, whenInterrupted: WhenInterrupted = .leave, respectsParallelJobs: Bool = false,
        claims: ClaimOffer? = nil, takesBookings: Bool = false, observers: [any LaunchObserver] = [],
        poolObservers: [any PoolObserver] = [], budgets: BudgetPolicy? = nil, alsoIn other: World? = nil
    ) -> Engine {
        Engine(
            configuration: EngineConfiguration(
                organizationURL: "https://dev.azure.com/fabrikam", claims: claims,
                sizes: SizeOffers([(cpu: 1_024, memory: [2_048, 4_096])]),
                pools: [
                    .init(
                        name: "ecs-linux", profiles: profiles, sweepSeconds: sweepSeconds, whenGivenUp: whenGivenUp,
                        whenInterrupted: whenInterrupted,
                        port: world)
                ]
                    + (other.map { [.init(name: "ecs-other", profiles: profiles, sweepSeconds: 30, port: $0)] } ?? [])
            ),
            store: store, agentTasks: world, agentTaskEvents: events, runs: world,
            plans: takesBookings ? world : nil, parallelJobs: respectsParallelJobs ? world : nil, budgets: budgets,
            time: time, observers: observers, poolObservers: poolObservers,
            closedLaunch: { [store] id in store.launches.first { $0.id == id } },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static func profile(maximumAgents: Int = 50, deadlines: Deadlines = Deadlines()) -> Profile {
        Profile(
            name: "small", taskDefinition: "azp-agent", container: "agent", maximumAgents: maximumAgents,
            placements: [
                Placement(capacity: .capacityProvider("FARGATE_SPOT")),
                Placement(capacity: .capacityProvider("FARGATE")),
            ], deadlines: deadlines)
    }

    /// Runs an engine while `body` runs.
    func run<Value: Sendable>(_ engine: Engine? = nil, _ body: @Sendable (Engine) async throws -> Value) async throws
        -> Value
    {
        let engine = engine ?? makeEngine()
        let running = Task { try await engine.run() }
        defer { running.cancel() }
        let value = try await body(engine)
        running.cancel()
        _ = await running.result
        return value
    }

    /// Lets time pass, a tenth of a second at a time, until the condition holds. Answers whether it came to that.
    func passes(seconds: Int, until condition: @Sendable () -> Bool) async -> Bool {
        for _ in 0..<(seconds * 10) {
            await settle()
            if condition() { return true }
            time.advance(milliseconds: 100)
        }
        await settle()
        return condition()
    }

    /// As `passes`, and a failed test if it doesn't come to that.
    func expect(
        within seconds: Int, at location: SourceLocation = #_sourceLocation, until condition: @Sendable () -> Bool
    ) async {
        if await passes(seconds: seconds, until: condition) { return }
        Issue.record("it did not come to that within \(seconds) s", sourceLocation: location)
    }

    /// Lets every task that can go on go on.
    func settle() async {
        for _ in 0..<40 { await Task.yield() }
    }

    var isQuiet: Bool { world.allJobsAreOver && world.isEmpty && store.launches.allSatisfy { !$0.isOpen } }
}
