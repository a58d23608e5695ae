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
