import SlipwayCore
import SlipwaySandbox
import Testing

/// Jobs that wait, whichever way the product learns of them.
@Suite(.serialized, .timeLimit(.minutes(5))) struct JobTests {
    @Test func withoutAnyHookEveryJobRuns() async throws {
        try await Product.with { product in
            try product.queue(.job("a"), .job("b"), .job("c"))
            try await product.expectTheEnd()
            #expect(try await product.launches().allSatisfy { $0.outcome?.kind == .ran })
        }
    }

    @Test func thirtyJobsAtOnceGetThirtyAgents() async throws {
        let configure: (inout SandboxConfiguration) -> Void = { configuration in
            // A minute of the real clock: thirty listeners on a machine under load keep silent for longer than 120 s are at
            // this speed, and would lose their jobs.
            configuration.timing.sessionExpiry = .seconds(6_000)
            configuration.timing.lockDuration = .seconds(6_000)
        }
        try await Product.with(configure: configure) { product in
            _ = try product.sandbox.queue(QueuedRun(jobs: (1...30).map { .job("job\($0)", seconds: 60) }))
            try await product.expectTheEnd()
            #expect(Set(product.sandbox.jobs.compactMap(\.agentName)).count == 30)
        }
    }
}
