import Foundation
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// The scenario's runs, with an endpoint in the place of the server.
@Suite(.timeLimit(.minutes(2))) struct ExtensionScenarioTests {
    @Test("Two sizes, an unknown profile and a cancellation end as the scenario says")
    func wholeScenario() async throws {
        try await TaskWorld.run { world in
            let two = try world.sandbox.queue(ExtensionScenario.twoSizes)
            let unknown = try world.sandbox.queue(ExtensionScenario.unknownProfile)
            let cancelled = try world.sandbox.queue(ExtensionScenario.cancelled)
            try await world.clock.settle()
            let calls = world.endpoint.calls
            #expect(calls.count == 4)
            #expect(
                calls.filter { $0.input("key") == "large" }.map { $0.input("cpu") + $0.input("memory") } == ["20484096"]
            )
            #expect(calls.filter { $0.plan("BuildId") == String(cancelled) }.map { $0.input("wait") } == ["online"])

            for call in calls where call.input("profile") == "enormous" {
                let issue: JSONValue = ["type": "error", "message": "The pool ecs-linux has no profile 'enormous'."]
                _ = try await TaskCallbacks(call).patch(["issues": [issue]])
                _ = try await TaskCallbacks(call).event("TaskCompleted", result: "failed")
            }
            try world.sandbox.cancel(run: cancelled)
            var agents: [String: Int] = [:]
            for call in calls where call.plan("BuildId") == String(two) {
                let name = ExtensionScenario.agentName(run: two, key: call.input("key"))
                let agent = try await world.azure.addAgent(name)
                agents[name] = agent
                _ = try await world.azure.openSession(agent)
                _ = try await TaskCallbacks(call).succeed(agent: name)
            }
            try await world.clock.advance(by: .seconds(6))
            for request in try await world.azure.waitingRequests() {
                let id = try #require(request["requestId"]?.integer)
                let name = try #require(request["reservedAgent"]?["name"]?.string)
                let agent = try await world.azure.signedIn(as: try #require(agents[name]))
                _ = try await agent.call(
                    .PATCH, "_apis/distributedtask/pools/44/jobrequests/\(id)", ["requestId": .integer(id)])
                _ = try await agent.call(
                    .POST, "shipyard/_apis/distributedtask/hubs/build/plans/\(request["planId"]?.string ?? "")/events",
                    ["name": "JobCompleted", "jobId": request["jobId"] ?? .null, "result": "succeeded"])
            }

            #expect(world.sandbox.run(two)?.result == .succeeded)
            #expect(world.job("build", of: two)?.agentName == "slipway-run-\(two)-small")
            #expect(world.job("link", of: two)?.agentName == "slipway-run-\(two)-large")
            #expect(world.sandbox.run(unknown)?.result == .failed)
            #expect(world.job("ask", of: unknown)?.issue?.contains("'enormous'") == true)
            #expect(world.job("measure", of: unknown)?.result == .skipped)
            #expect(world.sandbox.run(cancelled)?.result == .canceled)
            #expect(world.endpoint.calls(of: "/tasks/agent/cancel").count == 1)
        }
    }
}
