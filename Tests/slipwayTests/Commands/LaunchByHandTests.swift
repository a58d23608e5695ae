import Foundation
import SlipwayCore
import SlipwaySQLite
import Synchronization
import Testing

@testable import slipway

@Suite struct LaunchByHandTests {
    private func configuration(secondPool: Bool = false) throws -> SlipwayConfiguration {
        var configuration = try load(try Fixture.text("design-sketch.yaml")).configuration
        if secondPool {
            var pool = configuration.pools[0]
            pool.name = "other"
            configuration.pools.append(pool)
        }
        return configuration
    }

    private func choose(_ configuration: SlipwayConfiguration, pool: String? = nil, profile: String) -> String {
        do throws(CommandFailure) {
            let choice = try LaunchChoice(configuration, pool: pool, profile: profile)
            return "\(choice.pool.name)/\(choice.profile.name)"
        } catch {
            #expect(error.status == .usage)
            return error.description
        }
    }

    @Test func `A profile is found by its name, in its pool where several have it`() throws {
        #expect(choose(try configuration(), profile: "large") == "ecs-linux/large")
        #expect(choose(try configuration(secondPool: true), pool: "other", profile: "small") == "other/small")
    }

    @Test func `A choice that can't be made says what there is`() throws {
        #expect(choose(try configuration(), profile: "smal") == "there is no profile “smal”; write small")
        #expect(choose(try configuration(), profile: "quux") == "there is no profile “quux”; there are small, large")
        #expect(
            choose(try configuration(secondPool: true), profile: "small")
                == "several pools have a profile “small”; give --pool, one of ecs-linux, other")
        #expect(
            choose(try configuration(), pool: "x", profile: "small")
                == "there is no pool “x” in the configuration; there are ecs-linux")
    }

    @Test func `A launch by hand is for no job request and is planned`() throws {
        let choice = try LaunchChoice(try configuration(), pool: nil, profile: "small")
        let launch = try choice.launch(
            poolID: PoolID(rawValue: 7), organization: "https://dev.azure.com/fabrikam", nonce: "abc123",
            now: Timestamp(milliseconds: 5))
        let key = OrganizationKey(url: "https://dev.azure.com/fabrikam").rawValue
        #expect(launch.id.rawValue == "\(key)-7-hand-abc123")
        #expect(launch.request == nil)
        #expect(launch.state == .planned)
        #expect(launch.createdAt == Timestamp(milliseconds: 5))
    }

    @Test func `Only a lock that is held means that a server runs`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("slipway.db")
        let server = try #require(try LaunchCommand.lock(path))
        let second = try LaunchCommand.lock(path)
        #expect(second == nil)
        server.close()
        // In the lock's place stands what can't be opened as one.
        try FileManager.default.createDirectory(
            atPath: directory.path("other.db.lock"), withIntermediateDirectories: false)
        #expect(throws: StoreError.self) { try LaunchCommand.lock(directory.path("other.db")) }
    }

    @Test func `A preregistered agent isn't started where nobody would take its claim`() throws {
        var profile = try #require(try configuration().pools.first?.profiles.first)
        #expect(LaunchCommand.refusalWithoutServer(profile) == nil)
        profile.registration = .byClaim
        let refusal = try #require(LaunchCommand.refusalWithoutServer(profile))
        #expect(refusal.status == .unreachable && refusal.description.contains("start slipway serve"))
    }

    // MARK: Following

    private static let start = Timestamp(milliseconds: 1_000_000)

    /// A launch and what became of it, one state after the other.
    private func history(_ events: [LaunchEvent]) throws -> [Launch] {
        let choice = try LaunchChoice(try configuration(), pool: nil, profile: "small")
        var launches = [
            try choice.launch(
                poolID: PoolID(rawValue: 7), organization: "https://dev.azure.com/fabrikam", nonce: "n", now: Self.start
            )
        ]
        for (index, event) in events.enumerated() {
            let last = try #require(launches.last)
            let now = Self.start.adding(milliseconds: Int64(index + 1) * 1_500)
            launches.append(try #require(last.applying(event, at: now, rules: LaunchRules())).launch)
        }
        return launches
    }

    /// Follows launches that are read one after the other; the clock goes on by a second with each pause.
    private func follow(_ launches: [Launch], limitSeconds: Int = 600) async throws -> [String] {
        let first = try #require(launches.first)
        let unread = Mutex(launches)
        let printed = Mutex<[String]>([])
        let now = Mutex(Self.start)
        let follower = LaunchFollower(
            limitSeconds: limitSeconds,
            read: { unread.withLock { $0.count > 1 ? $0.removeFirst() : $0.first } },
            print: { line in printed.withLock { $0.append(line) } }, now: { now.withLock { $0 } },
            sleep: { _ in now.withLock { $0 = $0.adding(seconds: 1) } })
        do {
            try await follower.follow(first)
        } catch let failure as CommandFailure {
            return printed.withLock { $0 } + ["\(failure.status): \(failure)"]
        }
        return printed.withLock { $0 }
    }

    private static let task = AgentTaskID(rawValue: "arn:task/1")

    @Test func `Each phase is printed until the agent is online`() async throws {
        let launches = try history([
            .startPermitted, .agentTaskAccepted(Self.task, placement: "FARGATE"),
            .agentObserved(
                PoolAgent(id: AgentID(rawValue: 3), name: "slipway-x", isOnline: true)),
        ])
        let name = launches[0].id.agentName
        #expect(
            try await follow(launches + [launches[0]]) == [
                "+0.0 s  planned  an operator asked for it", "+1.5 s  starting  attempt 1",
                "+3.0 s  pending  FARGATE arn:task/1", "+4.5 s  online  \(name)",
            ])
    }

    @Test func `A launch that fails is followed to its end, and its reason is the failure`() async throws {
        let launches = try history([
            .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "no such\u{1B}[0m subnet")),
        ])
        let lines = try await follow(launches, limitSeconds: 30)
        #expect(lines.contains("+3.0 s  cleaning  failed: no such\\u{1b}[0m subnet"))
        #expect(lines.last?.hasPrefix("notSo: after 30 s it is still cleaning") == true)
    }

    @Test func `A launch that nobody drives is given up with a question`() async throws {
        let lines = try await follow(try history([]), limitSeconds: 5)
        #expect(lines.last == "notSo: after 5 s it is still planned: does a server run on this store?")
    }
}
