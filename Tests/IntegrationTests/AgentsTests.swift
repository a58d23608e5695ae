import Foundation
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// `slipway agents` against the simulated services, beside a server and without one.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AgentsTests {
    private struct Listed: Decodable {
        struct Registration: Decodable { var isOnline: Bool }
        var name: String
        var launchState: String?
        var registration: Registration?
        var agentTasks: [String]
        var isStray: Bool
    }

    private func list(_ deployment: Deployment) async throws -> [Listed] {
        let answer = try await deployment.installation.slipway("agents", "list", "--json")
        #expect(answer.status == 0, "\(answer.output)")
        return try JSONDecoder().decode([Listed].self, from: Data(answer.output.utf8))
    }

    /// A ledger that was lost leaves an agent task that nobody answers for.
    @Test func anAgentTaskOfALostLedgerIsListedExplainedAndPruned() async throws {
        try await Deployment.with(speed: 20, { $0.sweepSeconds = 1 }) { deployment in
            deployment.sandbox.behaviours.setUsual(.neverOnline)
            let first = try deployment.installation.serve("first.log")
            let run = try deployment.queue(.job())
            try await deployment.sandbox.wait(for: "a registration", within: Deployment.patience) { sandbox in
                sandbox.registrations.contains { !$0.isPlaceholder }
            }
            let answered = try await list(deployment)
            #expect(answered.map(\.launchState) == ["pending"])
            #expect(answered.map(\.isStray) == [false])
            first.send(SIGKILL)
            _ = try await first.status(within: .seconds(10))
            try deployment.sandbox.cancel(run: run)
            try loseTheLedger(deployment)
            // An empty store: a server that has nothing to do makes it, and ends.
            let second = try deployment.installation.serve("second.log")
            _ = try await deployment.installation.port(of: second)
            try await deployment.end(second)

            let strays = try await list(deployment)
            #expect(strays.map(\.launchState) == [nil])
            #expect(strays.map(\.isStray) == [true])
            let explained = try await deployment.installation.slipway("agents", "prune", "--dry-run")
            #expect(explained.status == 0)
            #expect(explained.output.contains("the store doesn't know its launch"), "\(explained.output)")
            #expect(deployment.sandbox.agentTasks.allSatisfy { $0.desiredStatus == "RUNNING" })

            let pruned = try await deployment.installation.slipway("agents", "prune", within: .seconds(150))
            #expect(pruned.status == 0 && pruned.output.contains(": stopped"), "\(pruned.output)")
            #expect(deployment.sandbox.agentTasks.allSatisfy { $0.stopCode == "UserInitiated" })
            #expect(try await deployment.records().map(\.kind) == ["stray.agentTaskStopped"])
        }
    }

    private func loseTheLedger(_ deployment: Deployment) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: deployment.database + suffix) {
            try FileManager.default.removeItem(atPath: deployment.database + suffix)
        }
    }
}
