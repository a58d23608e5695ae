import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite struct ParallelJobsTests {
    private static let usage =
        "_apis/distributedtask/resourceusage?parallelismTag=Private&poolIsHosted=false&includeRunningRequests=false"

    @Test("Beyond the limit a private job waits although an agent is idle; a public one does not")
    func limit() async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.azureDevOps.parallelJobs = 1
        configuration.azureDevOps.projects.append(.init(name: "open", id: "1d6f2d63-05c4-4b7f", isPublic: true))
        try await withSandbox(configuration, clock: ManualClock()) { sandbox, endpoints in
            let azure = RawAzure(sandbox, endpoints)
            for number in 1...3 { _ = try await azure.openSession(try await azure.addAgent("ecs-\(number)")) }
            let first = try sandbox.queue(QueuedRun(jobs: [.init(name: "first")]))
            try sandbox.queue(QueuedRun(jobs: [.init(name: "second")]))
            try sandbox.queue(QueuedRun(project: "open", stages: [.init(jobs: [.init(name: "third")])]))
            let requests = try await azure.waitingRequests()
            #expect(requests.map { $0["data"]?["ParallelismTag"] } == ["Private", "Private", "Public"])
            #expect(requests.map { $0["assignTime"] != nil } == [true, false, true])
            let usage = try await azure.call(.GET, Self.usage).json
            #expect(usage["resourceLimit"]?["totalCount"] == 1)
            #expect(usage["usedCount"] == 1)
            try sandbox.cancel(run: first)
            let rest = try await azure.waitingRequests()
            #expect(rest.count == 2)
            #expect(rest.allSatisfy { $0["assignTime"] != nil })
        }
    }

    @Test("Without a limit the service tells a very large number")
    func unlimited() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, endpoints in
            let usage = try await RawAzure(sandbox, endpoints).call(.GET, Self.usage).json
            #expect((usage["resourceLimit"]?["totalCount"]?.integer ?? 0) > 1_000_000)
        }
    }
}
