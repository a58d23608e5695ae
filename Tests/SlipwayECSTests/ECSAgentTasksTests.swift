@testable import AWSClient
import Foundation
import Logging
import NIOHTTP1
import SlipwayCore
import SlipwayECS
import Synchronization
import Testing

/// What the engine is told of a cluster, with the network replaced by a cluster in a few lines.
@Suite(.timeLimit(.minutes(1))) struct ECSAgentTasksTests {
    /// Answers ListTasks with every task in order, and DescribeTasks with those asked for.
    private final class Cluster: HTTPExchange {
        struct Task {
            var name: String
            var startedBy: String?
            var isStopped = false
        }

        let tasks: Mutex<[Task]>
        let described = Mutex<[[String]]>([])
        let filters = Mutex<[[String: String]]>([])

        init(_ tasks: [Task]) { self.tasks = Mutex(tasks) }

        func exchange(_ request: HTTPExchangeRequest, timeout: Duration, bodyMaximumBytes: Int) async throws
            -> HTTPExchangeResponse
        {
            let operation = request.headers["X-Amz-Target"].first?.split(separator: ".").last.map(String.init) ?? ""
            let input = try JSONSerialization.jsonObject(with: request.body) as? [String: Any] ?? [:]
            if operation == "StopTask", let refusal = stop(input) { return refusal }
            let output: [String: Any] = operation == "ListTasks" ? list(input) : describe(input)
            return HTTPExchangeResponse(
                status: 200, headers: [:], body: try JSONSerialization.data(withJSONObject: output))
        }

        /// The refusal; nil: it is known, and what DescribeTasks tells of it will do for an answer.
        private func stop(_ input: [String: Any]) -> HTTPExchangeResponse? {
            guard tasks.withLock({ $0.isEmpty }) else { return nil }
            let body = #"{"__type": "InvalidParameterException", "message": "The referenced task was not found."}"#
            return HTTPExchangeResponse(status: 400, headers: [:], body: Data(body.utf8))
        }

        private func list(_ input: [String: Any]) -> [String: Any] {
            filters.withLock { $0.append(input.compactMapValues { $0 as? String }) }
            return ["taskArns": tasks.withLock { $0.map { ECSAgentTasksTests.arn($0.name) } }]
        }

        private func describe(_ input: [String: Any]) -> [String: Any] {
            let asked = input["tasks"] as? [String] ?? []
            described.withLock { $0.append(asked) }
            let known = tasks.withLock { $0.filter { asked.contains(ECSAgentTasksTests.arn($0.name)) } }
            return ["failures": [], "tasks": known.map(json)]
        }

        private func json(_ task: Task) -> [String: Any] {
            let status = task.isStopped ? "STOPPED" : "RUNNING"
            var json = [
                "taskArn": ECSAgentTasksTests.arn(task.name), "lastStatus": status, "desiredStatus": status,
                "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/agents",
            ]
            json["startedBy"] = task.startedBy
            return json
        }
    }

    private static func arn(_ name: String) -> String { "arn:aws:ecs:eu-west-1:111122223333:task/agents/\(name)" }
    private static func id(_ name: String) -> AgentTaskID { AgentTaskID(rawValue: arn(name)) }

    private func sighting(_ name: String, _ launch: String) throws -> AgentTaskSighting {
        AgentTaskSighting(id: Self.id(name), launch: try #require(LaunchID(rawValue: launch)))
    }

    private func port(_ cluster: Cluster) throws -> ECSAgentTasks {
        let client = AWSClient(
            region: try AWSRegion("eu-west-1"),
            credentials: StaticCredentialProvider(AWSCredentials(accessKeyID: "AKIDTEST", secretAccessKey: "test")),
            exchange: cluster, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return ECSAgentTasks(ecs: ECSClient(client: client), cluster: "agents", containers: ["agent"])
    }

    @Test func whatIsKnownIsNeitherDescribedNorTold() async throws {
        let cluster = Cluster([
            .init(name: "a", startedBy: "slipway/x-44-1-1"), .init(name: "b", startedBy: "slipway/x-44-2-1"),
        ])
        let sightings = try await port(cluster).agentTasks(besides: [Self.id("a")])
        #expect(sightings == [try sighting("b", "x-44-2-1")])
        #expect(cluster.described.withLock { $0 } == [[Self.arn("b")]])
        #expect(cluster.filters.withLock { $0.allSatisfy { $0["desiredStatus"] == "RUNNING" } })
    }

    @Test func oneCallIsEnoughWhereAllAreKnown() async throws {
        let cluster = Cluster([.init(name: "a", startedBy: "slipway/x-44-1-1")])
        #expect(try await port(cluster).agentTasks(besides: [Self.id("a")]) == [])
        #expect(cluster.described.withLock { $0 } == [])
    }

    @Test func foreignTasksAreDescribedOnce() async throws {
        let cluster = Cluster([
            .init(name: "service", startedBy: "ecs-svc/123"), .init(name: "nobody"),
            .init(name: "odd", startedBy: "slipway/"), .init(name: "ours", startedBy: "slipway/x-44-1-1"),
        ])
        let port = try port(cluster)
        let ours = [try sighting("ours", "x-44-1-1")]
        #expect(try await port.agentTasks(besides: []) == ours)
        #expect(try await port.agentTasks(besides: []) == ours)
        #expect(cluster.described.withLock { $0.map(\.count) } == [4, 1])
        // One that is gone is forgotten, so that the memory doesn't grow.
        cluster.tasks.withLock { $0.removeAll { $0.name == "service" } }
        _ = try await port.agentTasks(besides: [])
        cluster.tasks.withLock { $0.append(.init(name: "service", startedBy: "ecs-svc/123")) }
        _ = try await port.agentTasks(besides: [])
        #expect(cluster.described.withLock { $0.map(\.count) } == [4, 1, 1, 2])
    }

    @Test func stoppedOnesAreLeftOutHoweverTheyAreListed() async throws {
        let cluster = Cluster([
            .init(name: "a", startedBy: "slipway/x-44-1-1", isStopped: true),
            .init(name: "b", startedBy: "slipway/x-44-2-1"),
        ])
        #expect(try await port(cluster).agentTasks(besides: []) == [try sighting("b", "x-44-2-1")])
    }

    /// The cluster's answers may be older than its last change: it may not know yet what it has just accepted.
    @Test func aStopOfWhatTheClusterDoesNotKnowIsNone() async throws {
        let error = await #expect(throws: PortError.self) {
            try await port(Cluster([])).stop(Self.id("a"), reason: "surplus")
        }
        #expect(error?.code == .unknown)
    }

    @Test func manyAreDescribedByHundreds() async throws {
        let cluster = Cluster((1...250).map { .init(name: "t\($0)", startedBy: "slipway/x-44-\($0)-1") })
        #expect(try await port(cluster).agentTasks(besides: []).count == 250)
        #expect(cluster.described.withLock { $0.map(\.count) } == [100, 100, 50])
    }
}
