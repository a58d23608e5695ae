import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite struct AgentTests {
    private static let agents = "_apis/distributedtask/pools/44/agents"

    private func withAzure(
        _ body: @Sendable (Sandbox, RawAzure, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await withSandbox(.instant(), clock: clock) { sandbox, endpoints in
            try await body(sandbox, RawAzure(sandbox, endpoints), clock)
        }
    }

    @Test("A wrong token is 401 with an envelope; none leads to the sign-in page unless that is suppressed")
    func signIn() async throws {
        try await withAzure { _, azure, _ in
            var wrong = azure
            wrong.token = "wrong"
            let refused = try await wrong.call(.GET, "_apis/connectionData")
            #expect(refused.status == 401)
            #expect(refused.json["message"]?.string?.hasPrefix("TF400813") == true)
            var nobody = azure
            nobody.token = nil
            let suppressed = try await nobody.call(
                .GET, "_apis/connectionData", headers: ["X-TFS-FedAuthRedirect": "Suppress"]
            )
            #expect(suppressed.status == 401)
            let known = try await azure.call(.GET, "_APIS/ConnectionData")
            #expect(known.json["deploymentType"] == "hosted")
        }
    }

    @Test("Pools are found by name without regard to case; an unknown id is a 404 with its typeKey")
    func pools() async throws {
        try await withAzure { _, azure, _ in
            let found = try await azure.call(.GET, "_apis/distributedtask/pools?poolName=ECS-Linux")
            #expect(found.json["count"] == 1)
            #expect(found.list.first?["id"] == 44)
            #expect(try await azure.call(.GET, "_apis/distributedtask/pools?poolName=other").json["count"] == 0)
            let missing = try await azure.call(.GET, "_apis/distributedtask/pools/3")
            #expect(missing.status == 404)
            #expect(missing.typeKey == "TaskAgentPoolNotFoundException")
            let queues = try await azure.call(.GET, "shipyard/_apis/distributedtask/queues")
            #expect(queues.list.first?["pool"]?["id"] == 44)
        }
    }

    @Test("An agent is added with its capabilities, found by name, disabled and deleted")
    func life() async throws {
        try await withAzure { sandbox, azure, _ in
            let id = try await azure.addAgent("ecs-1", capabilities: ["docker": "1"])
            let listed = try await azure.call(.GET, Self.agents + "?agentName=ECS-1&includeCapabilities=true").list
            #expect(listed.count == 1)
            #expect(listed.first?["systemCapabilities"]?["docker"] == "1")
            #expect(listed.first?["status"] == "offline")
            #expect(try await azure.call(.GET, Self.agents + "?demands=docker").list.count == 1)
            #expect(try await azure.call(.GET, Self.agents + "/\(id)").json["systemCapabilities"] == nil)

            let patched = try await azure.call(.PATCH, Self.agents + "/\(id)", ["id": .integer(id), "enabled": false])
            #expect(patched.json["enabled"] == false)
            #expect(patched.json["name"] == "ecs-1")
            #expect(sandbox.registrations.last?.isEnabled == false)

            #expect(try await azure.call(.DELETE, Self.agents + "/\(id)").status == 200)
            let gone = try await azure.call(.DELETE, Self.agents + "/\(id)")
            #expect(gone.status == 404)
            #expect(gone.typeKey == "TaskAgentNotFoundException")
        }
    }

    @Test("A taken name is a conflict; replacing keeps id and user capabilities and changes the rest")
    func replacing() async throws {
        try await withAzure { _, azure, _ in
            let id = try await azure.addAgent("ecs-1", capabilities: ["old": "1"])
            let taken = try await azure.call(.POST, Self.agents, ["name": "ECS-1", "version": "4.272.0"])
            #expect(taken.status == 409)
            #expect(taken.typeKey == "TaskAgentExistsException")
            _ = try await azure.call(.PUT, Self.agents + "/\(id)/usercapabilities", ["team": "payments"])
            let replaced = try await azure.call(
                .PUT, Self.agents + "/\(id)",
                [
                    "name": "ecs-1", "version": "4.300.0", "systemCapabilities": ["new": "1"],
                    "authorization": .publicKey(of: try AgentKey.official.get()),
                ]
            )
            #expect(replaced.json["id"] == .integer(id))
            #expect(replaced.json["version"] == "4.300.0")
            #expect(replaced.json["systemCapabilities"] == ["new": "1"])
            #expect(replaced.json["userCapabilities"] == ["team": "payments"])
            #expect(replaced.json["authorization"]?["clientId"]?.string?.count == 36)
            #expect(replaced.json["authorization"]?["publicKey"]?["exponent"] == "AQAB")
        }
    }

    @Test("A session makes an agent online, a second one is a conflict, and its end or long silence makes it offline")
    func sessions() async throws {
        try await withAzure { sandbox, azure, clock in
            let id = try await azure.addAgent("ecs-1")
            let session = try await azure.openSession(id)
            #expect(try await azure.call(.GET, Self.agents + "/\(id)").json["status"] == "online")
            let agent = try await azure.signedIn(as: id)
            let second = try await agent.call(
                .POST, "_apis/distributedtask/pools/44/sessions", ["ownerName": "x", "agent": ["id": .integer(id)]]
            )
            #expect(second.status == 409)
            #expect(second.typeKey == "TaskAgentSessionConflictException")
            _ = try await agent.call(.DELETE, "_apis/distributedtask/pools/44/sessions/\(session)")
            #expect(sandbox.registrations.last?.isOnline == false)

            _ = try await azure.openSession(id)
            try await clock.advance(by: .seconds(119))
            #expect(sandbox.registrations.last?.isOnline == true)
            try await clock.advance(by: .seconds(2))
            #expect(sandbox.registrations.last?.isOnline == false)
        }
    }

    @Test("A poll without a message is an empty 202 after its time; deleting the agent ends the poll with 401")
    func polling() async throws {
        try await withAzure { sandbox, azure, clock in
            let id = try await azure.addAgent("ecs-1")
            let session = try await azure.openSession(id)
            let agent = try await azure.signedIn(as: id)
            let path = "_apis/distributedtask/pools/44/messages?sessionId=\(session)&lastMessageId=0"
            async let empty = agent.call(.GET, path)
            try await sandbox.wait(for: "the poll") { $0.faults.calls(of: .getMessage) == 1 && $0.isPolling(session) }
            try await clock.advance(by: .seconds(50))
            #expect(try await empty.status == 202)
            #expect(try await empty.text == "")

            async let ended = agent.call(.GET, path)
            try await sandbox.wait(for: "the poll") { $0.faults.calls(of: .getMessage) == 2 && $0.isPolling(session) }
            _ = try await azure.call(.DELETE, Self.agents + "/\(id)")
            #expect(try await ended.status == 401)
        }
    }

    @Test("A listener that closes its connection in the middle of a poll is silent from then on")
    func abandonedPoll() async throws {
        try await withAzure { sandbox, azure, clock in
            let id = try await azure.addAgent("ecs-1")
            let session = try await azure.openSession(id)
            let agent = try await azure.signedIn(as: id)
            let path = "_apis/distributedtask/pools/44/messages?sessionId=\(session)&lastMessageId=0"
            let poll = Task { try await agent.call(.GET, path) }
            try await sandbox.wait(for: "the poll") { $0.isPolling(session) }
            poll.cancel()
            _ = await poll.result
            try await sandbox.wait(for: "its end") { !$0.isPolling(session) }
            try await clock.advance(by: .seconds(121))
            #expect(sandbox.registrations.last?.isOnline == false)
        }
    }
}

extension Sandbox {
    func isPolling(_ session: String) -> Bool {
        azureDevOps.world.read { $0.sessions[session]?.isPolling == true }
    }
}
