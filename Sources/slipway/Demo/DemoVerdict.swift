internal import Foundation
internal import SlipwayCore
internal import SlipwaySQLite
internal import SlipwaySandbox

/// Looks at everything that a demo left, and says whether it went well.
struct DemoVerdict: Sendable {
    let world: DemoWorld
    let output: Output
    let launches: [Launch]

    /// Throws `CommandFailure` (`notSo`) unless every job ran, nothing is left over, the token was nowhere and the ledger
    /// verifies, and what stands `beside` that is fine.
    func report(_ sandbox: Sandbox, beside others: [(isFine: Bool, text: String)] = []) async throws {
        let (verification, counts) = try await StoreReader.with(path: world.folder.path("slipway.db")) { reader in
            (try await reader.verify(), try await reader.counts())
        }
        let jobs = sandbox.jobs
        let ran = jobs.filter { $0.state == .completed && $0.agentName != nil }
        let lines: [(isFine: Bool, text: String)] = [
            (ran.count == jobs.count, "\(ran.count) of \(jobs.count) jobs ran, each on an agent of its own"),
            (Set(ran.compactMap(\.agentName)).count == ran.count, "no agent ran two jobs"),
            (
                sandbox.leftovers().isEmpty,
                "no registration and no agent task is left: \(describe(sandbox.leftovers()))"
            ),
            (
                launches.allSatisfy { $0.outcome?.kind != .ran || $0.claim?.credentials != nil },
                "each agent signed in with a key that its container had made"
            ),
            (
                sandbox.tokenSightings().isEmpty && !isTokenInContainers(sandbox),
                "the organization's token was in no RunTask call, and in no container"
            ),
            (launches.allSatisfy { !$0.isOpen }, "\(launches.count) launches closed"),
            (
                counts.deliveries > 0,
                "\(counts.deliveries) deliveries recorded, \(counts.duplicateDeliveries) of them twice"
            ),
            (
                verification.isSound,
                "the ledger's \(counts.records) records verify: \(verification.fault?.description ?? "chain whole")"
            ),
        ]
        try tell(others + lines)
    }

    /// The same of pipelines that asked for their agents.
    func report(_ verdict: ExtensionVerdict, _ sandbox: Sandbox) async throws {
        let (verification, counts) = try await StoreReader.with(path: world.folder.path("slipway.db")) { reader in
            (try await reader.verify(), try await reader.counts())
        }
        try tell(
            verdict.lines + [
                (
                    sandbox.leftovers().isEmpty,
                    "no registration and no agent task is left: \(describe(sandbox.leftovers()))"
                ),
                (
                    sandbox.tokenSightings().isEmpty && !isTokenInContainers(sandbox),
                    "the organization's token was in no RunTask call, and in no container"
                ),
                (
                    verification.isSound,
                    "the ledger's \(counts.records) records verify: \(verification.fault?.description ?? "chain whole")"
                ),
            ])
    }

    private func tell(_ lines: [(isFine: Bool, text: String)]) throws {
        try output.line("")
        for line in lines { try output.line("\(line.isFine ? "ok    " : "FAILED") \(line.text)") }
        guard lines.allSatisfy(\.isFine) else { throw CommandFailure(.notSo, "the demo did not go as it should") }
    }

    private func isTokenInContainers(_ sandbox: Sandbox) -> Bool {
        let token = sandbox.configuration.azureDevOps.token
        return sandbox.configuration.ecs.taskDefinition.givesToken
            || sandbox.agentTasks.contains { $0.environment.values.contains { $0.contains(token) } }
    }

    private func describe(_ leftovers: [Leftover]) -> String {
        leftovers.isEmpty ? "clean" : leftovers.map(\.description).joined(separator: ", ")
    }
}
