import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite struct JobRequestTests {
    private static let requests = "_apis/distributedtask/pools/44/jobrequests"

    private func withAzure(
        placeholders: [[String: String]] = [[:]],
        _ body: @Sendable (Sandbox, RawAzure, ManualClock) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.azureDevOps.pools[0].placeholders = placeholders
        let clock = ManualClock()
        try await withSandbox(configuration, clock: clock) { sandbox, endpoints in
            try await body(sandbox, RawAzure(sandbox, endpoints), clock)
        }
    }

    @Test("A waiting request has the fields of published ones and names run, project and job")
    func fields() async throws {
        try await withAzure(placeholders: [["docker": "1"]]) { sandbox, azure, _ in
            let run = try sandbox.queue(
                QueuedRun(stages: [.init(name: "BuildTest", jobs: [.init(name: "build_and_test", demands: ["docker"])])]
                )
            )
            let request = try #require(try await azure.waitingRequests().first)
            let published = try JSONBody.decode(
                JSONValue.self, from: .init(data: try fixture("service-hooks/jobrequests-list.json"))
            )
            let shape = try #require(published["value"]?.array?.last)
            #expect(shape.missing(in: request) == [])
            #expect(request["scopeId"] == .string(sandbox.configuration.azureDevOps.projects[0].id))
            #expect(request["owner"]?["id"] == .integer(run))
            #expect(request["jobId"] == "15b95994-59ec-5502-695d-0b93722883bd")
            let plan = try #require(request["planId"]?.string)
            #expect(request["orchestrationId"] == .string("\(plan).buildtest.build_and_test.__default"))
            #expect(request["demands"] == ["docker", "Agent.Version -gtVersion 2.182.1"])
            #expect(request["matchedAgents"]?.array?.map { $0["name"] } == ["ecs-linux-placeholder-1"])
            for absent in ["assignTime", "receiveTime", "result", "reservedAgent"] { #expect(request[absent] == nil) }

            let found = try await azure.waitingRequests("planId=\(plan)&jobId=15b95994-59ec-5502-695d-0b93722883bd")
            #expect(found.count == 1)
            #expect(
                try await azure.waitingRequests("planId=\(plan)&jobId=00000000-0000-0000-0000-000000000000").isEmpty)
            let build = try await azure.call(.GET, "shipyard/_apis/build/builds/\(run)?api-version=7.1")
            #expect(build.json["orchestrationPlan"]?["planId"] == .string(plan))
        }
    }

    @Test("Without any registered agent that satisfies the demands a job fails at once; an offline one is enough")
    func noAgent() async throws {
        try await withAzure { sandbox, azure, _ in
            let run = try sandbox.queue(QueuedRun(jobs: [.init(name: "build", demands: ["gpu"])]))
            let job = try #require(sandbox.jobs(of: run).first)
            #expect(job.state == .completed)
            #expect(job.result == .failed)
            #expect(
                job.issue?.hasPrefix("No agent found in pool ecs-linux which satisfies the specified demands: gpu")
                    == true)
            #expect(sandbox.run(run)?.state == "completed")
            #expect(try await azure.waitingRequests().isEmpty)

            _ = try await azure.addAgent("offline", capabilities: ["GPU": "1"])
            let second = try sandbox.queue(QueuedRun(jobs: [.init(name: "build", demands: ["gpu"])]))
            #expect(sandbox.jobs(of: second).first?.state == .waiting)
        }
    }

    @Test("Any idle, enabled, fitting agent gets the oldest waiting job, whoever it was meant for")
    func assignment() async throws {
        try await withAzure { sandbox, azure, clock in
            for _ in 0..<2 { try sandbox.queue(QueuedRun(jobs: [.init(name: "build")])) }
            let disabled = try await azure.addAgent("disabled")
            _ = try await azure.call(.PATCH, "_apis/distributedtask/pools/44/agents/\(disabled)", ["enabled": false])
            _ = try await azure.openSession(disabled)
            let id = try await azure.addAgent("ecs-1")
            let session = try await azure.openSession(id)
            try await clock.advance(by: .seconds(1))

            let requests = try await azure.waitingRequests()
            #expect(requests.count == 2)
            #expect(requests[0]["reservedAgent"]?["name"] == "ecs-1")
            #expect(requests[0]["assignTime"] != nil)
            #expect(requests[0]["receiveTime"] == nil)
            #expect(requests[1]["assignTime"] == nil)
            let agent = try await azure.call(
                .GET, "_apis/distributedtask/pools/44/agents/\(id)?includeAssignedRequest=true")
            #expect(agent.json["assignedRequest"]?["requestId"] == requests[0]["requestId"])

            let listener = try await azure.signedIn(as: id)
            let message = try await listener.call(
                .GET, "_apis/distributedtask/pools/44/messages?sessionId=\(session)&lastMessageId=0"
            )
            #expect(message.json["messageType"] == "PipelineAgentJobRequest")
            let requestID = try #require(requests[0]["requestId"]?.integer)
            let renewed = try await listener.call(
                .PATCH, Self.requests + "/\(requestID)", ["requestId": .integer(requestID)])
            #expect(renewed.json["receiveTime"] != nil)
            #expect(renewed.json["lockedUntil"] != nil)
            #expect(sandbox.jobs.first?.state == .running)
            #expect(sandbox.jobs.first?.agentName == "ecs-1")

            let busy = try await azure.call(.DELETE, "_apis/distributedtask/pools/44/agents/\(id)")
            #expect((400..<500).contains(busy.status))
            #expect(busy.json["message"] == "Agent ecs-1 is running a job for pool ecs-linux")
        }
    }

    @Test("With $top the answer has pages, finished requests and no matchedAgents")
    func top() async throws {
        try await withAzure { sandbox, azure, _ in
            let cancelled = try sandbox.queue(QueuedRun(jobs: [.init(name: "first", demands: ["Agent.Name"])]))
            for _ in 0..<4 { try sandbox.queue(QueuedRun(jobs: [.init(name: "build", demands: ["Agent.Name"])])) }
            try sandbox.cancel(run: cancelled)
            let unfinished = try await azure.waitingRequests()
            #expect(unfinished.count == 4)
            #expect(unfinished.allSatisfy { $0["matchedAgents"] != nil })

            var ids: [Int] = []
            var token: String?
            repeat {
                let suffix = token.map { "&continuationToken=\($0)" } ?? ""
                let page = try await azure.call(.GET, Self.requests + "?%24top=2" + suffix)
                #expect(page.list.count <= 2)
                #expect(page.list.allSatisfy { $0["matchedAgents"] == nil })
                ids += page.list.compactMap { $0["requestId"]?.integer }
                token = page.headers.first(name: "x-ms-continuationtoken")
            } while token != nil
            #expect(ids.count == 5)
            #expect(ids == ids.sorted(by: >))
            #expect(try await azure.call(.GET, Self.requests).list.count == 5)
        }
    }

    @Test("Canceling a run cancels what waits, at once")
    func cancel() async throws {
        try await withAzure { sandbox, azure, _ in
            let run = try sandbox.queue(
                QueuedRun(stages: [
                    .init(name: "A", jobs: [.init(name: "a")]), .init(name: "B", jobs: [.init(name: "b")]),
                ])
            )
            let answer = try await azure.call(
                .PATCH, "shipyard/_apis/build/builds/\(run)?api-version=7.1", ["status": "cancelling"]
            )
            #expect(answer.status == 200)
            #expect(try await azure.waitingRequests().isEmpty)
            #expect(sandbox.run(run)?.result == .canceled)
            #expect(sandbox.jobs(of: run).allSatisfy { $0.state == .completed })
            #expect(try await azure.call(.GET, "shipyard/_apis/build/builds/\(run)").json["result"] == "canceled")
        }
    }

    @Test("An agent that falls silent with its job loses it when the lock has run out and the grace has passed")
    func lostAgent() async throws {
        try await withAzure { sandbox, azure, clock in
            try sandbox.queue(QueuedRun(jobs: [.init(name: "build")]))
            let id = try await azure.addAgent("ecs-1")
            _ = try await azure.openSession(id)
            try await clock.advance(by: .seconds(1))
            let requestID = try #require(try await azure.waitingRequests().first?["requestId"]?.integer)
            _ = try await azure.signedIn(as: id).call(
                .PATCH, Self.requests + "/\(requestID)", ["requestId": .integer(requestID)])
            try await clock.advance(by: .seconds(779))
            #expect(sandbox.jobs.first?.state == .running)
            try await clock.advance(by: .seconds(2))
            #expect(sandbox.jobs.first?.result == .failed)
            #expect(sandbox.jobs.first?.issue?.hasPrefix("We stopped hearing from agent ecs-1.") == true)
            #expect(sandbox.registrations.last?.assignedRequestID == nil)
        }
    }

    @Test("A failed stage can be run again: a second attempt with another job id")
    func retry() async throws {
        try await withAzure { sandbox, azure, _ in
            let run = try sandbox.queue(
                QueuedRun(stages: [.init(name: "Test", jobs: [.init(name: "a", demands: ["gpu"])])]))
            #expect(sandbox.run(run)?.result == .failed)
            let path = "shipyard/_apis/build/builds/\(run)/stages/Test?api-version=7.1"
            _ = try await azure.addAgent("gpu-1", capabilities: ["gpu": "1"])
            #expect(try await azure.call(.PATCH, path, ["state": "retry"]).status == 204)
            let job = try #require(sandbox.jobs(of: run).first)
            #expect(job.attempt == 2)
            #expect(job.state == .waiting)
            #expect(job.jobID == InstanceName.id("Test.a.__default.2"))
            let timeline = try await azure.call(.GET, "shipyard/_apis/build/builds/\(run)/timeline")
            let record = timeline.json["records"]?.array?.first { $0["type"] == "Job" }
            #expect(record?["previousAttempts"]?.array?.count == 1)
            #expect(record?["identifier"] == "Test.a.__default")
            #expect(try await azure.call(.PATCH, path, ["state": "cancel"]).status == 204)
            #expect(sandbox.run(run)?.result == .canceled)
        }
    }

    @Test("Tags of a build are set, listed and removed, with their case kept")
    func tags() async throws {
        try await withAzure { sandbox, azure, _ in
            let run = try sandbox.queue(QueuedRun(jobs: [.init(name: "build")]))
            let path = "shipyard/_apis/build/builds/\(run)/tags"
            #expect(try await azure.call(.PUT, path + "/Slipway%20says").list == ["Slipway says"])
            #expect(try await azure.call(.GET, path).list == ["Slipway says"])
            #expect(sandbox.run(run)?.tags == ["Slipway says"])
            #expect(try await azure.call(.DELETE, path + "/Slipway%20says").list == [])
            #expect(
                try await azure.call(.GET, "shipyard/_apis/build/builds/1/tags").typeKey == "BuildNotFoundException")
        }
    }
}
