import Hummingbird
import HummingbirdTesting
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import SlipwayConsole
import Synchronization

@testable import SlipwayCore

/// Launches and consoles for the tests.
enum World {
    static let now = Timestamp(milliseconds: 1_764_000_000_000)

    struct StandingTime: TimeSource {
        func now() -> Timestamp { World.now }
        /// Really: a loop that waits would spin otherwise.
        func sleep(milliseconds: Int64) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }
    }

    static func launch(
        _ number: Int, pool: Int = 7, state: LaunchState = .planned,
        origin: JobOrigin = JobOrigin(pipelineName: "nightly", runName: "20251124.1", jobName: "Build")
    ) -> Launch {
        let organization = OrganizationKey(rawValue: "abc123")
        let request = JobRequestID(rawValue: Int64(number))
        var launch = Launch(
            id: LaunchID(organization: organization, pool: PoolID(rawValue: pool), request: request, ordinal: 1),
            pool: PoolID(rawValue: pool), profile: "small", request: request, ordinal: 1, origin: origin,
            reason: "job request \(number) waits", createdAt: now.adding(seconds: number - 1_000))
        launch.state = state
        return launch
    }

    static func records(of launch: Launch) -> [LedgerRecord] {
        var chain = LedgerChain()
        var facts = LedgerFacts()
        facts["problem"] = .text("no capacity <in> Spot")
        facts["attempt"] = .integer(2)
        facts["retried"] = .flag(true)
        return [
            chain.seal(launch.openingEntry()),
            chain.seal(LedgerEntry(at: now, kind: "launch.starting", subject: launch.id.rawValue, facts: facts)),
        ]
    }

    static func delivery(_ number: Int64, _ disposition: Delivery.Disposition = .accepted) -> RecordedDelivery {
        RecordedDelivery(
            number: number, receivedAt: now, disposition: disposition, duplicateOf: nil,
            facts: #"{"disposition":"\#(disposition.rawValue)","run":4177,"source":"203.0.113.7"}"#)
    }

    static func console(
        _ reader: MemoryReader = MemoryReader(), checks: [ReadinessCheck] = [],
        metrics: (@Sendable () async -> String)? = nil, live: (any LivePort)? = nil,
        operations: (any OperatorPort)? = nil, expiries: [Expiry] = [], prices: PriceBook? = nil,
        configure: (inout ConsoleConfiguration) -> Void = { _ in }
    ) throws -> Console {
        var configuration = ConsoleConfiguration()
        configure(&configuration)
        return try Console(
            configuration: configuration,
            sources: ConsoleSources(
                reader: reader, checks: checks, metrics: metrics, live: live, operations: operations,
                expiries: { expiries },
                links: ConsoleLinks(
                    organization: "https://dev.azure.com/fabrikam", region: "eu-west-1", isAWS: true), prices: prices),
            time: StandingTime(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// One GET, with the headers given.
    static func get(
        _ path: String, from console: Console, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await console.application.test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: headers)
        }
    }
}

/// What the engine would tell.
struct StandingEngine: LivePort {
    var state: LiveState

    func live() async -> LiveState { state }

    /// Two profiles, one of them paused, with a job that waits and a rung that is left out.
    static let busy: StandingEngine = {
        var holds = OperatorHolds()
        holds.take(
            OperatorOrder(.pauseProfile(ProfileKey(pool: "ecs-linux", profile: "large")), by: "ops", reason: "quota"),
            at: World.now)
        let waiting = LiveState.WaitingJob(
            request: JobRequestID(rawValue: 4_711), profile: "large",
            origin: JobOrigin(pipelineName: "nightly", runID: 4_177, jobName: "Build"), queuedAt: World.now,
            decision: "hold", reason: "profile large is paused")
        return StandingEngine(
            state: LiveState(
                pools: [
                    LiveState.Pool(
                        name: "ecs-linux", id: PoolID(rawValue: 7), readAt: World.now, maximumAgents: 100,
                        profiles: [
                            LiveState.Profile(
                                name: "small", maximumAgents: 50, waiting: 0, launches: ["pending": 2, "busy": 3],
                                rungs: [
                                    LiveState.Rung(
                                        placement: "FARGATE_SPOT", leftOutUntil: World.now.adding(seconds: 60)),
                                    LiveState.Rung(placement: "FARGATE"),
                                ]),
                            LiveState.Profile(
                                name: "large", maximumAgents: 5, waiting: 1,
                                rungs: [LiveState.Rung(placement: "FARGATE")]),
                        ], waitingCount: 1, waiting: [waiting]),
                    LiveState.Pool(name: "ecs-arm", problem: "it could not be found", maximumAgents: 10),
                ],
                hooks: LiveState.Hooks(
                    isWatched: true, known: 1,
                    troubles: [
                        HookTrouble(
                            subject: HookSubject(
                                eventType: HookSubject.jobEventType, filter: ["jobStateId": "Waiting"]),
                            subscription: "9c1d4a50", state: .onProbation)
                    ]),
                parallelJobs: ParallelJobs(limit: 10, used: 4, readAt: World.now), holds: holds))
    }()
}

/// Takes orders down.
final class NotedOrders: OperatorPort {
    let orders = Mutex<[OperatorOrder]>([])
    let refusal: OperatorRefusal?

    init(refusal: OperatorRefusal? = nil) { self.refusal = refusal }

    func perform(_ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt {
        if let refusal { throw refusal }
        orders.withLock { $0.append(order) }
        return OperatorReceipt("done")
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
