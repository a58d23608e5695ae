import SlipwayCore
import SlipwaySandbox
import Testing

/// Spot capacity is taken back under running jobs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SpotInterruptionTests {
    /// Both jobs of the stage, with one call, on capacity that is not taken back.
    @Test func anInterruptedStageIsRunAgainOnceOnDemand() async throws {
        try await Product.with(whenInterrupted: .retryStage) { product in
            try product.queue(.job("build", seconds: 300), .job("test", seconds: 300))
            try await product.sandbox.wait(for: "both to run", within: Product.patience) { sandbox in
                sandbox.jobs.count { $0.state == .running } == 2
            }
            product.sandbox.interruptSpot()
            try await product.sandbox.wait(for: "the retry", within: Product.patience) { _ in
                try await product.records().count { $0.kind == "stage.retried" } == 2
            }
            try await product.expectTheEnd()
            let launches = try await product.launches()
            #expect(launches.count == 4)
            #expect(launches.filter { $0.avoidsSpot == true }.map(\.placement) == ["FARGATE", "FARGATE"])
            #expect(try await product.records().count { $0.kind == "job.interrupted" } == 2)
        }
    }

    @Test func withoutThePolicyTheStageFails() async throws {
        try await Product.with { product in
            try product.queue(.job("build", seconds: 300))
            try await product.sandbox.wait(for: "it to run", within: Product.patience) { sandbox in
                sandbox.jobs.contains { $0.state == .running }
            }
            product.sandbox.interruptSpot()
            try await product.sandbox.wait(for: "the decision", within: Product.patience) { _ in
                try await product.records().contains { $0.kind == "stage.left" && $0.facts.contains("whenInterrupted") }
            }
            try await product.expectTheEnd(allJobsSucceed: false)
            #expect(product.sandbox.agentTasks.count == 1)
        }
    }
}
