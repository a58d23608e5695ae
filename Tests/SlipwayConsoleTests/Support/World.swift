import Hummingbird
import HummingbirdTesting
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import SlipwayConsole
@testable import SlipwayCore

/// Launches and consoles for the tests.
enum World {
    static let now = Timestamp(milliseconds: 1_764_000_000_000)

    struct StandingTime: TimeSource {
        func now() -> Timestamp { World.now }
        func sleep(milliseconds: Int64) async throws {}
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

    static func console(
        _ reader: MemoryReader = MemoryReader(), checks: [ReadinessCheck] = [],
        metrics: (@Sendable () async -> String)? = nil,
        configure: (inout ConsoleConfiguration) -> Void = { _ in }
    ) throws -> Console {
        var configuration = ConsoleConfiguration()
        configure(&configuration)
        return try Console(
            configuration: configuration, reader: reader, checks: checks, metrics: metrics, time: StandingTime(),
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

extension TestResponse {
    var text: String { String(buffer: body) }
}
