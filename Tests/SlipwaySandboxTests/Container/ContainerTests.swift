import Foundation
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// A container's life by the manual clock, over real requests.
@Suite struct ContainerTests {
    private func withWorld(
        _ behaviour: ContainerBehaviour = .orderly,
        jobs: [QueuedRun.Job],
        _ body: @Sendable (Sandbox, RawECS, RawAzure, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await withSandbox(SandboxConfiguration(seed: 3), clock: clock) { sandbox, endpoints in
            sandbox.behaviours.setUsual(behaviour)
            for job in jobs { try sandbox.queue(QueuedRun(jobs: [job])) }
            try await body(sandbox, RawECS(sandbox, endpoints), RawAzure(sandbox, endpoints), clock)
        }
    }

    private func launch(_ ecs: RawECS, _ azure: RawAzure, _ agent: String = "a-1") async throws {
        let answer = try await ecs.runTask(agent: agent, url: azure.base)
        #expect(answer.taskARNs.count == 1)
    }

    @Test("An orderly container: online, one job, gone from the pool, exit code 0")
    func orderly() async throws {
        try await withWorld(jobs: [.init(name: "build", duration: .seconds(90))]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(20))
            #expect(!sandbox.registrations.contains { $0.name == "a-1" })
            try await clock.advance(by: .seconds(60))
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
            #expect(sandbox.jobs.first?.state == .running)
            #expect(sandbox.jobs.first?.agentName == "a-1")
            #expect(sandbox.leftovers() == [])
            let agent = try await azure.call(
                .GET, "_apis/distributedtask/pools/44/agents?agentName=a-1&includeCapabilities=true"
            )
            let capabilities = agent.list.first?["systemCapabilities"]
            #expect(capabilities?["Agent.Version"] == "4.272.0")
            #expect(capabilities?["AZP_POOL"] == "ecs-linux")
            #expect(capabilities?["AZP_TOKEN"] == nil)

            try await clock.advance(by: .seconds(120))
            let job = try #require(sandbox.jobs.first)
            #expect(job.result == .succeeded)
            let duration = try #require(job.finishedAt).timeIntervalSince(try #require(job.startedAt))
            #expect(abs(duration - 90) < 0.001)
            #expect(sandbox.agentTasks.first?.exitCode == 0)
            #expect(sandbox.agentTasks.first?.lastStatus == "STOPPED")
            #expect(sandbox.leftovers() == [])
            #expect(sandbox.registrations.allSatisfy { $0.isPlaceholder })
            #expect(sandbox.tokenSightings() == [])
        }
    }

