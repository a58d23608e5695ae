import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite(.timeLimit(.minutes(2))) struct BoundJobTests {
    private static let job = QueuedRun.Job(name: "build", demands: ["agent.name -equals ONE"])

    private func agent(_ world: TaskWorld, _ id: Int) async throws -> JSONValue {
        try await world.azure.call(
            .GET, "_apis/distributedtask/pools/44/agents/\(id)?includeAssignedRequest=true"
        ).json
    }

    @Test("Only the agent of that name is given the job, in whatever case it is written")
    func onlyThatOne() async throws {
        try await TaskWorld.run { world in
            _ = try await world.azure.openSession(try await world.azure.addAgent("two"))
            let one = try await world.azure.addAgent("one")
            _ = try await world.queue([Self.job])
            try await world.clock.advance(by: .seconds(600))
            let waiting = try #require(try await world.azure.waitingRequests().first)
            #expect(waiting["matchedAgents"]?.array?.map { $0["name"] } == ["one"])
            #expect(waiting["receiveTime"] == nil)
            let session = try await world.azure.openSession(one)
            let message = try await world.azure.signedIn(as: one).call(
                .GET, "_apis/distributedtask/pools/44/messages?sessionId=\(session)&lastMessageId=0")
            #expect(message.json["messageType"] == "PipelineAgentJobRequest")
        }
    }

    @Test("While it is offline it is reserved; nobody else's job is given to it when it comes")
    func reserved() async throws {
        try await TaskWorld.run { world in
            let one = try await world.azure.addAgent("one")
            try world.sandbox.queue(QueuedRun(jobs: [.init(name: "anyone")]))
            _ = try await world.queue([Self.job])
            let requests = try await world.azure.waitingRequests()
            #expect(requests.map { $0["reservedAgent"]?["name"] } == [nil, "one"])
            #expect(requests[1]["reservedAgent"]?["status"] == "offline")
            #expect(requests[1]["assignTime"] != nil)
            #expect(try await agent(world, one)["assignedRequest"]?["requestId"] == requests[1]["requestId"])
            // It is taken over by its container all the same.
            let body: JSONValue = [
                "name": "one", "version": "4.272.0", "systemCapabilities": ["Agent.Name": "one"],
                "authorization": .publicKey(of: try AgentKey.official.get()),
            ]
            #expect(
                try await world.azure.call(.PUT, "_apis/distributedtask/pools/44/agents/\(one)", body).status == 200)
            _ = try await world.azure.openSession(one)
            let after = try await world.azure.waitingRequests()
            #expect(after.map { $0["assignTime"] != nil } == [false, true])
            try await world.clock.advance(by: .seconds(2_800))
            #expect(world.sandbox.jobs.last?.issue?.hasPrefix("We stopped hearing from agent one") == true)
        }
    }

    @Test("The reservation of one that doesn't come ends after 45 minutes, once; then the job waits like any other")
    func lease() async throws {
        try await TaskWorld.run { world in
            let one = try await world.azure.addAgent("one")
            _ = try await world.queue([Self.job])
            #expect(try await world.azure.call(.DELETE, "_apis/distributedtask/pools/44/agents/\(one)").status == 409)
            try await world.clock.advance(by: .seconds(2_699))
            #expect(try await world.azure.waitingRequests().first?["reservedAgent"] != nil)
            try await world.clock.advance(by: .seconds(2))
            let request = try #require(try await world.azure.waitingRequests().first)
            #expect(request["reservedAgent"] == nil && request["assignTime"] == nil)
            #expect(try await agent(world, one)["assignedRequest"] == nil)
            _ = try await world.azure.openSession(one)
            #expect(try await world.azure.waitingRequests().first?["reservedAgent"]?["name"] == "one")
        }
    }

    @Test("Cancelling the run frees it; without reservations the job simply waits")
    func freed() async throws {
        try await TaskWorld.run { world in
            let one = try await world.azure.addAgent("one")
            let run = try await world.queue([Self.job])
            try world.sandbox.cancel(run: run)
            #expect(try await world.azure.call(.DELETE, "_apis/distributedtask/pools/44/agents/\(one)").status == 200)
        }
        try await TaskWorld.run {
            $0.azureDevOps.reservesOfflineAgents = false
        } _: { world in
            _ = try await world.azure.addAgent("one")
            _ = try await world.queue([Self.job])
            #expect(try await world.azure.waitingRequests().first?["assignTime"] == nil)
        }
    }
}
