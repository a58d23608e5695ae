import Foundation
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// What an agent's own token is good for, and nobody else's is.
@Suite struct AgentSignInTests {
    private static let pool = "_apis/distributedtask/pools/44"
    private static let agents = "\(pool)/agents"
    private static let sessions = "\(pool)/sessions"

    private func withAzure(
        _ body: @Sendable (Sandbox, RawAzure, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await withSandbox(.instant(), clock: clock) { sandbox, endpoints in
            try await body(sandbox, RawAzure(sandbox, endpoints), clock)
        }
    }

    private func register(
        _ azure: RawAzure, _ name: String, _ authorization: JSONValue, replacing id: Int? = nil
    ) async throws -> WireAnswer {
        try await azure.call(
            id == nil ? .POST : .PUT, Self.agents + (id.map { "/\($0)" } ?? ""),
            ["name": .string(name), "version": "4.272.0", "authorization": authorization])
    }

    private func session(of agent: Int) -> JSONValue { ["ownerName": "x", "agent": ["id": .integer(agent)]] }

    @Test func aTokenIsGivenForTheRightKeyAudienceAndTimeAlone() async throws {
        try await withAzure { _, azure, clock in
            let (key, other) = (try AgentKey(), try AgentKey())
            let agent = try await register(azure, "a-1", .publicKey(of: key)).json
            let id = try #require(agent["authorization"]?["clientId"]?.string)
            let now = clock.now
            #expect(try await azure.signIn(key, clientID: id, now: now).status == 200)
            #expect(try await azure.signIn(other, clientID: id, now: now).status == 401)
            #expect(try await azure.signIn(key, clientID: "somebody", now: now).status == 401)
            #expect(
                try await azure.signIn(key, clientID: id, audience: "https://example.com", now: now).status == 401)
            #expect(try await azure.signIn(key, clientID: id, now: now.addingTimeInterval(-301)).status == 401)
            #expect(try await azure.signIn(key, clientID: id, now: now.addingTimeInterval(301)).status == 401)
        }
    }

    @Test func itListensForItsOwnAgentAndManagesNoPool() async throws {
        try await withAzure { _, azure, _ in
            let (mine, others) = (try await azure.addAgent("a-1"), try await azure.addAgent("a-2"))
            let agent = try await azure.signedIn(as: mine)
            #expect(try await agent.call(.GET, Self.agents).status == 403)
            #expect(try await agent.call(.DELETE, "\(Self.agents)/\(mine)").status == 403)
            #expect(try await agent.call(.POST, Self.sessions, session(of: others)).status == 401)
            #expect(try await agent.call(.POST, Self.sessions, session(of: mine)).status == 200)
            _ = try await register(azure, "a-1", .publicKey(of: try AgentKey()), replacing: mine)
            #expect(
                try await agent.call(.POST, Self.sessions, session(of: mine)).status == 401, "its key was replaced")
        }
    }

    @Test func aTokenIsGoodForAnHour() async throws {
        try await withAzure { _, azure, clock in
            let id = try await azure.addAgent("a-1")
            let agent = try await azure.signedIn(as: id)
            try await clock.advance(by: .seconds(3_599))
            #expect(try await agent.call(.POST, Self.sessions, session(of: id)).status == 200)
            try await clock.advance(by: .seconds(2))
            #expect(try await agent.call(.GET, "_apis/connectionData").status == 401)
        }
    }

    @Test func aRegistrationWithoutAKeyNeverRuns() async throws {
        try await withAzure { _, azure, _ in
            let added = try await azure.call(.POST, Self.agents, ["name": "p-1", "version": "4.272.0"])
            let id = try #require(added.json["id"]?.integer)
            #expect(try await azure.call(.POST, Self.sessions, session(of: id)).status == 401)
            let agent = try await azure.signedIn(as: try await azure.addAgent("a-1"))
            #expect(try await agent.call(.POST, Self.sessions, session(of: id)).status == 401)
        }
    }

    @Test(
        arguments: [
            ["exponent": "AQAB", "modulus": "AA=="], ["exponent": "AQAB"], ["modulus": "AA=="],
            ["exponent": "AQAB", "modulus": "no base64!"], [:],
        ] as [JSONValue])
    func aKeyOfTheWrongFormIsRefused(key: JSONValue) async throws {
        try await withAzure { sandbox, azure, _ in
            #expect(try await register(azure, "a-1", ["publicKey": key]).status == 400)
            #expect(sandbox.registrations.allSatisfy { $0.name != "a-1" })
            let id = try await azure.addAgent("a-1")
            #expect(try await register(azure, "a-1", ["publicKey": key], replacing: id).status == 400)
            _ = try await azure.openSession(id)
        }
    }

    @Test func aJobIsRenewedAndReportedByItsAgentAlone() async throws {
        try await withAzure { sandbox, azure, clock in
            try sandbox.queue(QueuedRun(jobs: [.init(name: "build")]))
            let mine = try await azure.addAgent("a-1")
            _ = try await azure.openSession(mine)
            let other = try await azure.signedIn(as: try await azure.addAgent("a-2"))
            try await clock.advance(by: .seconds(1))
            let request = try #require(try await azure.waitingRequests().first)
            let id = try #require(request["requestId"]?.integer)
            let renewal = "\(Self.pool)/jobrequests/\(id)"
            let plan = try #require(request["planId"]?.string)
            let events = "shipyard/_apis/distributedtask/hubs/build/plans/\(plan)/events"
            let event: JSONValue = [
                "name": "JobCompleted", "jobId": try #require(request["jobId"]), "result": "succeeded",
            ]
            for (caller, status) in [(azure, 401), (other, 403)] {
                #expect(try await caller.call(.PATCH, renewal, ["requestId": .integer(id)]).status == status)
                #expect(try await caller.call(.POST, events, event).status == status)
            }
            #expect(sandbox.jobs.first?.result == nil)
            let agent = try await azure.signedIn(as: mine)
            #expect(try await agent.call(.PATCH, renewal, ["requestId": .integer(id)]).status == 200)
            #expect(try await agent.call(.POST, events, event).status == 204)
            #expect(sandbox.jobs.first?.result == .succeeded)
        }
    }
}
