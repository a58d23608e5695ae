import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite(.timeLimit(.minutes(2))) struct GateTests {
    private static func gate(every interval: Duration = .seconds(60), timeout: Duration = .seconds(300))
        -> QueuedRun.Gate
    {
        QueuedRun.Gate(
            QueuedRun.ServerTask(.slipwayGate, inputs: ["pool": "ecs-linux", "profile": "large"]), every: interval,
            timeout: timeout)
    }

    @Test("An available answer lets the stage begin; the call says who asks and carries no job's token")
    func passes() async throws {
        try await TaskWorld.run { world in
            let run = try await world.queue([TaskWorld.asking()], stage: "Deploy", gate: Self.gate())
            #expect(world.sandbox.gates.map(\.state) == [.passed])
            let call = try #require(world.endpoint.calls(of: "/tasks/gate").first)
            #expect(call.plan("HubName") == "checks")
            #expect(call.input("profile") == "large")
            #expect(call.body["plan"]?["AuthToken"] == nil)
            #expect(world.job("ask", of: run)?.state == .running)
        }
    }

    @Test("Any other answer is asked for again at the interval, until one passes")
    func retried() async throws {
        try await TaskWorld.run { world in
            world.endpoint.setGate("unavailable")
            world.endpoint.script([(503, "stopping")])
            let run = try await world.queue([TaskWorld.asking()], stage: "Deploy", gate: Self.gate())
            #expect(world.job("ask", of: run)?.state == .notStarted)
            try await world.clock.advance(by: .seconds(59))
            #expect(world.sandbox.gates.first?.evaluations == 1)
            try await world.clock.advance(by: .seconds(62))
            #expect(world.sandbox.gates.first?.evaluations == 3)
            world.endpoint.setGate("available")
            try await world.clock.advance(by: .seconds(60))
            #expect(world.sandbox.gates.map(\.state) == [.passed])
            #expect(world.sandbox.gates.first?.answers.first == "HTTP 503: stopping")
            #expect(world.job("ask", of: run)?.state == .running)
        }
    }

    @Test("At its timeout the stage is given up and the run fails; with no interval after one answer")
    func givenUp() async throws {
        try await TaskWorld.run { world in
            world.endpoint.setGate("unavailable")
            let run = try await world.queue([TaskWorld.asking()], stage: "Deploy", gate: Self.gate())
            try await world.clock.advance(by: .seconds(301))
            #expect(world.sandbox.gates.map(\.state) == [.failed])
            #expect(world.sandbox.gates.first?.evaluations == 5)
            #expect(world.sandbox.run(run)?.result == .failed)
            #expect(world.job("ask", of: run)?.result == .skipped)
            let once = try await world.queue([TaskWorld.asking()], stage: "Deploy", gate: Self.gate(every: .zero))
            #expect(world.sandbox.run(once)?.result == .failed)
            #expect(world.sandbox.gates.last?.evaluations == 1)
            #expect(world.endpoint.calls(of: "/tasks/agent").isEmpty)
        }
    }

    @Test("A check has three seconds, and no answer is none")
    func timeLimit() async throws {
        try await TaskWorld.run {
            $0.azureDevOps.gateLimit = SandboxConfiguration().azureDevOps.gateLimit
        } _: { world in
            world.sandbox.faults.add(
                Fault(
                    operation: .serverTask, subject: "SlipwayGate",
                    action: .hang(upTo: .seconds(99))))
            _ = try await world.queue([TaskWorld.asking()], stage: "Deploy", gate: Self.gate())
            try await world.clock.advance(by: .milliseconds(2_900))
            #expect(world.sandbox.gates.first?.answers == [])
            try await world.clock.advance(by: .milliseconds(200))
            #expect(world.sandbox.gates.first?.answers == ["there was no answer within 3 seconds"])
            #expect(world.sandbox.gates.first?.state == .waiting)
        }
    }

    @Test("Cancelling the run ends the asking")
    func cancelled() async throws {
        try await TaskWorld.run { world in
            world.endpoint.setGate("unavailable")
            let run = try await world.queue([TaskWorld.asking()], stage: "Deploy", gate: Self.gate())
            try world.sandbox.cancel(run: run)
            try await world.clock.advance(by: .seconds(400))
            #expect(world.sandbox.run(run)?.result == .canceled)
            #expect(world.endpoint.calls.count == 1)
        }
    }

    @Test(
        "As a step of an agentless job it is asked once",
        arguments: [("available", QueuedRun.Result.succeeded), ("unavailable", .failed)])
    func asStep(status: String, result: QueuedRun.Result) async throws {
        try await TaskWorld.run { world in
            world.endpoint.setGate(status)
            let serverTask = QueuedRun.ServerTask(.slipwayGate, inputs: ["pool": "ecs-linux", "profile": "large"])
            let run = try await world.queue([.agentless("room", serverTask)])
            #expect(world.sandbox.run(run)?.result == result)
            #expect(world.endpoint.calls.map { $0.plan("HubName") } == ["build"])
        }
    }
}
