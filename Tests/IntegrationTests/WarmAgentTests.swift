import Foundation
import SlipwayCore
import SlipwaySandbox
import Testing

/// Agents that are kept online for jobs to come, with the real clients against simulated services.
@Suite(.serialized, .timeLimit(.minutes(5))) struct WarmAgentTests {
    /// A window of the clock on the wall that is open now and for an hour at least.
    private static func profile(_ agents: Int) -> Profile {
        var profile = Product.profile()
        profile.warm = [WarmWindow(agents: agents)!]
        return profile
    }

    @Test func jobsRunOnAgentsThatWereThereBeforeAndOthersFollow() async throws {
        try await Product.with(profiles: [Self.profile(2)]) { product in
            try await product.sandbox.wait(for: "two idle agents", within: Product.patience) { _ in
                try await product.launches().count { $0.state == .online } == 2
            }
            let before = try await product.launches()
            try product.queue(.job("one", seconds: 400), .job("two", seconds: 400))
            try await product.sandbox.wait(for: "both jobs done and two idle agents", within: Product.patience) {
                sandbox in
                guard sandbox.jobs.allSatisfy({ $0.state == .completed }) else { return false }
                let launches = try await product.launches()
                return launches.count { $0.state == .online } == 2 && launches.count { !$0.isOpen } >= 2
            }
            let launches = try await product.launches()
            let ran = launches.filter { $0.ran != nil }
            #expect(Set(ran.map(\.id)) == Set(before.map(\.id)))
            // Whose jobs they were is told, as of launches that were made for them.
            #expect(Set(ran.compactMap(\.jobOrigin.jobName)) == ["one", "two"])
            #expect(ran.allSatisfy { $0.run?.commit != nil && $0.outcome?.kind == .ran })
            #expect(launches.allSatisfy { $0.isWarm == true })
        }
    }
}
