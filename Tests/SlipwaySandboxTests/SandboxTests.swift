import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct SandboxTests {
    @Test("Twenty jobs on the real clock, sped up: a launcher of a few lines serves them all, and nothing is left")
    func wholeWorld() async throws {
        var configuration = SandboxConfiguration(seed: 5)
        // What counts silence stands for a minute of the real clock: a machine under load lets a listener wait for longer than
        // 120 s would be at this speed, and its agent would lose its session, and its job after that.
        configuration.timing.sessionExpiry = .seconds(60 * 400)
        configuration.timing.lockDuration = .seconds(60 * 400)
        try await withSandbox(configuration, clock: RealClock(speed: 400)) { sandbox, endpoints in
            let (ecs, azure) = (RawECS(sandbox, endpoints), RawAzure(sandbox, endpoints))
            for number in 1...20 { try sandbox.queue(QueuedRun(jobs: [.init(name: "job\(number)")])) }
            let requests = try await azure.waitingRequests()
            #expect(requests.count == 20)
            for request in requests {
                let id = try #require(request["requestId"]?.integer)
                let answer = try await ecs.runTask(
                    ["clientToken": .string("launch-\(id)"), "startedBy": "slipway"], agent: "ecs-\(id)",
                    url: azure.base
                )
                #expect(answer.taskARNs.count == 1)
            }
            let patience = Duration.seconds(180)
            try await sandbox.wait(for: "all jobs", within: patience) { $0.jobs.allSatisfy { $0.state == .completed } }
            try await sandbox.wait(for: "all agent tasks to stop", within: patience) {
                $0.agentTasks.allSatisfy { !$0.isLive }
            }
            #expect(sandbox.jobs.allSatisfy { $0.result == .succeeded })
            #expect(Set(sandbox.jobs.compactMap(\.agentName)).count == 20)
            #expect(sandbox.leftovers() == [])
            #expect(sandbox.tokenSightings() == [])
        }
    }

    @Test("A wait that can't come true ends with an error that names it")
    func wait() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, _ in
            let error = await #expect(throws: SandboxError.self) {
                try await sandbox.wait(for: "the tide", within: .milliseconds(20)) { _ in false }
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("the tide") == true)
        }
    }

    @Test("A sandbox runs once, says so, and ends without an error when it is told to")
    func once() async throws {
        let sandbox = try Sandbox(.instant())
        let running = Task { try await sandbox.run() }
        _ = try await sandbox.endpoints()
        await #expect(throws: SandboxError(.notRunning, "")) { try await sandbox.run() }
        running.cancel()
        try await running.value
    }

    @Test("An unknown project or pool is refused by name")
    func unknown() throws {
        let sandbox = try Sandbox(.instant())
        #expect(throws: SandboxError(.unknownThing, "")) {
            try sandbox.queue(QueuedRun(project: "other", stages: [.init(jobs: [.init(name: "a")])]))
        }
        #expect(throws: SandboxError(.unknownThing, "")) {
            try sandbox.queue(QueuedRun(jobs: [.init(name: "a", pool: "other")]))
        }
        #expect(throws: SandboxError(.startFailed, "")) {
            var configuration = SandboxConfiguration()
            configuration.azureDevOps.pools = []
            _ = try Sandbox(configuration)
        }
    }
}
