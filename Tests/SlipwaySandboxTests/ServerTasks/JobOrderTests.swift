import NIOCore
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite(.timeLimit(.minutes(2))) struct JobOrderTests {
    @Test("A job that depends on a server task is queued when that has succeeded, with its demand filled in")
    func afterSuccess() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(), TaskWorld.bound()])
            #expect(world.job("build", of: run)?.state == .notStarted)
            _ = try await world.azure.addAgent("slipway-run-\(run)-small")
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            _ = try await callbacks.succeed(agent: "slipway-run-\(run)-small")
            #expect(world.job("build", of: run)?.state == .waiting)
            let request = try #require(try await world.azure.waitingRequests().first)
            #expect(request["demands"]?.array?.first == .string("Agent.Name -equals slipway-run-\(run)-small"))
        }
    }

    @Test("Without a registration of that name it fails at once, as the service does")
    func withoutAgent() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(), TaskWorld.bound()])
            _ = try await world.azure.addAgent("another")
            _ = try await TaskCallbacks(try #require(world.endpoint.calls.first)).succeed(agent: "?")
            let job = try #require(world.job("build", of: run))
            #expect(job.result == .failed)
            #expect(
                job.issue?.hasPrefix(
                    "No agent found in pool ecs-linux which satisfies the specified demands: "
                        + "Agent.Name -equals slipway-run-\(run)-small") == true)
            #expect(world.sandbox.run(run)?.result == .failed)
        }
    }

    @Test("What depends on a failed job is skipped, and what depends on that too")
    func skipped() async throws {
        try await TaskWorld.run { world in
            let after = QueuedRun.Job(name: "after", dependsOn: ["build"])
            let run = try await world.queue([after, TaskWorld.bound(), TaskWorld.asking()])
            _ = try await TaskCallbacks(try #require(world.endpoint.calls.first))
                .event("TaskCompleted", result: "failed")
            #expect(world.job("build", of: run)?.result == .skipped)
            #expect(world.job("after", of: run)?.result == .skipped)
            #expect(world.sandbox.run(run)?.result == .failed)
            #expect(try await world.azure.waitingRequests().isEmpty)
        }
    }

    @Test("An output variable reaches a later job's demand and its variables; an unknown one is empty")
    func outputs() async throws {
        try await TaskWorld.run { world in
            let output = "$[ dependencies.ask.outputs['slipway.agentName'] ]"
            var job = QueuedRun.Job(name: "build", demands: ["Agent.Name -equals $(agent)"], dependsOn: ["ask"])
            job.variables = ["agent": output, "none": "-$[dependencies.ask.outputs['slipway.nothing']]-"]
            var direct = QueuedRun.Job(name: "direct", demands: ["Agent.Name -equals \(output)"], dependsOn: ["ask"])
            direct.variables = ["foreign": "$[ dependencies.build.outputs['slipway.agentName'] ]"]
            let run = try await world.queue([TaskWorld.asking(), job, direct])
            let id = try await world.azure.addAgent("agent-7")
            _ = try await TaskCallbacks(try #require(world.endpoint.calls.first)).succeed(agent: "agent-7")
            #expect(world.sandbox.jobs(of: run).map(\.state) == [.completed, .waiting, .waiting])
            let session = try await world.azure.openSession(id)
            let message = try await world.azure.signedIn(as: id).call(
                .GET, "_apis/distributedtask/pools/44/messages?sessionId=\(session)&lastMessageId=0")
            let body = try JSONBody.decode(JSONValue.self, from: .init(string: message.json["body"]?.string ?? ""))
            #expect(body["variables"]?["agent"]?["value"] == "agent-7")
            #expect(body["variables"]?["none"]?["value"] == "--")
        }
    }

    @Test("A stage that is run again asks again, as another attempt")
    func retry() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(), TaskWorld.bound()], stage: "Build")
            _ = try await TaskCallbacks(try #require(world.endpoint.calls.first))
                .event("TaskCompleted", result: "failed")
            let path = "shipyard/_apis/build/builds/\(run)/stages/Build?api-version=7.1"
            #expect(try await world.azure.call(.PATCH, path, ["state": "retry"]).status == 204)
            try await world.clock.settle()
            let calls = world.endpoint.calls
            #expect(calls.count == 2)
            #expect(calls[1].plan("StageAttempt") == "2")
            #expect(calls[1].plan("JobAttempt") == "2")
            #expect(calls[0].plan("PlanId") == calls[1].plan("PlanId"))
            #expect(calls[0].plan("JobId") != calls[1].plan("JobId"))
            #expect(world.job("build", of: run)?.state == .notStarted)
            _ = try await world.azure.addAgent("slipway-run-\(run)-small")
            _ = try await TaskCallbacks(calls[1]).succeed(agent: "slipway-run-\(run)-small")
            #expect(world.job("build", of: run)?.state == .waiting)
        }
    }

    @Test("Ids of job and step are the same in each run of a pipeline; the plan tells them apart")
    func sameIDs() async throws {
        try await TaskWorld.run { world in
            for _ in 0..<2 { _ = try await world.queue([TaskWorld.asking()]) }
            let calls = world.endpoint.calls
            #expect(calls[0].plan("TaskInstanceId") == calls[1].plan("TaskInstanceId"))
            #expect(calls[0].plan("PlanId") != calls[1].plan("PlanId"))
            _ = try await TaskCallbacks(calls[0]).event("TaskCompleted", result: "succeeded")
            #expect(world.sandbox.jobs.map(\.state) == [.completed, .running])
        }
    }

    @Test("A stage of many jobs that all fail at once comes to its end")
    func manyJobs() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue((0..<300).map { .init(name: "job\($0)", demands: ["gpu"]) })
            #expect(world.sandbox.run(run)?.result == .failed)
        }
    }

    @Test("Dependencies on nobody, in a circle, or between jobs of one name are refused")
    func refused() async throws {
        try await TaskWorld.run { world in
            let wrong: [[QueuedRun.Job]] = [
                [.init(name: "a", dependsOn: ["b"])], [.init(name: "a", dependsOn: ["a"])],
                [.init(name: "a", dependsOn: ["b"]), .init(name: "b", dependsOn: ["a"])],
                [.init(name: "a"), .init(name: "A"), .init(name: "b", dependsOn: ["a"])],
            ]
            for jobs in wrong {
                #expect(throws: SandboxError.self) { try world.sandbox.queue(QueuedRun(jobs: jobs)) }
            }
        }
    }
}
