@testable import AWSClient
import Foundation
import Testing

@Suite struct ECSAnswerTests {
    @Test func tasksAreReadWithMissingNullAndUnknownMembers() throws {
        let result = try JSONDecoder().decode(DescribeTasksResult.self, from: Fixture.data("ecs/describe-tasks.json"))
        let task = try #require(result.tasks.first)
        #expect(task.lastStatus == .stopped)
        #expect(task.isStopped)
        #expect(task.startedBy == "slipway/01J")
        #expect(task.cpu == "1024")
        #expect(task.memory == "2048")
        #expect(task.version == 5)
        #expect(task.createdAt == Date(timeIntervalSince1970: 1_795_503_416.853))
        #expect(task.startedAt == Date(timeIntervalSince1970: 1_795_503_440))
        #expect(task.containers.first?.exitCode == 0)
        #expect(task.containers.first?.privateIPv4Address == "10.0.0.139")
        #expect(task.attachments.first?.details.first == NameValue(name: "subnetId", value: "subnet-1"))
        #expect(task.tags == [ECSTag(key: "slipway:launch", value: "01J"), ECSTag(key: "empty", value: "")])
        #expect(result.tasks[1].containers.isEmpty)
        #expect(result.tasks[1].version == nil)
        #expect(result.failures.first?.isMissing == true)
    }

    @Test func anEventsDetailIsTheSameTaskWithWrittenTimes() throws {
        let task = try JSONDecoder().decode(ECSTask.self, from: Fixture.data("ecs/task-state-change-detail.json"))
        #expect(task.createdAt == Date(timeIntervalSince1970: 1_769_191_054.402))
        #expect(task.stop(container: "agent")?.cause == .spotInterruption)
        #expect(!task.isStopped)
    }

