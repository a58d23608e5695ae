import Foundation
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite(.timeLimit(.minutes(2))) struct PlanRouteTests {
    @Test("A job's token is good for its own plan while its job runs, and for nothing else")
    func token() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking("first"), TaskWorld.asking("second")])
            let other = try await world.queue([TaskWorld.asking()])
            let callbacks = world.endpoint.calls.sorted { $0.plan("JobId") < $1.plan("JobId") }
                .filter { $0.plan("BuildId") == String(run) }.map(TaskCallbacks.init)
            #expect(callbacks.count == 2)
            let foreign = try #require(world.endpoint.calls.last { $0.plan("BuildId") == String(other) })
            #expect(try await callbacks[0].timeline().status == 200)
            #expect(try await callbacks[0].with(token: foreign.plan("AuthToken")).timeline().status == 401)
            #expect(try await callbacks[0].with(token: "job.0123").timeline().status == 401)
            #expect(try await callbacks[0].with(token: "").timeline().status == 401)
            let pools = try await RawAzure(base: world.azure.base).call(
                .GET, "_apis/distributedtask/pools", headers: ["Authorization": callbacks[0].authorization])
            #expect(pools.status == 403)
            let completed: JSONValue = [
                "name": "JobCompleted", "jobId": .string(callbacks[0].call.plan("JobId")), "result": "succeeded",
            ]
            #expect(try await callbacks[0].send(.POST, "events", completed).status == 403)

            _ = try await callbacks[0].event("TaskCompleted", result: "succeeded")
            // Its job is over, the plan is not.
            #expect(try await callbacks[0].timeline().status == 401)
            #expect(try await callbacks[1].timeline().status == 200)
            _ = try await callbacks[1].event("TaskCompleted", result: "succeeded")
            #expect(world.sandbox.run(run)?.state == "completed")
            for one in callbacks {
                let answer = try await one.timeline()
                #expect(answer.status == 404)
                #expect(answer.typeKey == "TaskOrchestrationPlanNotFoundException")
            }
        }
    }

    @Test("A token that has expired is 401 from then on, until the call comes again with another one it is the end")
    func expiry() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            #expect(try await callbacks.feed(["one"]).status == 204)
            try world.sandbox.expireToken(run: run, job: "ask")
            #expect(try await callbacks.feed(["two"]).status == 401)
            #expect(try await callbacks.basic.event("TaskCompleted", result: "succeeded").status == 401)
            #expect(world.job("ask", of: run)?.state == .running)
            #expect(throws: SandboxError.self) { try world.sandbox.expireToken(run: run, job: "other") }
        }
    }

    @Test("The organization's own token is taken for callbacks, or refused", arguments: [true, false])
    func organizationToken(isTaken: Bool) async throws {
        try await TaskWorld.run {
            $0.azureDevOps.plansAcceptOrganizationToken = isTaken
        } _: { world in
            let run = try await world.queue([TaskWorld.asking()])
            var callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            let token = world.sandbox.configuration.azureDevOps.token
            callbacks.authorization = "Basic " + Data(":\(token)".utf8).base64EncodedString()
            #expect(try await callbacks.timeline().status == (isTaken ? 200 : 401))
            #expect(try await callbacks.feed(["x"]).status == (isTaken ? 204 : 401))
            #expect(try await callbacks.event("TaskCompleted", result: "failed").status == (isTaken ? 204 : 401))
            #expect(world.sandbox.run(run)?.state == (isTaken ? "completed" : "inProgress"))
        }
    }

    @Test("Callbacks meet 429 with Retry-After and 503 as often as is scripted, and the feed alone can refuse")
    func faults() async throws {
        try await TaskWorld.run { world in
            let faults = world.sandbox.faults
            faults.add(Fault(operation: .postPlanEvent, occurrences: 1...1, action: .throttle))
            faults.add(Fault(operation: .postPlanEvent, occurrences: 2...3, action: .answer(status: 503)))
            faults.add(Fault(operation: .appendFeed, action: .answer(status: 403)))
            _ = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            let first = try await callbacks.event("TaskStarted")
            #expect(first.status == 429)
            #expect(first.headers.first(name: "Retry-After") == "30")
            for status in [503, 503, 204] { #expect(try await callbacks.event("TaskStarted").status == status) }
            #expect(try await callbacks.feed(["x"]).status == 403)
            #expect(try await callbacks.patch(["percentComplete": 1]).status == 200)
        }
    }

    @Test("Names that the plan doesn't have are 404")
    func unknown() async throws {
        try await TaskWorld.run { world in
            _ = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            let nobody = "00000000-0000-0000-0000-000000000000"
            #expect(try await callbacks.send(.GET, "timelines/\(nobody)").status == 404)
            #expect(try await callbacks.feed(["x"], record: nobody).status == 404)
            #expect(try await callbacks.patch(["id": .string(nobody)]).status == 404)
            #expect(try await callbacks.patch(["log": ["id": 7]]).status == 404)
            #expect(try await callbacks.send(.POST, "logs/1").status == 404)
            let event: JSONValue = ["name": "TaskStarted", "jobId": .string(nobody), "taskId": .string(nobody)]
            #expect(try await callbacks.send(.POST, "events", event).status == 404)
            for (old, new) in [("hubs/build", "hubs/release"), (callbacks.call.plan("PlanId"), nobody)] {
                let elsewhere = RawAzure(base: callbacks.base.replacing(old, with: new))
                let answer = try await elsewhere.call(
                    .GET, callbacks.timelinePath, headers: ["Authorization": callbacks.authorization])
                #expect(answer.status == 404)
            }
        }
    }

    @Test("What is too much, or not of the form, is 400 and changes nothing")
    func bounds() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            let long = String(repeating: "x", count: 70_000)
            let error: JSONValue = ["type": "error", "message": "m"]
            let records: [[String: JSONValue]] = [
                ["percentComplete": 101], ["percentComplete": -1], ["percentComplete": "5"],
                ["currentOperation": .string(long)], ["issues": [["type": "fatal", "message": "m"]]],
                ["issues": [["type": "error", "message": .string(long)]]],
                ["issues": .array(Array(repeating: error, count: 101))],
                ["variables": ["": ["value": "v"]]], ["variables": ["a": ["value": .string(long)]]],
                ["variables": ["a": "v"]],
            ]
            for record in records { #expect(try await callbacks.patch(record).status == 400, "\(record.keys)") }
            #expect(try await callbacks.feed([long]).status == 400)
            #expect(try await callbacks.feed(Array(repeating: "x", count: 1_001)).status == 400)
            #expect(
                try await callbacks.send(.POST, callbacks.timelinePath + "/records/x/feed", ["value": 1]).status == 400)
            #expect(try await callbacks.send(.POST, "logs", ["path": ""]).status == 400)
            #expect(try await callbacks.event("TaskCompleted", result: "great").status == 400)
            #expect(try await callbacks.event("TaskFinished").status == 400)
            let task = try #require(world.sandbox.serverTasks.first)
            #expect(task.issues.isEmpty && task.variables.isEmpty && task.percentComplete == nil && task.events.isEmpty)
            #expect(world.job("ask", of: run)?.state == .running)
        }
    }

    @Test("A live log and the logs of a plan grow to a limit")
    func limits() async throws {
        try await TaskWorld.run { world in
            _ = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            for _ in 0..<11 { _ = try await callbacks.feed(Array(repeating: "x", count: 1_000)) }
            #expect(world.sandbox.serverTasks.first?.lines.count == ServerTaskInstance.maximumLines)
            let caller = AzureDevOpsWorld.PlanCaller(
                project: "shipyard", hub: "build", plan: callbacks.call.plan("PlanId"), serverTask: nil)
            let half = String(repeating: "x", count: AzureDevOpsWorld.maximumLogBytes / 2)
            let (made, taken) = world.sandbox.azureDevOps.world.perform { world, now in
                let made = (0...AzureDevOpsWorld.maximumLogsOfPlan).count { _ in
                    (try? world.createLog(.init(path: "logs"), from: caller, now: now)) != nil
                }
                return (made, (0..<3).map { _ in (try? world.appendLog(half, to: 1, from: caller, now: now)) != nil })
            }
            #expect(made == AzureDevOpsWorld.maximumLogsOfPlan)
            #expect(try await callbacks.send(.POST, "logs", ["path": "logs"]).status == 400)
            #expect(taken == [true, true, false])
        }
    }
}
