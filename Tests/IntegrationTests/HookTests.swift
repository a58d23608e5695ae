import SlipwayCore
import SlipwaySQLite
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// Hooks over TLS from the simulated Azure DevOps to the built server. A hook is a hint: one that is lost, doubled or late
/// changes when a job starts, never whether or how often.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HookTests {
    /// Longer than any test: what happens before it is over was caused by a hook.
    static let noSweep = 3_600

    @Test func aHookAloneBringsEachJobItsAgent() async throws {
        try await Deployment.with({ $0.sweepSeconds = Self.noSweep }) { deployment in
            let server = try deployment.installation.serve()
            try await deployment.subscribe(to: server)
            try await deployment.waitForFirstReading()
            try deployment.queue(.job("a"), .job("b"), .job("c"))
            try await deployment.expectTheEnd()
            #expect(deployment.sandbox.agentTasks.count == 3)
            #expect(try await deployment.counts().deliveries >= 3)
            #expect(deployment.sandbox.subscriptions.allSatisfy { $0.status == "enabled" })
            try await deployment.end(server)
        }
    }

    @Test func withEveryHookLostTheSweepFindsTheJobs() async throws {
        try await Deployment.with({ $0.sweepSeconds = 1 }) { deployment in
            deployment.sandbox.faults.add(Fault(operation: .hook, action: .loseHook))
            let server = try deployment.installation.serve()
            try await deployment.subscribe(to: server)
            try await deployment.waitForFirstReading()
            try deployment.queue(.job("a"), .job("b"), .job("c"))
            try await deployment.expectTheEnd()
            #expect(deployment.sandbox.agentTasks.count == 3)
            #expect(deployment.sandbox.faults.calls(of: .hook) >= 3)
            #expect(try await deployment.counts().deliveries == 0)
            try await deployment.end(server)
        }
    }

    @Test func doubledAndReorderedHooksStartNoSecondAgent() async throws {
        try await Deployment.with({ $0.sweepSeconds = Self.noSweep }) { deployment in
            let faults = deployment.sandbox.faults
            faults.add(Fault(operation: .hook, occurrences: 1...3, subject: " waiting", action: .duplicateHook))
            faults.add(
                Fault(
                    operation: .hook, occurrences: 4...6, subject: " waiting",
                    action: .reorderHook(within: .seconds(60))))
            faults.add(
                Fault(operation: .hook, subject: " completed", action: .reorderHook(within: .seconds(120))))
            let server = try deployment.installation.serve()
            try await deployment.subscribe(to: server)
            try await deployment.waitForFirstReading()
            _ = try deployment.sandbox.queue(QueuedRun(jobs: (1...6).map { .job("job\($0)") }))
            try await deployment.expectTheEnd()
            #expect(deployment.sandbox.agentTasks.count == 6)
            let launches = try await deployment.launches()
            #expect(launches.count == 6 && launches.allSatisfy { $0.outcome?.kind == .ran })
            #expect(try await deployment.counts().duplicateDeliveries >= 3)
            try await deployment.end(server)
        }
    }
}
