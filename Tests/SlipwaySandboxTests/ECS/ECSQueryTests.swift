import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite struct ECSQueryTests {
    private func withECS(_ body: @Sendable (Sandbox, RawECS, ManualClock) async throws -> Void) async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.simulatesContainers = false
        let clock = ManualClock()
        try await withSandbox(configuration, clock: clock) { sandbox, endpoints in
            try await body(sandbox, RawECS(sandbox, endpoints), clock)
        }
    }

    @Test("A listing is paged without loss or doubling, also when tasks come in between")
    func paging() async throws {
        try await withECS { _, ecs, _ in
            var expected: [String] = []
            for _ in 0..<5 { expected += try await ecs.runTask(["count": 5]).taskARNs }
            var listed: [String] = []
            var token: JSONValue?
            repeat {
                let page = try await ecs.call(
                    "ListTasks", .members(["cluster": "build-agents", "maxResults": 10, "nextToken": token])
                )
                let arns = page.json["taskArns"]?.array?.compactMap(\.string) ?? []
                #expect(arns.count <= 10)
                listed += arns
                token = page.json["nextToken"]
                if listed.count == 10 { expected += try await ecs.runTask().taskARNs }
            } while token != nil
            #expect(listed == expected)
        }
    }

    @Test("Clusters and families are listed in pages")
    func names() async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.ecs.clusters = ["blue", "green", "red"]
        try await withSandbox(configuration, clock: ManualClock()) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            let first = try await ecs.call("ListClusters", ["maxResults": 2])
            #expect(first.json["clusterArns"]?.array?.count == 2)
            let token = try #require(first.json["nextToken"])
            let second = try await ecs.call("ListClusters", ["maxResults": 2, "nextToken": token])
            #expect(
                second.json["clusterArns"]?.array?.compactMap(\.string) == [
                    "arn:aws:ecs:eu-west-1:111122223333:cluster/red"
                ])
            #expect(second.json["nextToken"] == nil)
            let families = try await ecs.call("ListTaskDefinitionFamilies", ["status": "ACTIVE"])
            #expect(families.json["families"]?.array?.compactMap(\.string) == ["azp-agent"])
            #expect(try await ecs.call("ListClusters", ["nextToken": "x"]).code == "InvalidParameterException")
        }
    }

    @Test("startedBy filters alone, and refuses company")
    func startedBy() async throws {
        try await withECS { _, ecs, _ in
            let ours = try await ecs.runTask(["startedBy": "slipway/1"])
            _ = try await ecs.runTask(["startedBy": "other"])
            let listed = try await ecs.call("ListTasks", ["cluster": "build-agents", "startedBy": "slipway/1"])
            #expect(listed.json["taskArns"]?.array?.compactMap(\.string) == ours.taskARNs)
            let refused = try await ecs.call(
                "ListTasks", ["cluster": "build-agents", "startedBy": "slipway/1", "desiredStatus": "STOPPED"]
            )
            #expect(refused.code == "InvalidParameterException")
        }
    }

    @Test("A task to be stopped leaves the usual listing and enters that of STOPPED")
    func desiredStatus() async throws {
        try await withECS { _, ecs, _ in
            let arn = try await ecs.runTask().taskARNs[0]
            _ = try await ecs.call("StopTask", ["cluster": "build-agents", "task": .string(arn)])
            let usual = try await ecs.call("ListTasks", ["cluster": "build-agents"])
            let stopped = try await ecs.call("ListTasks", ["cluster": "build-agents", "desiredStatus": "STOPPED"])
            #expect(usual.json["taskArns"] == [])
            #expect(stopped.json["taskArns"] == [.string(arn)])
        }
    }

    @Test("Unknown tasks are MISSING in a good answer; tags only come when asked for")
    func describe() async throws {
        try await withECS { sandbox, ecs, _ in
            let arn = try await ecs.runTask(["tags": [["key": "launch", "value": "1"]]]).taskARNs[0]
            let id = String(arn.suffix(32))
            let answer = try await ecs.call(
                "DescribeTasks", ["cluster": "build-agents", "tasks": [.string(id), "nobody"]])
            #expect(answer.status == 200)
            #expect(answer.taskARNs == [arn])
            #expect(answer.json["tasks"]?.array?.first?["tags"] == nil)
            #expect(answer.json["failures"]?.array?.first?["reason"] == "MISSING")
            #expect(
                answer.json["failures"]?.array?.first?["arn"]?.string?.hasSuffix("task/build-agents/nobody") == true)
            #expect(try await ecs.describe(arn)["tags"] == [["key": "launch", "value": "1"]])

            sandbox.faults.add(.init(operation: .describeTasks, occurrences: 1...1, action: .notYetVisible))
            let blind = try await ecs.call("DescribeTasks", ["cluster": "build-agents", "tasks": [.string(arn)]])
            #expect(blind.json["failures"]?.array?.first?["reason"] == "MISSING")
            #expect(try await ecs.describe(arn)["taskArn"] == .string(arn))
        }
    }

    @Test("A stopped task can be described for an hour")
    func retention() async throws {
        try await withECS { _, ecs, clock in
            let arn = try await ecs.runTask().taskARNs[0]
            _ = try await ecs.call("StopTask", ["cluster": "build-agents", "task": .string(arn)])
            try await clock.advance(by: .seconds(3599))
            #expect(try await ecs.describe(arn)["lastStatus"] == "STOPPED")
            try await clock.advance(by: .seconds(2))
            #expect(try await ecs.describe(arn) == .null)
        }
    }

    @Test("An unknown cluster is a failure with HTTP 200 in DescribeClusters, an error elsewhere")
    func clusters() async throws {
        try await withECS { _, ecs, _ in
            _ = try await ecs.runTask(["count": 3])
            let answer = try await ecs.call("DescribeClusters", ["clusters": ["build-agents", "nowhere"]])
            #expect(answer.status == 200)
            #expect(answer.json["clusters"]?.array?.first?["status"] == "ACTIVE")
            #expect(answer.json["clusters"]?.array?.first?["runningTasksCount"] == 3)
            #expect(answer.json["failures"]?.array?.first?["reason"] == "MISSING")
            #expect(try await ecs.call("ListTasks", ["cluster": "nowhere"]).code == "ClusterNotFoundException")
        }
    }

    @Test("Registering makes a new revision, which is the one that a bare family means")
    func definitions() async throws {
        try await withECS { sandbox, ecs, _ in
            let first = try await ecs.call("DescribeTaskDefinition", ["taskDefinition": "azp-agent"])
            #expect(first.json["taskDefinition"]?["revision"] == 1)
            let registered = try await ecs.call(
                "RegisterTaskDefinition", sandbox.configuration.ecs.taskDefinition.document
            )
            #expect(registered.json["taskDefinition"]?["revision"] == 2)
            let arn = try #require(registered.json["taskDefinition"]?["taskDefinitionArn"])
            #expect(try await ecs.runTask().json["tasks"]?.array?.first?["taskDefinitionArn"] == arn)
            #expect(
                try await ecs.call("DescribeTaskDefinition", ["taskDefinition": arn]).json["taskDefinition"]?[
                    "revision"] == 2)
            let bad = sandbox.configuration.ecs.taskDefinition.document.merging(["cpu": "300"])
            #expect(try await ecs.call("RegisterTaskDefinition", bad).code == "ClientException")
        }
    }
}
