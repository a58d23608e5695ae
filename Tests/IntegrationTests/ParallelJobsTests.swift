import Foundation
import SlipwayCore
import SlipwaySandbox
import Testing

/// The organization's limit of parallel jobs, against simulated services that keep to it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ParallelJobsTests {
    /// From when each agent task was ordered to the end of its job.
    private func mostAtOnce(_ sandbox: Sandbox) -> Int {
        let ends = Dictionary(
            sandbox.jobs.compactMap { job in job.agentName.map { ($0, job.finishedAt) } }, uniquingKeysWith: { $1 })
        let spans = sandbox.agentTasks.map {
            ($0.createdAt, $0.agentName.flatMap { ends[$0] ?? nil } ?? .distantFuture)
        }
        return spans.map { from, _ in spans.count { $0.0 <= from && from < $0.1 } }.max() ?? 0
    }

    private func queueSix(_ product: Product, pools: [String], project: String? = nil) throws {
        let jobs = (0..<6).map { number in
            QueuedRun.Job(name: "job\(number)", pool: pools[number % pools.count], duration: .seconds(60))
        }
        try product.sandbox.queue(QueuedRun(project: project, stages: [.init(jobs: jobs)]))
    }

    /// With two pools, one agent too many is tolerated: they may plan at the same moment.
    @Test(arguments: [(["ecs-linux"], 2), (["ecs-linux", "ecs-other"], 3)])
    func sixJobsUnderALimitOfTwoGetTwoAgentsAtATime(_ pools: [String], _ most: Int) async throws {
        try await Product.with(pools: pools, configure: { $0.azureDevOps.parallelJobs = 2 }) { product in
            // The limit is known before the jobs come, as but for a start of the server.
            try await product.sandbox.wait(for: "the limit", within: Product.patience) { _ in
                try await product.records().contains { $0.kind == "parallelJobs.limit" }
            }
            try queueSix(product, pools: pools)
            try await product.expectTheEnd()
            #expect(mostAtOnce(product.sandbox) <= most)
            let launches = try await product.launches()
            #expect(launches.count == 6)
            #expect(launches.allSatisfy { $0.outcome?.kind == .ran })
        }
    }

    @Test func jobsOfAPublicProjectAllRunAtOnce() async throws {
        let project = SandboxConfiguration.Project(
            name: "open", id: "1d6f2d63-05c4-4b7f-9e58-103e7b2c8f21", isPublic: true)
        try await Product.with(configure: {
            $0.azureDevOps.parallelJobs = 1
            $0.azureDevOps.projects.append(project)
        }) { product in
            try queueSix(product, pools: ["ecs-linux"], project: project.name)
            try await product.sandbox.wait(for: "all to run", within: Product.patience) { sandbox in
                sandbox.jobs.count { $0.state == .running } == 6
            }
            try await product.expectTheEnd()
        }
    }
}
