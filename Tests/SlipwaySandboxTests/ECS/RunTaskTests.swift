import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct RunTaskTests {
    /// A world where nothing moves by itself: containers never run.
    private func withECS(
        _ change: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: @Sendable (Sandbox, RawECS, ManualClock) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.simulatesContainers = false
        change(&configuration)
        let clock = ManualClock()
        try await withSandbox(configuration, clock: clock) { sandbox, endpoints in
            try await body(sandbox, RawECS(sandbox, endpoints), clock)
        }
    }

    @Test("The same token with the same parameters gives the same task, and starts one")
    func replay() async throws {
        try await withECS { sandbox, ecs, clock in
            let first = try await ecs.runTask(["clientToken": "launch-1", "startedBy": "slipway"])
            let second = try await ecs.runTask(["clientToken": "launch-1", "startedBy": "slipway"])
            #expect(first.status == 200)
            #expect(first.taskARNs.count == 1)
            #expect(second.taskARNs == first.taskARNs)
            #expect(sandbox.agentTasks.count == 1)
            // Without a token each call starts one.
            _ = try await ecs.runTask()
            _ = try await ecs.runTask()
            #expect(sandbox.agentTasks.count == 3)
        }
    }

    @Test("The same token with any other parameter is a conflict that names the task")
    func conflict() async throws {
        try await withECS { sandbox, ecs, _ in
            let first = try await ecs.runTask(["clientToken": "launch-1"])
            let others: [[String: JSONValue]] = [
                ["startedBy": "other"], ["tags": [["key": "a", "value": "b"]]], ["count": 2],
                [
                    "overrides": [
                        "containerOverrides": [["name": "agent", "environment": [["name": "A", "value": "B"]]]]
                    ]
                ],
            ]
            for other in others {
                let conflict = try await ecs.runTask(other.merging(["clientToken": "launch-1"]) { $1 })
                #expect(conflict.status == 400)
                #expect(conflict.code == "ConflictException")
                #expect(conflict.json["resourceIds"] == .array(first.taskARNs.map(JSONValue.string)))
            }
            #expect(sandbox.agentTasks.count == 1)
        }
    }

    @Test("A replay shows a stopped task in short, and an hour after its stop the token starts a new one")
    func tokenOfStoppedTask() async throws {
        try await withECS { _, ecs, clock in
            let first = try await ecs.runTask(["clientToken": "launch-1"])
            try await clock.advance(by: .seconds(1))
            _ = try await ecs.call("StopTask", ["cluster": "build-agents", "task": .string(first.taskARNs[0])])
            try await clock.advance(by: .seconds(60))
            let replay = try await ecs.runTask(["clientToken": "launch-1"])
            #expect(replay.taskARNs == first.taskARNs)
            #expect(replay.json["tasks"]?.array?.first?["lastStatus"] == "STOPPED")
            #expect(replay.json["tasks"]?.array?.first?["createdAt"] == nil)

            try await clock.advance(by: .seconds(3600))
            let fresh = try await ecs.runTask(["clientToken": "launch-1"])
            #expect(fresh.taskARNs.count == 1)
            #expect(fresh.taskARNs != first.taskARNs)
        }
    }

    @Test("A refusal comes as HTTP 200 with failures, and is remembered with its token")
    func refusal() async throws {
        try await withECS { sandbox, ecs, _ in
            sandbox.faults.add(
                .init(operation: .runTask, occurrences: 1...1, action: .refuse(reason: "RESOURCE:FARGATE")))
            for _ in 0..<2 {
                let answer = try await ecs.runTask(["clientToken": "launch-1", "count": 2])
                #expect(answer.status == 200)
                #expect(answer.json["tasks"] == [])
                #expect(
                    answer.json["failures"]?.array?.map { $0["reason"] } == ["RESOURCE:FARGATE", "RESOURCE:FARGATE"])
            }
            #expect(try await ecs.runTask(["clientToken": "launch-2"]).taskARNs.count == 1)
        }
    }

    @Test("The vCPU quota refuses what goes over it and lets it pass when tasks have ended")
    func quota() async throws {
        try await withECS {
            $0.ecs.vCPUQuota = 2
        } _: { _, ecs, _ in
            let answer = try await ecs.runTask(["count": 3])
            #expect(answer.taskARNs.count == 2)
            let reason = answer.json["failures"]?.array?.first?["reason"]?.string
            #expect(reason?.contains("limit on the number of vCPUs you can run concurrently") == true)
        }
    }

    @Test(
        "What RunTask refuses as a whole",
        arguments: [
            (["count": 11], "InvalidParameterException"), (["count": 0], "InvalidParameterException"),
            (["startedBy": "a:b"], "InvalidParameterException"), (["startedBy": "a.b"], "InvalidParameterException"),
            (["startedBy": .string(String(repeating: "a", count: 129))], "InvalidParameterException"),
            (["clientToken": .string(String(repeating: "a", count: 65))], "InvalidParameterException"),
            (["clientToken": "has space"], "InvalidParameterException"),
            (["cluster": "unknown"], "ClusterNotFoundException"), (["cluster": .null], "ClusterNotFoundException"),
            (["taskDefinition": "unknown"], "ClientException"), (["taskDefinition": "azp-agent:9"], "ClientException"),
            (["taskDefinition": .null], "ClientException"),
            (["overrides": ["containerOverrides": [["name": "other"]]]], "InvalidParameterException"),
            (["overrides": ["cpu": "256", "memory": "8192"]], "ClientException"),
            (["capacityProviderStrategy": [["capacityProvider": "FARGATE"]]], "InvalidParameterException"),
            (
                ["launchType": .null, "capacityProviderStrategy": [["capacityProvider": "OTHER"]]],
                "InvalidParameterException"
            ),
            (["networkConfiguration": .null], "InvalidParameterException"),
            (["platformVersion": "9.9.9"], "PlatformUnknownException"),
            (["tags": [["key": "aws:x", "value": ""]]], "InvalidParameterException"),
            (["propagateTags": "SERVICE"], "InvalidParameterException"),
        ] as [([String: JSONValue], String)])
    func refusedAsAWhole(_ members: [String: JSONValue], _ code: String) async throws {
        try await withECS { sandbox, ecs, _ in
            let answer = try await ecs.runTask(members)
            #expect(answer.status == 400)
            #expect(answer.code == code)
            #expect(sandbox.agentTasks.isEmpty)
        }
    }

    @Test("Overrides of 8192 characters pass, of 8193 they don't")
    func overrideLength() async throws {
        try await withECS { _, ecs, _ in
            func overrides(_ length: Int) -> JSONValue {
                let frame = #"{"containerOverrides":[{"name":"agent","environment":[{"name":"A","value":""}]}]}"#
                let value = String(repeating: "é", count: length - frame.count)
                return [
                    "containerOverrides": [["name": "agent", "environment": [["name": "A", "value": .string(value)]]]]
                ]
            }
            #expect(try await ecs.runTask(["overrides": overrides(8192)]).status == 200)
            let refused = try await ecs.runTask(["overrides": overrides(8193)])
            #expect(refused.code == "InvalidParameterException")
        }
    }

    @Test("The token buckets let a burst pass and then throttle, until time has filled them again")
    func throttle() async throws {
        try await withECS {
            $0.ecs.limits = .standard
        } _: { _, ecs, clock in
            for _ in 0..<20 { #expect(try await ecs.runTask().status == 200) }
            let throttled = try await ecs.runTask()
            #expect(throttled.status == 400)
            #expect(throttled.code == "ThrottlingException")
            #expect(throttled.json["message"] == "Rate exceeded")
            try await clock.advance(by: .seconds(1))
            for _ in 0..<20 { #expect(try await ecs.runTask().status == 200) }
            #expect(try await ecs.runTask().code == "ThrottlingException")
        }
    }

    @Test("The organization's token in a body is noticed, plain or encoded")
    func tokenSightings() async throws {
        try await withECS { sandbox, ecs, _ in
            let token = sandbox.configuration.azureDevOps.token
            _ = try await ecs.runTask(["tags": [["key": "launch", "value": "1"]]])
            #expect(sandbox.tokenSightings().isEmpty)
            _ = try await ecs.runTask(["tags": [["key": "token", "value": .string(token)]]])
            #expect(sandbox.tokenSightings().count == 1)
            let encoded = Data(":\(token)".utf8).base64EncodedString()
            _ = try await ecs.runTask(["tags": [["key": "token", "value": .string(encoded)]]])
            #expect(
                sandbox.tokenSightings() == [TokenSighting(operation: .runTask), TokenSighting(operation: .runTask)])
        }
    }
}
