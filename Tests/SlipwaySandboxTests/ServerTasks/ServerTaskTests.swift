import Foundation
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite(.timeLimit(.minutes(2))) struct ServerTaskTests {
    @Test("The call carries what the task's template says, with the job's own ids and token")
    func call() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(inputs: ["cpu": "2048", "image": "i-$(Build.BuildId)"])])
            let call = try #require(world.endpoint.calls.first)
            #expect(world.endpoint.calls.count == 1)
            #expect(call.path == "/tasks/agent")
            #expect(call.authorization == "Bearer \(TaskEndpoint.token)")
            #expect(call.contentType == "application/json")
            let build = try await world.azure.call(.GET, "shipyard/_apis/build/builds/\(run)").json
            #expect(build["status"] == "inProgress")
            #expect(call.plan("PlanUrl") == world.azure.base + "/")
            #expect(.string(call.plan("ProjectId")) == build["project"]?["id"])
            #expect(.string(call.plan("PlanId")) == build["orchestrationPlan"]?["planId"])
            #expect(.string(call.plan("PlanId")) == build["plans"]?.array?.first?["planId"])
            #expect(call.plan("HubName") == "build")
            #expect(call.plan("BuildId") == String(run))
            #expect(call.plan("JobId") == InstanceName.id("ask.__default"))
            #expect(call.plan("StageAttempt") == "1")
            #expect(call.plan("JobAttempt") == "1")
            #expect(!call.plan("AuthToken").isEmpty)
            let inputs = [
                "pool": "ecs-linux", "profile": "small", "key": "small", "cpu": "2048", "memory": "",
                "ephemeralStorage": "", "image": "i-\(run)", "wait": "registered", "timeoutMinutes": "15",
            ]
            #expect(call.body["inputs"] == .object(inputs.mapValues(JSONValue.string)))
            #expect(world.job("ask", of: run)?.state == .running)
            #expect(world.sandbox.serverTasks.first?.isWaiting == true)
            // The page of the run shows no secret.
            let shown = world.sandbox.serverTasks.flatMap { $0.calls.map(\.body) + $0.lines.map(\.text) }
            #expect(!shown.contains { $0.contains(call.plan("AuthToken")) })
        }
    }

    @Test("What the service isn't known to say can be left unsaid: attempts, and empty inputs")
    func undocumented() async throws {
        try await TaskWorld.run {
            $0.azureDevOps.knowsAttempts = false
            $0.azureDevOps.leavesMacrosOfEmptyInputs = true
        } _: { world in
            _ = try await world.queue([TaskWorld.asking()])
            let call = try #require(world.endpoint.calls.first)
            #expect(call.plan("JobAttempt") == "$(System.JobAttempt)")
            #expect(call.input("cpu") == "$(cpu)")
            #expect(call.input("key") == "small")
        }
    }

    @Test("An input with a quotation mark goes out unescaped")
    func injection() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(inputs: ["image": #"a","cpu":"1"#])])
            #expect(world.endpoint.calls.first?.text.contains(#""image":"a","cpu":"1""#) == true)
            world.endpoint.script([(400, "no JSON")])
            _ = try await world.queue([TaskWorld.asking(inputs: ["image": #"a""#])])
            #expect(world.job("ask", of: run)?.state == .running)
            #expect(world.sandbox.jobs.last?.result == .failed)
        }
    }

    @Test(
        "Any status but 2xx fails the job; the log shows the answer, bounded and without the token",
        arguments: [400, 401, 404, 503])
    func refused(status: Int) async throws {
        try await TaskWorld.run { world in
            world.endpoint.script([(status, "because of " + String(repeating: "x", count: 20_000))])
            let run = try await world.queue([TaskWorld.asking()])
            #expect(world.sandbox.run(run)?.result == .failed)
            let task = try #require(world.sandbox.serverTasks.first)
            #expect(task.calls.map(\.status) == [status])
            #expect(task.lines.contains { $0.text.contains("HTTP \(status): because of xxx") })
            #expect(task.lines.allSatisfy { $0.text.count < 2_500 })
            #expect(
                world.job("ask", of: run)?.issue?.hasPrefix("SlipwayAgent could not be called: HTTP \(status)") == true)
            #expect(world.endpoint.calls.count == 1)
        }
    }

    @Test("The call is given up after 20 seconds, and when nobody listens at once")
    func unanswered() async throws {
        try await TaskWorld.run { world in
            world.sandbox.faults.add(
                Fault(operation: .serverTask, occurrences: 1...1, action: .hang(upTo: .seconds(99))))
            let run = try await world.queue([TaskWorld.asking()])
            try await world.clock.advance(by: .milliseconds(19_900))
            #expect(world.job("ask", of: run)?.state == .running)
            try await world.clock.advance(by: .milliseconds(200))
            #expect(world.job("ask", of: run)?.issue?.contains("no answer within 20 seconds") == true)
            world.sandbox.connect(ServiceConnection(url: "http://127.0.0.1:9", token: "t"))
            let second = try await world.queue([TaskWorld.asking()])
            #expect(world.job("ask", of: second)?.result == .failed)
        }
    }

    @Test("An endpoint that takes the call and says nothing is given up after the limit of real time")
    func silence() async throws {
        try await TaskWorld.run {
            $0.azureDevOps.serverTaskLimit = .milliseconds(200)
        } _: { world in
            world.endpoint.fallSilent()
            let run = try await world.queue([TaskWorld.asking()])
            #expect(world.job("ask", of: run)?.issue?.contains("no answer within") == true)
        }
    }

    @Test("A lost answer fails the job although its endpoint accepted; a repeated call is the same call")
    func lostAnswers() async throws {
        try await TaskWorld.run { world in
            world.sandbox.faults.add(Fault(operation: .serverTask, subject: "Execute lost", action: .loseAnswer))
            world.sandbox.faults.add(Fault(operation: .serverTask, subject: "Execute twice", action: .repeatCall))
            let run = try await world.queue([TaskWorld.asking("lost"), TaskWorld.asking("twice")])
            #expect(world.job("lost", of: run)?.result == .failed)
            #expect(world.job("twice", of: run)?.state == .running)
            let twice = world.endpoint.calls.filter { $0.plan("JobId") == InstanceName.id("twice.__default") }
            #expect(twice.count == 2)
            #expect(twice[0].text == twice[1].text)
            #expect(world.endpoint.accepted == 2)
            #expect(world.sandbox.serverTasks.map { $0.calls[0].sendings }.sorted() == [1, 2])
        }
    }

    @Test("TaskStarted, lines, a log, variables, TaskCompleted: the job's page shows all of it, and the run succeeds")
    func completed() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            #expect(try await callbacks.timeline().status == 200)
            #expect(try await callbacks.event("TaskStarted").status == 204)
            #expect(try await callbacks.feed(["accepted", "placed"]).status == 204)
            #expect(
                try await callbacks.basic.feed(["online"], record: callbacks.call.plan("TaskInstanceId")).status == 204)
            _ = try await callbacks.patch(["percentComplete": 40, "currentOperation": "The agent task is PENDING."])
            let log = try await callbacks.send(.POST, "logs?api-version=4.1", ["path": "logs\\x", "id": 0]).json
            #expect(log["id"] == 1)
            let appended = try await callbacks.send(.POST, "logs/1?api-version=4.1", ["a": 1])
            #expect(appended.json["lineCount"] == 1)
            let patched = try await callbacks.patch(["log": ["id": 1], "percentComplete": 100])
            #expect(patched.list.first?["currentOperation"] == "The agent task is PENDING.")
            #expect(try await callbacks.succeed(agent: "slipway-run-\(run)-small").status == 204)

            let task = try #require(world.sandbox.serverTasks(of: run).first)
            #expect(task.result == .succeeded)
            #expect(task.events == ["TaskStarted", "TaskCompleted"])
            let sent = task.lines.filter { ["accepted", "placed", "online"].contains($0.text) }
            #expect(sent.map(\.recordID) == [task.jobID, task.jobID, task.instanceID])
            #expect(task.log == #"{"a":1}"#)
            #expect(task.percentComplete == 100)
            #expect(task.variables["agentName"]?.value == "slipway-run-\(run)-small")
            #expect(world.sandbox.run(run)?.result == .succeeded)
            let timeline = try await world.azure.call(.GET, "shipyard/_apis/build/builds/\(run)/timeline").json
            let record = timeline["records"]?.array?.first { $0["type"] == "Task" }
            #expect(record?["result"] == "succeeded")
            #expect(record?["parentId"] == .string(task.jobID))
        }
    }

    @Test("A reason against it stands on the job, and the run fails")
    func failed() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking()])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            let message = "The pool ecs-linux has no profile 'huge'. It has large, small."
            let issue: JSONValue = ["type": "error", "category": "General", "message": .string(message)]
            _ = try await callbacks.patch(["issues": [issue]])
            #expect(try await callbacks.event("TaskCompleted", result: "failed").status == 204)
            #expect(world.sandbox.run(run)?.result == .failed)
            #expect(world.job("ask", of: run)?.issue == message)
        }
    }

    @Test("Without a callback the job's timeout ends it, and the run fails")
    func timeout() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(timeout: .seconds(600))])
            let callbacks = TaskCallbacks(try #require(world.endpoint.calls.first))
            try await world.clock.advance(by: .seconds(599))
            #expect(world.job("ask", of: run)?.state == .running)
            try await world.clock.advance(by: .seconds(2))
            #expect(world.sandbox.run(run)?.result == .failed)
            #expect(world.job("ask", of: run)?.issue == "The job ran longer than the maximum time of 10 minutes.")
            #expect(world.endpoint.calls(of: "/tasks/agent/cancel").isEmpty)
            #expect(try await callbacks.event("TaskCompleted", result: "succeeded").status == 404)
        }
    }

    @Test("Cancelling the run tells the endpoint, which has a moment to say how it ended")
    func cancelled() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking(), TaskWorld.bound()])
            try world.sandbox.cancel(run: run)
            try await world.clock.settle()
            let cancel = try #require(world.endpoint.calls(of: "/tasks/agent/cancel").first)
            #expect(cancel.authorization == "Bearer \(TaskEndpoint.token)")
            #expect(cancel.body["inputs"] == nil)
            #expect(cancel.identity == world.endpoint.calls(of: "/tasks/agent").first?.identity)
            #expect(world.sandbox.run(run)?.state == "canceling")
            let build = try await world.azure.call(.GET, "shipyard/_apis/build/builds/\(run)").json
            #expect(build["status"] == "cancelling")
            #expect(try await TaskCallbacks(cancel).event("TaskCompleted", result: "canceled").status == 204)
            #expect(world.sandbox.run(run)?.result == .canceled)
            #expect(world.job("build", of: run)?.result == .canceled)
            #expect(world.endpoint.calls(of: "/tasks/agent/cancel").count == 1)
        }
    }

    @Test("A cancelled server task of which nothing more is heard ends all the same")
    func cancelledInSilence() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking()])
            try world.sandbox.cancel(run: run)
            try world.sandbox.cancel(run: run)
            try await world.clock.advance(by: .seconds(4))
            #expect(world.sandbox.run(run)?.state == "canceling")
            try await world.clock.advance(by: .seconds(2))
            #expect(world.sandbox.run(run)?.result == .canceled)
            world.sandbox.faults.add(Fault(operation: .serverTask, subject: "Cancel", action: .drop))
            let second = try await world.queue([TaskWorld.asking()])
            try world.sandbox.cancel(run: second)
            try await world.clock.settle()
            #expect(world.sandbox.run(second)?.result == .canceled)
        }
    }

    @Test("Verify passes where the token is known, with its scheme or bare")
    func verify() async throws {
        try await TaskWorld.run { world in
            let token = TaskEndpoint.token
            world.sandbox.connect(ServiceConnection(name: "bare", url: world.url, token: token, sendsBareToken: true))
            world.sandbox.connect(ServiceConnection(name: "wrong", url: world.url, token: "wrong"))
            for (name, passes) in [("slipway", true), ("bare", true), ("wrong", false)] {
                let passed = try await world.sandbox.verify(connection: name)
                #expect(passed == passes, "\(name)")
            }
            await #expect(throws: SandboxError.self) { try await world.sandbox.verify(connection: "none") }
        }
    }

    @Test("A run with an unknown connection or input is refused")
    func unknown() async throws {
        try await TaskWorld.run { world in
            let wrong = [
                QueuedRun.ServerTask(connection: "none", inputs: [:]), QueuedRun.ServerTask(inputs: ["size": "1"]),
            ]
            for serverTask in wrong {
                #expect(throws: SandboxError.self) {
                    try world.sandbox.queue(QueuedRun(jobs: [.agentless("ask", serverTask)]))
                }
            }
            #expect(world.endpoint.calls.isEmpty)
        }
    }
}