    @Test("Two containers for two jobs: each job runs on one of them")
    func two() async throws {
        let jobs = [QueuedRun.Job(name: "a"), QueuedRun.Job(name: "b", result: .failed)]
        try await withWorld(jobs: jobs) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure, "a-1")
            try await launch(ecs, azure, "a-2")
            try await clock.advance(by: .seconds(200))
            #expect(sandbox.jobs.map(\.result) == [.succeeded, .failed])
            #expect(Set(sandbox.jobs.map(\.agentName)) == ["a-1", "a-2"])
            #expect(sandbox.leftovers() == [])
        }
    }

    @Test("A token that is refused ends the container with 1, before anything is registered")
    func badToken() async throws {
        try await withWorld(.badToken, jobs: [.init(name: "build")]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(120))
            #expect(sandbox.agentTasks.first?.exitCode == 1)
            #expect(sandbox.registrations.allSatisfy { $0.isPlaceholder })
            #expect(sandbox.jobs.first?.state == .waiting)
        }
    }

    @Test("Without AZP_URL the script stops with 1")
    func missingVariable() async throws {
        try await withWorld(jobs: []) { sandbox, ecs, _, clock in
            _ = try await ecs.runTask()
            try await clock.advance(by: .seconds(120))
            #expect(sandbox.agentTasks.first?.exitCode == 1)
        }
    }

    @Test("An agent that never comes online stays registered and offline; stopping it removes it")
    func neverOnline() async throws {
        try await withWorld(.neverOnline, jobs: [.init(name: "build")]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(600))
            let agent = try #require(sandbox.registrations.first { $0.name == "a-1" })
            #expect(!agent.isOnline)
            #expect(sandbox.agentTasks.first?.lastStatus == "RUNNING")
            let task: JSONValue = ["cluster": "build-agents", "task": .string(sandbox.agentTasks[0].arn)]
            _ = try await ecs.call("StopTask", task)
            try await clock.advance(by: .seconds(60))
            #expect(sandbox.agentTasks.first?.exitCode == 143)
            #expect(sandbox.registrations.allSatisfy { $0.isPlaceholder })
        }
    }

    @Test("A killed container leaves a ghost: online until it is missed, its job lost after the lock")
    func killed() async throws {
        let job = QueuedRun.Job(name: "build", duration: .seconds(3600))
        try await withWorld(.killed(after: .seconds(60)), jobs: [job]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(160))
            #expect(sandbox.agentTasks.first?.exitCode == 137)
            let arn = sandbox.agentTasks[0].arn
            let container = try await ecs.describe(arn)["containers"]?.array?.first
            #expect(container?["reason"]?.string?.hasPrefix("OutOfMemoryError") == true)
            #expect(sandbox.jobs.first?.state == .running)
            try await clock.advance(by: .seconds(150))
            #expect(sandbox.registrations.first { $0.name == "a-1" }?.isOnline == false)
            #expect(sandbox.leftovers() == [Leftover(kind: .registration, name: "a-1")])
            try await clock.advance(by: .seconds(800))
            #expect(sandbox.jobs.first?.result == .failed)
            #expect(sandbox.jobs.first?.issue?.contains("We stopped hearing from agent a-1") == true)
        }
    }

    @Test("A cancellation reaches the running job through its agent, which then leaves in order")
    func cancellation() async throws {
        let job = QueuedRun.Job(name: "build", duration: .seconds(3600))
        try await withWorld(jobs: [job]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(100))
            #expect(sandbox.jobs.first?.state == .running)
            try sandbox.cancel(run: sandbox.jobs[0].runID)
            #expect(sandbox.run(sandbox.jobs[0].runID)?.state == "canceling")
            try await clock.advance(by: .seconds(30))
            #expect(sandbox.jobs.first?.result == .canceled)
            #expect(sandbox.agentTasks.first?.exitCode == 0)
            #expect(sandbox.leftovers() == [])
        }
    }

    @Test("SIGTERM in the middle of a job: the script can't remove a busy agent and tries again until the job ends")
    func terminatedWhileBusy() async throws {
        let job = QueuedRun.Job(name: "build", duration: .seconds(100))
        try await withWorld(jobs: [job]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(90))
            #expect(sandbox.jobs.first?.state == .running)
            let task: JSONValue = ["cluster": "build-agents", "task": .string(sandbox.agentTasks[0].arn)]
            _ = try await ecs.call("StopTask", task)
            try await clock.advance(by: .seconds(20))
            #expect(sandbox.jobs.first?.state == .running)
            #expect(sandbox.registrations.contains { $0.name == "a-1" })
            try await clock.advance(by: .seconds(110))
            #expect(sandbox.jobs.first?.result == .succeeded)
            #expect(sandbox.agentTasks.first?.exitCode == 143)
            #expect(sandbox.leftovers() == [])
        }
    }

    @Test("A registration that is left behind is a leftover, and the next container of the same name replaces it")
    func leftRegistration() async throws {
        let jobs = [QueuedRun.Job(name: "a"), QueuedRun.Job(name: "b")]
        try await withWorld(.leavesRegistration, jobs: jobs) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(160))
            #expect(sandbox.agentTasks.first?.exitCode == 0)
            #expect(sandbox.leftovers() == [Leftover(kind: .registration, name: "a-1")])
            let id = sandbox.registrations.last?.id
            sandbox.behaviours.setUsual(.orderly)
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(70))
            #expect(sandbox.registrations.last?.id == id)
            try await clock.advance(by: .seconds(130))
            #expect(sandbox.jobs.map(\.result) == [.succeeded, .succeeded])
            #expect(sandbox.leftovers() == [])
        }
    }

    @Test("An agent without --once takes a second job")
    func secondJob() async throws {
        let jobs = [QueuedRun.Job(name: "a"), QueuedRun.Job(name: "b")]
        try await withWorld(.takesSecondJob, jobs: jobs) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(250))
            #expect(sandbox.jobs.map(\.agentName) == ["a-1", "a-1"])
            #expect(sandbox.jobs.map(\.result) == [.succeeded, .succeeded])
            #expect(sandbox.leftovers() == [])
        }
    }

    @Test("An agent that lingers online is given a job it never receives, which dies with it")
    func lingering() async throws {
        let jobs = [QueuedRun.Job(name: "a"), QueuedRun.Job(name: "b")]
        try await withWorld(.lingersOnline(.seconds(10)), jobs: jobs) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(160))
            #expect(sandbox.jobs[0].result == .succeeded)
            #expect(sandbox.registrations.last?.assignedRequestID == sandbox.jobs[1].requestID)
            try await clock.advance(by: .seconds(900))
            #expect(sandbox.jobs[1].result == .failed)
            #expect(sandbox.jobs[1].issue?.contains("We stopped hearing from agent") == true)
        }
    }

    @Test("A container that hangs after its job is a leftover until it is stopped")
    func hangs() async throws {
        try await withWorld(.hangsAfterJob, jobs: [.init(name: "a")]) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(300))
            #expect(sandbox.jobs.first?.result == .succeeded)
            #expect(sandbox.leftovers() == [Leftover(kind: .agentTask, name: sandbox.agentTasks[0].arn)])
            let task: JSONValue = ["cluster": "build-agents", "task": .string(sandbox.agentTasks[0].arn)]
            _ = try await ecs.call("StopTask", task)
            try await clock.advance(by: .seconds(60))
            #expect(sandbox.leftovers() == [])
        }
    }

    @Test("A slow start is late by what was said")
    func slowStart() async throws {
        try await withWorld(.slowStart(.seconds(1000)), jobs: []) { sandbox, ecs, azure, clock in
            try await launch(ecs, azure)
            try await clock.advance(by: .seconds(1000))
            #expect(sandbox.agentTasks.first?.lastStatus == "PENDING")
            try await clock.advance(by: .seconds(60))
            #expect(sandbox.agentTasks.first?.lastStatus == "RUNNING")
        }
    }

    @Test("The same seed gives the same times")
    func determinism() async throws {
        var starts: [[TimeInterval?]] = []
        for _ in 0..<2 {
            let clock = ManualClock()
            let times = try await withSandbox(SandboxConfiguration(seed: 11), clock: clock) { sandbox, endpoints in
                let (ecs, azure) = (RawECS(sandbox, endpoints), RawAzure(sandbox, endpoints))
                for name in ["a", "b"] { try sandbox.queue(QueuedRun(jobs: [.init(name: name)])) }
                for name in ["a-1", "a-2"] { try await launch(ecs, azure, name) }
                try await clock.advance(by: .seconds(300))
                return sandbox.jobs.map { $0.startedAt?.timeIntervalSince1970 }
            }
            starts.append(times)
        }
        #expect(starts[0] == starts[1])
        #expect(starts[0].allSatisfy { $0 != nil })
    }
}
