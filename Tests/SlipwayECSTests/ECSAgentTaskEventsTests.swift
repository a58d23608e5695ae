@testable import AWSClient
import Foundation
import Logging
import NIOHTTP1
import SlipwayCore
import SlipwayECS
import Synchronization
import Testing

/// From a message of the queue to what the engine is told, with the network replaced by one answer for each operation.
@Suite(.timeLimit(.minutes(1))) struct ECSAgentTaskEventsTests {
    private final class Queue: HTTPExchange {
        let answers: [String: String]
        let requests = Mutex<[String]>([])

        init(_ answers: [String: String]) { self.answers = answers }

        func exchange(_ request: HTTPExchangeRequest, timeout: Duration, bodyMaximumBytes: Int) async throws
            -> HTTPExchangeResponse
        {
            let operation = request.headers["X-Amz-Target"].first?.split(separator: ".").last.map(String.init) ?? ""
            self.requests.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
            guard let answer = self.answers[operation] else {
                return HTTPExchangeResponse(
                    status: 403, headers: [:], body: Data(#"{"__type":"AccessDeniedException"}"#.utf8))
            }
            return HTTPExchangeResponse(status: 200, headers: [:], body: Data(answer.utf8))
        }
    }

    private func port(_ queue: Queue, cluster: String = "agents") throws -> ECSAgentTaskEvents {
        let client = AWSClient(
            region: try AWSRegion("eu-west-1"),
            credentials: StaticCredentialProvider(AWSCredentials(accessKeyID: "AKIDTEST", secretAccessKey: "test")),
            exchange: queue, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let url = try SQSQueue("https://sqs.eu-west-1.amazonaws.com/111122223333/events")
        return ECSAgentTaskEvents(
            sqs: SQSClient(client: client, queue: url), cluster: cluster, containers: ["agent", "windows-agent"])
    }

    private func content(of bodies: String..., cluster: String = "agents", digest: String? = nil) async throws
        -> [AgentTaskMessage.Content]
    {
        let messages = bodies.enumerated().map { index, body in
            ["MessageId": "\(index)", "ReceiptHandle": "r\(index)", "Body": body].merging(
                digest.map { ["MD5OfBody": $0] } ?? [:]
            ) { $1 }
        }
        let answer = try JSONSerialization.data(withJSONObject: ["Messages": messages])
        let queue = Queue(["ReceiveMessage": String(decoding: answer, as: UTF8.self)])
        return try await port(queue, cluster: cluster).receive().map(\.content)
    }

    private static let agentTask = "arn:aws:ecs:eu-west-1:111122223333:task/agents/c13b4cb4"
    private static let cluster = "arn:aws:ecs:eu-west-1:111122223333:cluster/agents"

    private func event(_ change: (inout [String: Any]) -> Void = { _ in }) throws -> String {
        var detail: [String: Any] = [
            "taskArn": Self.agentTask, "clusterArn": Self.cluster, "startedBy": "slipway/a1b2c3-44-7-1",
            "lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stopCode": "EssentialContainerExited", "version": 7,
            "stoppedReason": "Essential container in task exited", "stoppedAt": "2026-01-23T18:10:14.312Z",
            "containers": [["name": "proxy", "exitCode": 143], ["name": "agent", "exitCode": 3]],
        ]
        change(&detail)
        let envelope: [String: Any] = [
            "version": "0", "source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail,
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: envelope), as: UTF8.self)
    }

    private static let facts: AgentTaskFacts = {
        var facts = AgentTaskFacts()
        facts.region = "eu-west-1"
        facts.stoppedAt = Timestamp("2026-01-23T18:10:14.312Z")
        return facts
    }()

    @Test func whatAnAuditorAsksIsRead() async throws {
        let contents = try await content(
            of: event { detail in
                detail["cpu"] = "1024"
                detail["memory"] = "2048"
                detail["ephemeralStorage"] = ["sizeInGiB": 50]
                detail["platformFamily"] = "Linux"
                detail["capacityProviderName"] = "FARGATE_SPOT"
                detail["attributes"] = [["name": "ecs.cpu-architecture", "value": "arm64"]]
                detail["taskDefinitionArn"] = "arn:aws:ecs:eu-west-1:111122223333:task-definition/azp-agent:7"
                detail["pullStartedAt"] = "2026-01-23T17:57:52.103Z"
                detail["containers"] = [
                    ["name": "proxy", "imageDigest": "sha256:0"],
                    ["name": "agent", "image": "azp:1", "imageDigest": "sha256:1"],
                ]
                detail["attachments"] = [
                    [
                        "type": "eni",
                        "details": [
                            ["name": "subnetId", "value": "subnet-a"],
                            ["name": "networkInterfaceId", "value": "eni-1"],
                        ],
                    ]
                ]
            })
        guard case .observation(let observation) = contents.first, let facts = observation.facts else {
            Issue.record("no facts")
            return
        }
        #expect(facts.imageDigest == "sha256:1")
        #expect(facts.subnet == "subnet-a" && facts.networkInterface == "eni-1")
        #expect(facts.pullStartedAt == Timestamp("2026-01-23T17:57:52.103Z"))
        #expect(facts.taskDefinition?.hasSuffix("azp-agent:7") == true)
        let unit = UsageUnit(
            region: "eu-west-1", capacity: "FARGATE_SPOT", platform: .linuxARM, cpu: 1_024, memory: 2_048, storage: 50)
        #expect(facts.unit(placement: nil) == unit)
    }

    @Test(arguments: ["1e300", "-1e300", "1e18"])
    func aTimeThatNoClockShowsIsNone(_ number: String) async throws {
        let text = try event().replacingOccurrences(of: "\"2026-01-23T18:10:14.312Z\"", with: number)
        guard case .observation(let observation) = try await content(of: text).first else {
            Issue.record("no observation")
            return
        }
        #expect(observation.facts?.stoppedAt == nil)
    }

    private func observation(_ status: AgentTaskStatus, version: Int? = 7) throws -> AgentTaskMessage.Content {
        .observation(
            AgentTaskObservation(
                agentTask: AgentTaskID(rawValue: Self.agentTask),
                launch: try #require(LaunchID(rawValue: "a1b2c3-44-7-1")), version: version, status: status,
                facts: Self.facts))
    }

    @Test func aStopHasTheExitCodeOfTheAgentsContainer() async throws {
        let stop = AgentTaskStop(
            reason: "Essential container in task exited", code: "EssentialContainerExited", exitCode: 3,
            explanation: "The container ended with exit code 3 (Essential container in task exited).")
        #expect(try await content(of: event()) == [observation(.stopped(stop))])
    }

    /// Else an interrupted job would be taken for one that its agent has done: the agent obeys the warning and ends with 0.
    @Test(arguments: [
        ("SpotInterruption", "Your Spot Task was interrupted.", true), ("TerminationNotice", "", true),
        ("EssentialContainerExited", "Essential container in task exited", false), ("UserInitiated", "Slipway", false),
    ])
    func capacityThatWasTakenBackIsToldWhateverTheExitCode(code: String, reason: String, isOne: Bool) async throws {
        let contents = try await content(
            of: event {
                $0["stopCode"] = code
                $0["stoppedReason"] = reason
                $0["containers"] = [["name": "agent", "exitCode": 0]]
            })
        guard case .observation(let observation) = contents.first, case .stopped(let stop) = observation.status else {
            Issue.record("no stop")
            return
        }
        #expect(stop.isInterruption == isOne)
    }

    @Test(arguments: [
        ("PROVISIONING", "RUNNING", AgentTaskStatus.pending), ("PENDING", "RUNNING", .pending),
        ("ACTIVATING", "RUNNING", .pending), ("RUNNING", "RUNNING", .running), ("RUNNING", "STOPPED", .stopping),
        ("DEPROVISIONING", "STOPPED", .stopping), ("NOVELTY", "RUNNING", .pending),
    ])
    func eachStatusIsReadAsDescribeTasksHasIt(last: String, desired: String, status: AgentTaskStatus) async throws {
        let body = try event { detail in
            detail["lastStatus"] = last
            detail["desiredStatus"] = desired
            detail["stopCode"] = nil
            detail["version"] = nil
        }
        #expect(try await content(of: body) == [observation(status, version: nil)])
    }

    @Test func textsThatGoIntoTheLedgerAreCut() async throws {
        let long = String(repeating: "x", count: 50_000)
        let contents = try await content(
            of: event {
                $0["stoppedReason"] = long
                $0["stopCode"] = long
            })
        guard case .observation(let observation) = contents.first, case .stopped(let stop) = observation.status else {
            Issue.record("no stop")
            return
        }
        #expect(stop.reason.count == 1_000)
        #expect(stop.code?.count == 100)
        #expect(stop.explanation.count < 1_000)
    }

    @Test func ofOtherClustersAndStartersNothingIsTold() async throws {
        let contents = try await content(
            of: event { $0["clusterArn"] = Self.cluster + "-two" }, event { $0["startedBy"] = nil },
            event { $0["startedBy"] = "ecs-svc/123" }, event { $0["startedBy"] = "slipway/" },
            event { $0["startedBy"] = "slipway/a\nb" },
            #"{"source":"aws.ec2","detail-type":"EC2 Instance State-change"}"#)
        #expect(contents.count == 6)
        for content in contents {
            guard case .foreign = content else {
                Issue.record("\(content)")
                continue
            }
        }
    }

    @Test func aClusterGivenByItsARNIsComparedWhole() async throws {
        let own = try await content(of: event(), cluster: Self.cluster)
        guard case .observation = own.first else {
            Issue.record("\(own)")
            return
        }
        let other = try await content(of: event(), cluster: Self.cluster.replacing("1111", with: "9999"))
        #expect(other == [.foreign("agent task of another cluster")])
    }

    @Test func whatCanNotBeReadIsToldAsSuch() async throws {
        let contents = try await content(of: "", "{", try event { $0["taskArn"] = nil })
        for content in contents {
            guard case .unreadable = content else {
                Issue.record("\(content)")
                continue
            }
        }
        #expect(contents.count == 3)
        #expect(
            try await content(of: event(), digest: "00000000000000000000000000000000") == [.damaged])
    }

    @Test func failuresOfTheCallsAreTheirClass() async throws {
        let port = try port(Queue([:]))
        await #expect(throws: PortError.self) { try await port.receive() }
        do { _ = try await port.acknowledge([.init(rawValue: "r")]) } catch { #expect(error.code == .forbidden) }
    }

    @Test func receiptsAreAcknowledgedByTens() async throws {
        let queue = Queue(["DeleteMessageBatch": #"{"Failed":[{"Id":"m2","Code":"InternalError"}]}"#])
        let receipts = (0..<23).map { AgentTaskMessage.Receipt(rawValue: "r\($0)") }
        #expect(try await port(queue).acknowledge(receipts) == 3)
        #expect(queue.requests.withLock { $0.map { $0.split(separator: #""Id""#).count - 1 } } == [10, 10, 3])
    }
}
