import Foundation
import NIOCore
import PrometheusText
import SlipwayMetrics
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// What a scraper reads of the built server.
@Suite(.serialized, .timeLimit(.minutes(5))) struct MetricsTests {
    /// Each has its condition, which these tests don't meet.
    static let conditional: Set = [
        "slipway_agent_task_messages_total", "slipway_aws_credentials_expiry_timestamp_seconds",
        "slipway_azure_devops_rate_limit", "slipway_azure_devops_rate_limit_remaining", "slipway_parallel_jobs_limit",
        "slipway_parallel_jobs_used", "slipway_booking_seconds", "slipway_azure_devops_token_expiry_timestamp_seconds",
    ]

    @Test func afterThreeJobsTheMetricsTellOfThree() async throws {
        try await Deployment.with(speed: 20, { $0.leaveSeconds = 10 }) { deployment in
            let server = try deployment.installation.serve()
            try await deployment.subscribe(to: server)
            try await deployment.waitForFirstReading()
            try deployment.queue(.job("a"), .job("b"), .job("c"))
            try await deployment.sandbox.wait(for: "a running job", within: Deployment.patience) { sandbox in
                sandbox.jobs.contains { $0.state == .running }
            }
            try await deployment.expectTheEnd()
            // The last reading of the pool may be older than the end.
            let scrape = try await settled(server)
            try await scrape.expectPromtoolIsContent(deployment.installation.folder)
            expectThreeRuns(scrape)
            expectTheState(scrape)
            #expect(scrape.names.union(Self.conditional) == Set(SlipwayMetric.all.map(\.name)))
            try await deployment.end(server)
        }
    }

    private func settled(_ server: Program) async throws -> Scrape {
        let end = ContinuousClock.now + Deployment.patience
        while true {
            let scrape = try await Scrape(of: server)
            let isSettled = scrape.sum("slipway_jobs_waiting") == 0 && scrape.sum("slipway_launches_open") == 0
            if isSettled || ContinuousClock.now > end { return scrape }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func expectThreeRuns(_ scrape: Scrape) {
        let profile = #"pool="ecs-linux",profile="small""#
        #expect(scrape["slipway_launches_made_total{\(profile)}"] == 3)
        #expect(scrape["slipway_launches_closed_total{\(profile),outcome=\"ran\"}"] == 3)
        #expect(scrape.sum("slipway_launches_closed_total") == 3)
        #expect(scrape["slipway_jobs_waiting{\(profile)}"] == 0)
        #expect(scrape["slipway_jobs_waiting_longest_seconds{\(profile)}"] == 0)
        for gauge in ["starting", "online", "busy"] { #expect(scrape["slipway_agents_\(gauge){\(profile)}"] == 0) }
        #expect(scrape.sum("slipway_launches_open") == 0)
        #expect(scrape[#"slipway_decisions_total{pool="ecs-linux",decision="launch"}"#] == 3)
        // The phases that every launch goes through, whatever is seen first.
        for phase in ["decide", "run_task", "pending", "waiting_for_job", "run", "clean"] {
            #expect(scrape["slipway_phase_seconds_count{phase=\"\(phase)\",\(profile)}"] == 3, "\(phase)")
        }
        #expect(scrape["slipway_phase_seconds_bucket{phase=\"run\",\(profile),le=\"+Inf\"}"] == 3)
        // Thirty seconds each, twenty times as fast.
        #expect((scrape["slipway_phase_seconds_sum{phase=\"run\",\(profile)}"] ?? 0) >= 3)
        #expect(scrape["slipway_job_wait_seconds_count{\(profile)}"] == 3)
        #expect(scrape[#"slipway_hook_lag_seconds_count{pool="ecs-linux"}"#] == 3)
        #expect(scrape.sum("slipway_strays_removed_total") == 0)
        #expect(scrape.sum("slipway_run_task_refusals_total") == 0)
    }

    private func expectTheState(_ scrape: Scrape) {
        #expect(scrape.sum("slipway_deliveries_total", #"disposition="accepted""#) >= 9)
        #expect(scrape["slipway_deliveries_unrecorded_total"] == 0)
        #expect(scrape[#"slipway_receiver_answers_total{status="200"}"#] ?? 0 >= 9)
        #expect(
            scrape[#"slipway_aws_calls_total{service="ECS",operation="RunTask",outcome="success"}"#] == 3)
        #expect(
            scrape.sum("slipway_azure_devops_calls_total", #"operation="listJobRequests""#, #"outcome="success""#) > 3)
        #expect(scrape.sum("slipway_azure_devops_calls_total", #"operation="other""#) == 0)
        #expect(
            scrape[#"slipway_azure_devops_call_seconds_count{operation="listJobRequests"}"#]
                == scrape.sum("slipway_azure_devops_calls_total", #"operation="listJobRequests""#))
        #expect(scrape["slipway_store_readable"] == 1)
        #expect(scrape["slipway_ledger_records"] ?? 0 > 20)
        #expect(scrape[#"slipway_store_bytes{file="database"}"#] ?? 0 > 0)
        #expect(scrape[#"slipway_store_bytes{file="log"}"#] ?? 0 > 0)
        #expect(scrape[#"slipway_store_write_seconds_count{write="delivery"}"#] ?? 0 >= 9)
        #expect(scrape[#"slipway_rung_open{pool="ecs-linux",profile="small",rung="1",placement="FARGATE"}"#] == 0)
        #expect(scrape[#"slipway_check_failed{check="pool ecs-linux",kind="problem"}"#] == 0)
        #expect(scrape[#"slipway_check_failed{check="certificate",kind="problem"}"#] == 0)
        let lifetime = (scrape["slipway_certificate_expiry_timestamp_seconds"] ?? 0) - Date().timeIntervalSince1970
        #expect(lifetime > 0)
        #expect(scrape["slipway_metrics_dropped_series_total"] == 0)
        let age = Date().timeIntervalSince1970 - (scrape["process_start_time_seconds"] ?? 0)
        #expect((0..<300).contains(age))
    }

    /// A wrong configuration is what metrics are looked at for.
    @Test func whatCannotBeReachedIsToldOf() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let server = try installation.serve()
        let port = try await installation.port(of: server)
        #expect(try await server.line(with: "could not be looked up") != nil)
        let sender = try HookSender(trusting: installation.path("tls.crt"))
        _ = await sender.answer(
            to: ByteBuffer(string: "{}"), port, authorization: [HookSender.basic("slipway:wrong-password")])
        let scrape = try await Scrape(of: server)
        try await scrape.expectPromtoolIsContent(installation.folder)
        #expect(scrape[#"slipway_check_failed{check="pool ecs-linux",kind="problem"}"#] == 1)
        #expect(
            scrape[#"slipway_azure_devops_calls_total{operation="listPools",outcome="unreachable"}"#] ?? 0 >= 1)
        #expect(scrape[#"slipway_receiver_authentication_failures_total{reason="wrong"}"#] == 1)
        #expect(scrape[#"slipway_receiver_answers_total{status="401"}"#] == 1)
        server.send(SIGTERM)
        #expect(try await server.status(within: .seconds(30)) == 0)
        try installation.expectNoSecretsInFiles()
    }
}
