import SlipwayCore
import SlipwaySandbox
import Testing

/// No agent comes of an agent task: the job gets another one, or word of why it gets none.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReplacementTests {
    /// The first agent task behaves so; the ones after it are orderly.
    static let replaced: [ContainerBehaviour] = [
        .imagePullFailure, .networkTimeout, .badToken, .crashesBeforeConfiguration(exitCode: 7), .neverOnline,
    ]

    @Test(arguments: replaced.indices)
    func anAgentTaskFromWhichNoAgentComesIsReplaced(index: Int) async throws {
        try await Product.with { product in
            product.sandbox.behaviours.add(Self.replaced[index], launches: 1...1)
            try product.queue(.job())
            try await product.expectTheEnd()
            let outcomes = try await product.launches().compactMap(\.outcome)
            #expect(outcomes.map(\.kind) == [.ran, .failed])
            #expect(outcomes.allSatisfy { !$0.reason.isEmpty })
        }
    }

    @Test func aTokenThatIsAlwaysRefusedIsGivenUpWithAReason() async throws {
        try await Product.with(profiles: [Product.profile(replacements: 1)]) { product in
            product.sandbox.behaviours.setUsual(.badToken)
            let run = try product.queue(.job())
            try await product.sandbox.wait(for: "the refusal", within: Product.patience) { _ in
                try await product.records().contains { record in
                    record.kind == "decision.refuse" && record.facts.contains("2 launches for it failed")
                        && record.facts.contains("exit code 1")
                }
            }
            try product.sandbox.cancel(run: run)
            try await product.expectTheEnd(allJobsSucceed: false)
            #expect(product.sandbox.agentTasks.count == 2)
        }
    }
}
