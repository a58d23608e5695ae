import Foundation
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// Containers that claim their registration, by the manual clock, over real requests.
@Suite struct ClaimTests {
    private func withWorld(
        _ behaviour: ContainerBehaviour = .orderly,
        jobs: [QueuedRun.Job] = [.init(name: "build", duration: .seconds(90))], code: String? = ClaimServer.code,
        url given: String? = nil, prepare: @Sendable (ClaimServer) -> Void = { _ in },
        _ body: @Sendable (Sandbox, RawAzure, ClaimServer, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        var configuration = SandboxConfiguration(seed: 3)
        configuration.ecs.taskDefinition.givesToken = false
        try await withSandbox(configuration, clock: clock) { sandbox, endpoints in
            sandbox.behaviours.setUsual(behaviour)
            for job in jobs { try sandbox.queue(QueuedRun(jobs: [job])) }
            let (ecs, azure) = (RawECS(sandbox, endpoints), RawAzure(sandbox, endpoints))
            let server = ClaimServer(azure, agent: "a-1")
            prepare(server)
            try await server.serve { url in
                var told = [
                    "AZP_AGENT_NAME": "a-1", "SLIPWAY_CLAIM_URL": given ?? url, "SLIPWAY_CLAIM_CODE": code ?? "",
                ]
                told = told.filter { !$0.value.isEmpty }
                let variables = told.sorted { $0.key < $1.key }.map { name, value -> JSONValue in
                    ["name": .string(name), "value": .string(value)]
                }
                let answer = try await ecs.runTask([
                    "overrides": ["containerOverrides": [["name": "agent", "environment": .array(variables)]]]
                ])
                #expect(answer.taskARNs.count == 1)
                try await body(sandbox, azure, server, clock)
            }
        }
    }

    @Test("It claims, signs in with its own key, runs its job, and leaves its registration to Slipway")
    func orderly() async throws {
        try await withWorld { sandbox, azure, server, clock in
            try await clock.advance(by: .seconds(80))
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
            #expect(sandbox.jobs.first?.agentName == "a-1")
            let agent = try await azure.call(
                .GET, "_apis/distributedtask/pools/44/agents?agentName=a-1&includeCapabilities=true")
            let capabilities = agent.list.first?["systemCapabilities"]
            #expect(capabilities?["Agent.Version"] == "4.272.0")
            #expect(capabilities?["SLIPWAY_CLAIM_CODE"] == nil && capabilities?["AZP_TOKEN"] == nil)
            try await clock.advance(by: .seconds(120))
            #expect(sandbox.jobs.first?.result == .succeeded)
            #expect(sandbox.agentTasks.first?.exitCode == 0)
            #expect(sandbox.leftovers().map(\.name) == ["a-1"], "who registered it deletes it")
            #expect(server.moduli.count == 1)
        }
    }

    @Test("A claim that isn't answered is repeated with the same key", arguments: [408, 429, 502, 503, 504])
    func repeated(status: Int) async throws {
        try await withWorld(prepare: { $0.script([status, status]) }) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(100))
            #expect(server.moduli.count == 3 && Set(server.moduli).count == 1)
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
        }
    }

    @Test(
        "What ends a claim ends the container with the code that says so",
        arguments: [(409, 31), (400, 31), (401, 31), (404, 31), (500, 31), (503, 32)])
    func ended(status: Int, exitCode: Int) async throws {
        try await withWorld(prepare: { $0.script(usual: status) }) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(260))
            #expect(sandbox.agentTasks.first?.exitCode == exitCode)
            #expect(sandbox.registrations.allSatisfy { $0.isPlaceholder })
            #expect(exitCode == 32 ? server.moduli.count > 5 : server.moduli.count == 1)
        }
    }

    @Test("A wrong code is refused, and an answer that can't be used is not")
    func unusable() async throws {
        try await withWorld(code: "1.wrong") { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.agentTasks.first?.exitCode == 31 && server.moduli.isEmpty)
        }
        try await withWorld(prepare: { $0.script(body: "{}") }) { sandbox, _, _, clock in
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.agentTasks.first?.exitCode == 33)
        }
    }

    @Test("Half a claim, or one of the wrong form, ends the container with 20; it doesn't register by a token instead")
    func wrongVariables() async throws {
        let code = ClaimServer.code
        for (url, code) in [(nil, nil), ("", code), ("http://example.com/claims/1", code), (nil, "a code")] {
            try await withWorld(code: code, url: url) { sandbox, _, server, clock in
                try await clock.advance(by: .seconds(100))
                #expect(sandbox.agentTasks.first?.exitCode == 20)
                #expect(server.moduli.isEmpty && sandbox.registrations.allSatisfy { $0.isPlaceholder })
            }
        }
    }

    @Test("A redirect is not followed, and an answer that is too large is not used")
    func hostile() async throws {
        try await withWorld(prepare: { $0.script(usual: 307) }) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.agentTasks.first?.exitCode == 31 && server.moduli.count == 1)
        }
        let large = String(repeating: " ", count: 70_000) + "{}"
        try await withWorld(prepare: { $0.script(body: large) }) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.agentTasks.first?.exitCode == 33 && server.moduli.count == 1)
        }
    }

    @Test("A connection that is refused is tried again after a pause, for two minutes")
    func refusedConnection() async throws {
        // Nobody listens on this port.
        try await withWorld(url: "http://127.0.0.1:9/claims/a-1") { sandbox, _, _, clock in
            try await clock.advance(by: .seconds(130))
            #expect(sandbox.agentTasks.first?.exitCode == nil)
            try await clock.advance(by: .seconds(130))
            #expect(sandbox.agentTasks.first?.exitCode == 32)
        }
    }

    @Test(
        "SIGTERM reaches the listener: its job is cancelled and reported, its session ends, and the exit code says so")
    func terminatedWhileBusy() async throws {
        try await withWorld(jobs: [.init(name: "build", duration: .seconds(3_600))]) { sandbox, _, _, clock in
            try await clock.advance(by: .seconds(80))
            #expect(sandbox.jobs.first?.state == .running)
            try sandbox.stopFirstAgentTask()
            try await clock.advance(by: .seconds(10))
            #expect(sandbox.jobs.first?.result == .canceled)
            #expect(sandbox.agentTasks.first?.exitCode == 42)
            #expect(sandbox.registrations.contains { $0.name == "a-1" && !$0.isOnline })
        }
    }

    @Test("SIGTERM without a job: 143, and no session is left, be it before the claim's answer or after")
    func terminatedWhileIdle() async throws {
        try await withWorld(jobs: []) { sandbox, _, _, clock in
            try await clock.advance(by: .seconds(80))
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
            try sandbox.stopFirstAgentTask()
            try await clock.advance(by: .seconds(5))
            #expect(sandbox.agentTasks.first?.exitCode == 143)
            #expect(sandbox.registrations.contains { $0.name == "a-1" && !$0.isOnline })
        }
        try await withWorld(prepare: { $0.script(usual: 503) }) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(60))
            #expect(!server.moduli.isEmpty)
            try sandbox.stopFirstAgentTask()
            try await clock.advance(by: .seconds(5))
            #expect(sandbox.agentTasks.first?.exitCode == 143)
        }
    }

    @Test("A listener that ends with an error ends the container with 10")
    func listenerError() async throws {
        try await withWorld(.claimsLate(.seconds(1))) { sandbox, _, _, clock in
            sandbox.faults.add(Fault(operation: .createSession, action: .answer(status: 403)))
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.agentTasks.first?.exitCode == 10)
        }
        try await withWorld { sandbox, _, _, clock in
            sandbox.faults.add(Fault(operation: .signInAgent, action: .answer(status: 401)))
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.agentTasks.first?.exitCode == 10)
        }
    }

    @Test("A job longer than the access token ends well")
    func longJob() async throws {
        try await withWorld(jobs: [.init(name: "build", duration: .seconds(8_000))]) { sandbox, _, _, clock in
            try await clock.advance(by: .seconds(8_200))
            #expect(sandbox.jobs.first?.result == .succeeded)
            #expect(sandbox.agentTasks.first?.exitCode == 0)
            #expect(sandbox.faults.calls(of: .signInAgent) >= 3)
        }
    }

    @Test("What a container asks, its sign-in too, is no call from outside")
    func insideCalls() async throws {
        try await withWorld { sandbox, _, _, clock in
            let before = sandbox.calls.total
            try await clock.advance(by: .seconds(200))
            #expect(sandbox.agentTasks.first?.exitCode == 0)
            #expect(sandbox.calls.total == before + 1, "the claim server's registration alone")
        }
    }

    @Test("Claims twice with two keys; late; with a wrong code; and once more when the answer was lost")
    func behaviours() async throws {
        try await withWorld(.claimsTwice) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(80))
            #expect(Set(server.moduli).count == 2 && server.moduli.count == 2)
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
        }
        try await withWorld(.claimsLate(.seconds(500))) { _, _, server, clock in
            try await clock.advance(by: .seconds(500))
            #expect(server.moduli.isEmpty)
            try await clock.advance(by: .seconds(60))
            #expect(server.moduli.count == 1)
        }
        try await withWorld(.claimsWithWrongCode) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(80))
            #expect(server.moduli.isEmpty && sandbox.agentTasks.first?.exitCode == 31)
        }
        try await withWorld(.losesClaimAnswer) { sandbox, _, server, clock in
            try await clock.advance(by: .seconds(80))
            #expect(Set(server.moduli).count == 1 && server.moduli.count == 2)
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
        }
    }

    @Test("The organization's token does not run an agent that has a key, nor does a key whose registration is gone")
    func ownKeyAlone() async throws {
        try await withWorld(jobs: []) { sandbox, azure, _, clock in
            try await clock.advance(by: .seconds(80))
            let agent = try #require(sandbox.registrations.first { $0.name == "a-1" })
            #expect(agent.isOnline)
            let session: JSONValue = ["ownerName": "thief", "agent": ["id": .integer(agent.id)]]
            #expect(try await azure.call(.POST, "_apis/distributedtask/pools/44/sessions", session).status == 401)
            #expect(
                try await azure.call(.DELETE, "_apis/distributedtask/pools/44/agents/\(agent.id)").status == 200)
            try await clock.advance(by: .seconds(120))
            #expect(sandbox.agentTasks.first?.lastStatus == "STOPPED", "its listener ends")
        }
    }
}

extension Sandbox {
    fileprivate func stopFirstAgentTask() throws {
        let arn = try #require(agentTasks.first?.arn)
        _ = try ecs.driver.perform { world, now throws(ECSError) in
            try world.stopTask(StopTaskInput(cluster: "build-agents", task: arn, reason: nil), now: now)
        }
    }
}
