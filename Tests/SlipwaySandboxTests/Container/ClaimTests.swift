import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// Containers that claim their registration, by the manual clock, over real requests.
@Suite struct ClaimTests {
    private func withWorld(
        jobs: [QueuedRun.Job] = [.init(name: "build", duration: .seconds(90))], code: String = ClaimServer.code,
        prepare: @Sendable (ClaimServer) -> Void = { _ in },
        _ body: @Sendable (Sandbox, RawAzure, ClaimServer, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        var configuration = SandboxConfiguration(seed: 3)
        configuration.ecs.taskDefinition.givesToken = false
        try await withSandbox(configuration, clock: clock) { sandbox, endpoints in
            for job in jobs { try sandbox.queue(QueuedRun(jobs: [job])) }
            let (ecs, azure) = (RawECS(sandbox, endpoints), RawAzure(sandbox, endpoints))
            let server = ClaimServer(azure, agent: "a-1")
            prepare(server)
            try await server.serve { url in
                let variables: [JSONValue] = [
                    ["name": "AZP_AGENT_NAME", "value": "a-1"], ["name": "SLIPWAY_CLAIM_URL", "value": .string(url)],
                    ["name": "SLIPWAY_CLAIM_CODE", "value": .string(code)],
                ]
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

/// What an agent's own token is good for.
@Suite struct AgentSignInTests {
    private static let agents = "_apis/distributedtask/pools/44/agents"

    private func signIn(
        _ azure: RawAzure, _ key: AgentKey, clientID: String, audience: String? = nil, now: Date
    ) async throws -> WireAnswer {
        let url = "\(azure.base)/_apis/oauth2/token"
        let assertion = try key.assertion(clientID: clientID, audience: audience ?? url, now: now)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Content-Type": "application/x-www-form-urlencoded"]
        let type = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        request.body = .bytes(
            ByteBuffer(
                string: "grant_type=client_credentials&client_assertion_type=\(type)&client_assertion=\(assertion)"))
        return try await HTTPClient.wire(request)
    }

    private func register(_ azure: RawAzure, _ name: String, _ key: AgentKey, replacing id: Int? = nil) async throws
        -> JSONValue
    {
        try await azure.call(
            id == nil ? .POST : .PUT, Self.agents + (id.map { "/\($0)" } ?? ""),
            [
                "name": .string(name), "version": "4.272.0",
                "authorization": [
                    "publicKey": ["exponent": "AQAB", "modulus": .string(key.modulus.base64EncodedString())]
                ],
            ]
        ).json
    }

    private func call(
        _ azure: RawAzure, _ token: String, _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil
    )
        async throws -> Int
    {
        var plain = azure
        plain.token = nil
        return try await plain.call(method, path, body, headers: ["Authorization": "Bearer \(token)"]).status
    }

    @Test func aTokenIsGivenForTheRightKeyAudienceAndTimeAlone() async throws {
        let clock = ManualClock()
        try await withSandbox(.instant(), clock: clock) { sandbox, endpoints in
            let azure = RawAzure(sandbox, endpoints)
            let (key, other) = (try AgentKey(), try AgentKey())
            let id = try #require(try await register(azure, "a-1", key)["authorization"]?["clientId"]?.string)
            let now = clock.now
            #expect(try await signIn(azure, key, clientID: id, now: now).status == 200)
            #expect(try await signIn(azure, other, clientID: id, now: now).status == 401)
            #expect(try await signIn(azure, key, clientID: "somebody", now: now).status == 401)
            #expect(try await signIn(azure, key, clientID: id, audience: "https://example.com", now: now).status == 401)
            #expect(try await signIn(azure, key, clientID: id, now: now.addingTimeInterval(-301)).status == 401)
            #expect(try await signIn(azure, key, clientID: id, now: now.addingTimeInterval(301)).status == 401)
        }
    }

    @Test func itListensForItsOwnAgentAndManagesNoPool() async throws {
        let clock = ManualClock()
        try await withSandbox(.instant(), clock: clock) { sandbox, endpoints in
            let azure = RawAzure(sandbox, endpoints)
            let (key, other) = (try AgentKey(), try AgentKey())
            let mine = try await register(azure, "a-1", key)
            let others = try await register(azure, "a-2", other)
            let clientID = try #require(mine["authorization"]?["clientId"]?.string)
            let answer = try await signIn(azure, key, clientID: clientID, now: clock.now)
            let token = try #require(answer.json["access_token"]?.string)
            let sessions = "_apis/distributedtask/pools/44/sessions"
            for (path, method) in [
                (Self.agents, HTTPMethod.GET), ("\(Self.agents)/\(mine["id"]?.integer ?? 0)", .DELETE),
            ] {
                #expect(try await call(azure, token, method, path) == 403)
            }
            let theirs: JSONValue = ["ownerName": "x", "agent": ["id": others["id"] ?? .null]]
            #expect(try await call(azure, token, .POST, sessions, theirs) == 401)
            let own: JSONValue = ["ownerName": "x", "agent": ["id": mine["id"] ?? .null]]
            #expect(try await call(azure, token, .POST, sessions, own) == 200)
            _ = try await register(azure, "a-1", other, replacing: mine["id"]?.integer)
            #expect(try await call(azure, token, .POST, sessions, own) == 401, "its key was replaced")
        }
    }
}