    @Test func namesAreListedUpToALimitAndNotInCircles() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"clusterArns":["a","b"],"nextToken":"t1"}"#), .answer(200, #"{"clusterArns":["c","d"]}"#),
            .answer(200, #"{"families":["f"],"nextToken":"t1"}"#), .answer(200, #"{"families":[],"nextToken":"t1"}"#),
            .answer(200, "{}"),
        ])
        let ecs = ECSClient(client: try scriptedClient(exchange))
        #expect(try await ecs.listClusters(limit: 3) == ["a", "b", "c"])
        let error = await caught(AWSError.self) { _ = try await ecs.listTaskDefinitionFamilies(limit: 3) }
        #expect(error?.code == .malformedResponse)
        #expect(try await ecs.listTaskDefinitionFamilies(limit: 3) == [])
        let bodies = exchange.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies[1] == #"{"maxResults":100,"nextToken":"t1"}"#)
        #expect(bodies[2] == #"{"maxResults":100,"status":"ACTIVE"}"#)
    }

    @Test func listsArePagedToTheEnd() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"taskArns":["a","b"],"nextToken":"t1"}"#),
            .answer(200, #"{"taskArns":["c"],"nextToken":null}"#),
        ])
        let ecs = ECSClient(client: try scriptedClient(exchange))
        #expect(try await ecs.listTasks(cluster: "c", .startedBy("slipway/x")) == ["a", "b", "c"])
        let bodies = exchange.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(
            bodies == [
                #"{"cluster":"c","maxResults":100,"startedBy":"slipway/x"}"#,
                #"{"cluster":"c","maxResults":100,"nextToken":"t1","startedBy":"slipway/x"}"#,
            ])
    }

    @Test func aListThatDoesNotEndIsAnErrorInsteadOfALoop() async throws {
        let page = ScriptedExchange.Reply.answer(200, #"{"taskArns":["a"],"nextToken":"same"}"#)
        let circling = ScriptedExchange(Array(repeating: page, count: 5))
        let ecs = ECSClient(client: try scriptedClient(circling))
        await #expect(throws: AWSError.self) { try await ecs.listTasks(cluster: "c", .family(nil)) }
        #expect(circling.requests.count == 2)
        let endless = ScriptedExchange((0..<1_100).map { .answer(200, #"{"taskArns":[],"nextToken":"\#($0)"}"#) })
        let patient = ECSClient(client: try scriptedClient(endless))
        await #expect(throws: AWSError.self) { try await patient.listTasks(cluster: "c", .family(nil)) }
        #expect(endless.requests.count == 1_001)
        let long = ScriptedExchange([.answer(200, #"{"taskArns":["a","b","c"],"nextToken":"1"}"#)])
        let bounded = ECSClient(client: try scriptedClient(long))
        await #expect(throws: AWSError.self) {
            try await bounded.listTasks(cluster: "c", .family(nil), tasksMaximum: 2)
        }
    }

    @Test func manyTasksAreDescribedInHundreds() async throws {
        let answer = ScriptedExchange.Reply.answer(200, #"{"tasks":[{"taskArn":"x"}],"failures":[]}"#)
        let exchange = ScriptedExchange([answer, answer, answer])
        let ecs = ECSClient(client: try scriptedClient(exchange))
        let result = try await ecs.describeTasks((0..<250).map { "t\($0)" }, cluster: "c", includesTags: true)
        #expect(result.tasks.count == 3)
        struct Input: Decodable {
            var tasks: [String]
            var include: [String]?
        }
        let inputs = try exchange.requests.map { try JSONDecoder().decode(Input.self, from: $0.body) }
        #expect(inputs.map(\.tasks.count) == [100, 100, 50])
        #expect(inputs.flatMap(\.tasks) == (0..<250).map { "t\($0)" })
        #expect(inputs.allSatisfy { $0.include == ["TAGS"] })
        #expect(
            try await ECSClient(client: scriptedClient(ScriptedExchange([]))).describeTasks([], cluster: "c").tasks
                == [])
    }

    @Test func stoppingAForgottenTaskIsTellable() async throws {
        let body = #"{"__type":"InvalidParameterException","message":"The referenced task was not found."}"#
        let ecs = ECSClient(client: try scriptedClient(ScriptedExchange([.answer(400, body)])))
        let error = await caught(AWSError.self) { _ = try await ecs.stopTask("arn", cluster: "c", reason: "r") }
        #expect(error?.isTaskNotFound == true)
        let other = #"{"__type":"InvalidParameterException","message":"Invalid reason"}"#
        let client = ECSClient(client: try scriptedClient(ScriptedExchange([.answer(400, other)])))
        let otherError = await caught(AWSError.self) { _ = try await client.stopTask("arn", cluster: "c", reason: "r") }
        #expect(otherError?.isTaskNotFound == false)
    }

    @Test(arguments: [
        ("RESOURCE:CPU", ECSFailure.Placement.capacity), ("RESOURCE:MEMORY", .capacity), ("RESOURCE:ENI", .capacity),
        ("RESOURCE:FARGATE", .capacity), ("EMPTY CAPACITY PROVIDER", .capacity), ("NO ACTIVE INSTANCES", .capacity),
        ("Capacity is unavailable at this time. Please try again later or in a different availability zone", .capacity),
        ("You've reached the limit on the number of vCPUs you can run concurrently", .quota),
        ("You've reached the limit on the number of tasks you can run concurrently", .quota),
        ("AGENT", .agent), ("ATTRIBUTE", .configuration), ("LOCATION", .configuration), ("INACTIVE", .configuration),
        ("MemberOf placement constraint unsatisfied.", .configuration), ("SOMETHING NEW", .unknown),
        ("The agent is thinking", .unknown), ("Capacity allocation failed", .unknown), ("", .unknown),
    ])
    func placementFailuresHaveTheirClass(reason: String, placement: ECSFailure.Placement) {
        let failure = ECSFailure(reason: reason)
        #expect(failure.placement == placement)
        #expect(!failure.sentence.isEmpty)
        #expect(reason.isEmpty || failure.sentence.contains(reason))
    }
}
