import Foundation
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// What is asked of a ledger that a real server wrote, with the program's own commands.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AuditTests {
    @Test func whatRanIsRecordedAndItsCostAddsUp() async throws {
        try await Deployment.with { deployment in
            // Before the first reading: no hook tells of them, and the next one is a whole sweep later.
            try deployment.queue(.job("a"), .job("b"), .job("c"))
            let server = try deployment.installation.serve()
            _ = try await deployment.installation.port(of: server)
            try await deployment.expectTheEnd()
            try await deployment.end(server)
            for launch in try await deployment.launches() {
                let facts = try #require(launch.agentTaskFacts)
                #expect(facts.cpu != nil && facts.memory != nil && facts.pullStartedAt != nil && facts.stoppedAt != nil)
                #expect(facts.imageDigest?.hasPrefix("sha256:") == true)
                #expect(facts.subnet == "subnet-a")
                #expect(launch.run?.commit != nil && launch.run?.requestedFor != nil && launch.run?.branch != nil)
                #expect(launch.definition?.securityGroups == ["sg-1"])
                #expect(launch.definition?.secrets.isEmpty == false)
                if case .known = launch.usage {} else { Issue.record("\(launch.usage)") }
            }
            let prices = deployment.installation.path("prices.yaml")
            let region = deployment.sandbox.configuration.ecs.region
            try """
            currency: USD
            asOf: 2026-11-01
            prices:
              - { region: \(region), platform: linux-x86, capacity: FARGATE, vCPUHour: 1, gigabyteHour: 1 }

            """.write(toFile: prices, atomically: true, encoding: .utf8)
            let costs = try await deployment.installation.slipway("costs", "--json", "--price-book", prices)
            #expect(costs.status == 0, "\(costs.output)")
            #expect(costs.output.contains("\"launches\" : 3"))
            #expect(!costs.output.contains("\"cost\" : \"0.000000000\""), "\(costs.output)")
            #expect(costs.output.contains("\"unknown\" : 0"))
        }
    }

    @Test func deliveriesAreReplayedAndJobsExplainedBesideARunningServer() async throws {
        try await Deployment.with { deployment in
            let server = try deployment.installation.serve()
            try await deployment.subscribe(to: server)
            try deployment.queue(.job("a"))
            try await deployment.expectTheEnd()
            let slipway = deployment.installation
            let list = try await slipway.slipway("deliveries", "list", "--disposition", "accepted")
            #expect(list.status == 0 && list.output.contains("job waiting"), "\(list.output)")
            let calls = deployment.sandbox.faults.calls(of: .listJobRequests)
            let replay = try await slipway.slipway("deliveries", "replay", "1")
            #expect(replay.status == 0, "\(replay.output)")
            // No sweep is due for half a minute of real time.
            try await deployment.sandbox.wait(for: "a reading", within: .seconds(10)) { sandbox in
                sandbox.faults.calls(of: .listJobRequests) > calls
            }
            let launch = try #require(try await deployment.launches().first)
            let request = try #require(launch.request)
            let explained = try await slipway.slipway("explain", "\(request)")
            #expect(explained.status == 0, "\(explained.output)")
            for part in [" for an agent", "announced: job waiting", "Its agent took job request", "What ran:", "Cost:"]
            {
                #expect(explained.output.contains(part), "\(part) is not in \(explained.output)")
            }
            #expect(try await slipway.slipway("explain", launch.id.rawValue).status == 0)
            #expect(try await slipway.slipway("explain", "delivery-1").status == 0)
            #expect(try await slipway.slipway("deliveries", "show", "1").output.contains(launch.id.rawValue))
            let prune = try await slipway.slipway("ledger", "prune", "--before", "2020-01-01", "--dry-run")
            #expect(prune.output == "Nothing is older than that.\n")
            #expect(try await slipway.slipway("ledger", "verify").status == 0)
            try await deployment.end(server)
        }
    }
}
