import AsyncHTTPClient
import AzureDevOps
import Foundation
import Logging
import SlipwayAzurePipelines
import SlipwayCore
import SlipwaySandbox
import Synchronization
import Testing

/// The port of a pool against the simulated Azure DevOps.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AgentPoolTests {
    private static let name = "slipway-agent"
    private static let poolID = 44

    private func withPool(
        _ body: @Sendable (Sandbox, AzureDevOpsClient, AzureAgentPool) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration(seed: 5)
        configuration.azureDevOps.pools = [.init(name: "ecs-linux", id: Self.poolID, placeholders: [])]
        try await withSandbox(configuration) { sandbox, endpoints in
            try await withAzureClient(of: sandbox, endpoints) { client, _ in
                try await Self.register(client)
                try await body(sandbox, client, AzureAgentPool(client: client, name: "ecs-linux"))
            }
        }
    }

    /// Of the form of a key of 2048 bits, which nobody signs in with.
    private static let modulus = Data(repeating: 0xFF, count: 256).base64EncodedString()

    private static func register(_ client: AzureDevOpsClient) async throws {
        _ = try await client.createAgent(
            poolID: poolID,
            AgentRegistration(
                name: name, version: "4.272.0", osDescription: "Linux", publicKey: .init(modulus: modulus),
                systemCapabilities: [:]))
    }

    /// As by a container that starts again: the old registration goes, and one of the same name comes.
    private static func registerAnew(_ client: AzureDevOpsClient) async throws {
        for agent in try await client.agents(poolID: poolID, name: name) {
            _ = try await client.deleteAgent(poolID: poolID, id: agent.id)
        }
        try await register(client)
    }

    /// Registers the agent anew just before the first calls of an operation take effect.
    private func registerAnew(_ sandbox: Sandbox, _ client: AzureDevOpsClient, before: SandboxOperation, times: Int) {
        let left = Mutex(times)
        sandbox.calls.watch { call in
            guard call.operation == before, call.moment == .arrived else { return true }
            let isDue = left.withLock { left in
                left -= 1
                return left >= 0
            }
            guard isDue else { return true }
            do { try await Self.registerAnew(client) } catch { Issue.record("\(error)") }
            return true
        }
    }

    // MARK: Registered before their containers run

    private static func boundLaunch(_ ordinal: Int) throws -> Launch {
        let name = try #require(BoundAgentName(run: 7, key: "agent"))
        let identity = BookingIdentity(plan: "plan", job: "job", instance: "instance")
        let pool = PoolID(rawValue: poolID)
        return Launch(
            id: LaunchID(
                organization: OrganizationKey(rawValue: "abcdef"), pool: pool, booking: identity.id, ordinal: ordinal),
            pool: pool, profile: "small", request: nil, ordinal: ordinal, origin: JobOrigin(), reason: "a test",
            createdAt: Timestamp(milliseconds: 0), binding: LaunchBinding(booking: identity.id, agentName: name))
    }

    @Test func aCallWhoseAnswerWasLostFindsItsOwnRegistrationAndNobodyElsesIsTouched() async throws {
        try await withPool { sandbox, client, pool in
            let profile = Profile(name: "small", taskDefinition: "t", container: "c", placements: [])
            let first = BoundRegistration(try Self.boundLaunch(1), profile: profile)
            let answer = try await pool.register(first)
            let id = try #require(sandbox.registrations.first { $0.name == first.name }).id
            #expect(answer == .registered(AgentID(rawValue: id)))
            // The answer didn't come: the same again.
            #expect(try await pool.register(first) == answer)
            // Another launch of that name finds somebody else's.
            let second = BoundRegistration(try Self.boundLaunch(2), profile: profile)
            #expect(try await pool.register(second) == .nameTaken)
            try await pool.deregister(agentNamed: first.name, madeFor: second.launch)
            #expect(sandbox.registrations.contains { $0.name == first.name })
            try await pool.deregister(agentNamed: first.name, madeFor: first.launch)
            #expect(!sandbox.registrations.contains { $0.name == first.name })
            // One that a person made.
            try await pool.deregister(agentNamed: Self.name, madeFor: first.launch)
            #expect(sandbox.registrations.contains { $0.name == Self.name })
        }
    }

    @Test(arguments: [SandboxOperation.updateAgent, .getAgent])
    func anAgentThatRegistersAnewWhileItIsQuiescedIsLookedAtByItsName(before: SandboxOperation) async throws {
        try await withPool { sandbox, client, pool in
            let old = try #require(sandbox.registrations.first).id
            registerAnew(sandbox, client, before: before, times: 1)
            #expect(try await pool.quiesce(agentNamed: Self.name) == .quiesced)
            let agent = try #require(sandbox.registrations.first { $0.name == Self.name })
            #expect(agent.id != old && !agent.isEnabled)
        }
    }

    @Test func anAgentThatRegistersAnewEachTimeIsNotQuiet() async throws {
        try await withPool { sandbox, client, pool in
            registerAnew(sandbox, client, before: .updateAgent, times: .max)
            await #expect(throws: PortError.self) { try await pool.quiesce(agentNamed: Self.name) }
        }
    }

    @Test func aNameThatNoAgentHasIsQuiet() async throws {
        try await withPool { _, client, pool in
            for agent in try await client.agents(poolID: Self.poolID, name: Self.name) {
                _ = try await client.deleteAgent(poolID: Self.poolID, id: agent.id)
            }
            #expect(try await pool.quiesce(agentNamed: Self.name) == .quiesced)
        }
    }
}
