import Foundation
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// The built server ends at the worst moments, and goes on from its store.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RestartTests {
    static let stages: [(name: String, isReached: @Sendable (Sandbox) -> Bool)] = [
        ("RunTask is under way", { $0.faults.calls(of: .runTask) > 0 }),
        ("an agent task is there", { !$0.agentTasks.isEmpty }),
        ("an agent is registered", { $0.registrations.contains { !$0.isPlaceholder } }),
        ("a job runs", { $0.jobs.contains { $0.state == .running } }),
        ("a job is over", { $0.jobs.contains { $0.state == .completed } }),
    ]

    /// I2: no restart starts an agent task twice, not even that of a RunTask whose answer nobody was there to read.
    @Test func killedAtEachStageItStartsOneAgentPerJob() async throws {
        try await Deployment.with(
            speed: 20,
            { settings in
                settings.sweepSeconds = 1
                settings.leaveSeconds = 5
            }
        ) { deployment in
            deployment.sandbox.faults.add(
                Fault(operation: .runTask, occurrences: 1...2, action: .delay(.seconds(10))))
            _ = try deployment.sandbox.queue(QueuedRun(jobs: (1...4).map { .job("job\($0)", seconds: 60) }))
            for (number, stage) in Self.stages.enumerated() {
                let server = try deployment.installation.serve("killed-\(number).log")
                try await deployment.sandbox.wait(for: stage.name, within: Deployment.patience, stage.isReached)
                server.send(SIGKILL)
                _ = try await server.status(within: .seconds(10))
            }
            let server = try deployment.installation.serve()
            try await deployment.expectTheEnd()
            #expect(deployment.sandbox.agentTasks.count == 4)
            let launches = try await deployment.launches()
            #expect(launches.count == 4)
            #expect(launches.allSatisfy { $0.outcome?.kind == .ran }, "\(launches.compactMap(\.outcome))")
            try await deployment.end(server)
        }
    }

    @Test func aServerThatEndsInOrderLeavesItsJobsToTheNext() async throws {
        try await Deployment.with(speed: 50, { $0.sweepSeconds = 1 }) { deployment in
            let first = try deployment.installation.serve("first.log")
            try deployment.queue(.job("a", seconds: 100), .job("b", seconds: 100))
            try await deployment.sandbox.wait(for: "a running job", within: Deployment.patience) { sandbox in
                sandbox.jobs.contains { $0.state == .running }
            }
            try await deployment.end(first)
            #expect(deployment.sandbox.agentTasks.allSatisfy { $0.stopCode != "UserInitiated" })
            let second = try deployment.installation.serve("second.log")
            try await deployment.expectTheEnd()
            #expect(deployment.sandbox.agentTasks.count == 2)
            try await deployment.end(second)
        }
    }

    @Test(arguments: [false, true])
    func aLaunchByHandComesOnlineWithAServerAndWithout(isServed: Bool) async throws {
        try await Deployment.with({ $0.idleSeconds = 2 }) { deployment in
            var server = isServed ? try deployment.installation.serve() : nil
            if let server { _ = try await deployment.installation.port(of: server) }
            let answer = try await deployment.installation.slipway("launch", "--profile", "small", "--wait")
            #expect(answer.status == 0 && answer.output.contains("online"), "\(answer.output)")
            #expect(deployment.sandbox.agentTasks.count == 1)
            if server == nil { server = try deployment.installation.serve() }
            try await deployment.expectTheEnd()
            #expect(try await deployment.launches().map { $0.outcome?.kind } == [.unused])
            if let server { try await deployment.end(server) }
        }
    }
}
