import Foundation
import SlipwayCore
import SlipwaySandbox
import Testing

/// Containers and runs end in all kinds of ways: nothing is left of any.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ContainerTests {
    static let survived: [ContainerBehaviour] = [
        .leavesRegistration, .hangsAfterJob, .ignoresTermination, .slowStart(.seconds(60)), .takesSecondJob,
    ]

    @Test(arguments: survived.indices)
    func anAgentThatMisbehavesAroundItsJobLeavesNothing(index: Int) async throws {
        try await Product.with { product in
            product.sandbox.behaviours.add(Self.survived[index], launches: 1...1)
            try product.queue(.job("a"), .job("b"))
            try await product.expectTheEnd()
        }
    }

    @Test func anAgentKilledUnderItsJobIsDeregistered() async throws {
        try await Product.with { product in
            product.sandbox.behaviours.add(.killed(after: .seconds(20)), launches: 1...1)
            try product.queue(.job(seconds: 120))
            try await product.expectTheEnd(allJobsSucceed: false)
            #expect(try await product.launches().first?.outcome?.kind == .lost)
        }
    }

    @Test func anAgentTaskTakenBackFromSpotUnderItsJobLeavesNothing() async throws {
        try await Product.with { product in
            try product.queue(.job(seconds: 3_000))
            try await product.sandbox.wait(for: "a running job", within: Product.patience) { sandbox in
                sandbox.jobs.contains { $0.state == .running }
            }
            product.sandbox.interruptSpot()
            try await product.expectTheEnd(allJobsSucceed: false)
            let outcome = try #require(try await product.launches().first?.outcome)
            #expect(outcome.kind == .lost && outcome.reason.localizedCaseInsensitiveContains("spot"), "\(outcome)")
        }
    }

    @Test func theLargeAgentMayTakeASmallJobAndBothRun() async throws {
        let profiles = [Product.profile("small"), Product.profile("large", capabilities: ["size": "large"])]
        try await Product.with(profiles: profiles) { product in
            try product.queue(.job("a"), .job("b", demands: ["size -equals large"]), .job("c"))
            try await product.expectTheEnd()
        }
    }

    @Test func aJobThatNobodyServesGetsNoAgentAndAReason() async throws {
        try await Product.with { product in
            let run = try product.queue(.job(demands: ["size -equals large"]))
            try await product.sandbox.wait(for: "the refusal", within: Product.patience) { _ in
                try await product.records().contains { $0.kind == "decision.refuse" && $0.facts.contains("size") }
            }
            #expect(product.sandbox.agentTasks.isEmpty)
            try product.sandbox.cancel(run: run)
        }
    }

    @Test func aRunCancelledBeforeItsAgentIsThereLeavesNothing() async throws {
        try await Product.with { product in
            let run = try product.queue(.job())
            try await product.sandbox.wait(for: "an agent task", within: Product.patience) { !$0.agentTasks.isEmpty }
            try product.sandbox.cancel(run: run)
            try await product.expectTheEnd(allJobsSucceed: false)
        }
    }

    @Test func aRunCancelledUnderItsAgentLeavesNothing() async throws {
        try await Product.with { product in
            let run = try product.queue(.job(seconds: 3_000))
            try await product.sandbox.wait(for: "a running job", within: Product.patience) { sandbox in
                sandbox.jobs.contains { $0.state == .running }
            }
            try product.sandbox.cancel(run: run)
            try await product.expectTheEnd(allJobsSucceed: false)
        }
    }
}
