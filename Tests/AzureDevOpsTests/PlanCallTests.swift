import AzureDevOps
import Foundation
import Testing

private let plan = PlanReference(project: "p1", plan: "a1")
private let base = "/fabrikam/p1/_apis/distributedtask/hubs/build/plans/a1"

/// With the job's own token, as a server task's backend does.
private func asJob(
    _ answers: [ScriptedAnswer], _ body: @escaping @Sendable (AzureDevOpsClient, ScriptedServer) async throws -> Void
) async throws {
    try await withClient(answers) { client, server in
        let job = try client.acting(as: JobAccessToken("job-token"), attemptTimeout: .seconds(5))
        try await body(job, server)
    }
}

@Suite struct PlanCallTests {
    @Test func callsThatAreMadeOnceKeepTheIdentitysRateLimit() async throws {
        let build = #"{"id":7,"status":"inProgress"}"#
        try await withClient([.json(build, headers: [("Retry-After", "60")])]) { client, server in
            _ = try await client.once(attemptTimeout: .seconds(5)).build(project: "p1", id: 7)
            for other in [client.once(attemptTimeout: .seconds(5)), client] {
                let error = await #expect(throws: AzureDevOpsError.self) {
                    try await other.build(project: "p1", id: 7)
                }
                #expect(error?.code == .throttled)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func eventsNameTheTaskAndItsJob() async throws {
        try await asJob([.status(204), .status(200)]) { client, server in
            try await client.postPlanEvent(PlanEvent(.started, task: "t1", job: "j1"), to: plan)
            try await client.postPlanEvent(PlanEvent(.completed, task: "t1", job: "j1", result: "failed"), to: plan)
            #expect(server.lines == Array(repeating: "POST \(base)/events?api-version=7.1", count: 2))
            #expect(
                server.requests.map(\.body) == [
                    #"{"jobId":"j1","name":"TaskStarted","taskId":"t1"}"#,
                    #"{"jobId":"j1","name":"TaskCompleted","result":"failed","taskId":"t1"}"#,
                ])
            #expect(server.requests.allSatisfy { $0.header("Authorization") == "Bearer job-token" })
        }
    }

    @Test func theLiveLogGoesToTheRecordThatIsNamed() async throws {
        try await asJob([.status(204)]) { client, server in
            try await client.feed(["one", "two"], to: plan, timeline: "tl", record: "j1")
            #expect(server.lines == ["POST \(base)/timelines/tl/records/j1/feed?api-version=4.1"])
            #expect(server.requests.map(\.body) == [#"{"count":2,"value":["one","two"]}"#])
        }
    }

    @Test func theLogThatStaysIsMadeFilledAndAttached() async throws {
        try await asJob([.json(#"{"id":7,"path":"logs\\t1"}"#), .json(#"{"id":7}"#), .json(#"{"value":[]}"#)]) {
            client, server in
            let log = try await client.createLog("logs\\t1", of: plan)
            try await client.appendLog("a line\n", to: log, of: plan)
            try await client.updateRecord(
                PlanRecordChange(
                    id: "t1", percentComplete: 100, issues: [.init(type: "error", message: "no")], log: .init(id: log),
                    variables: ["agentName": .init("slipway-run-1-a")]), of: plan, timeline: "tl")
            #expect(
                server.lines == [
                    "POST \(base)/logs?api-version=4.1", "POST \(base)/logs/7?api-version=4.1",
                    "PATCH \(base)/timelines/tl/records?api-version=4.1",
                ])
            #expect(server.requests[1].header("Content-Type") == "application/octet-stream")
            #expect(server.requests[1].body == "a line\n")
            #expect(
                server.requests[2].body
                    == #"{"count":1,"value":[{"id":"t1","issues":[{"category":"General","message":"no","type":"error"}],"#
                    + #""log":{"id":7},"percentComplete":100,"variables":{"agentName":{"isSecret":false,"value":"slipway-run-1-a"}}}]}"#
            )
        }
    }

    @Test func aRefusedBearerTokenIsSentOnceMoreAsBasic() async throws {
        try await asJob([.status(401), .status(200), .status(200)]) { client, server in
            try await client.checkPlanTimeline(plan, timeline: "tl")
            try await client.checkPlanTimeline(plan, timeline: "tl")
            let basic = "Basic " + Data(":job-token".utf8).base64EncodedString()
            #expect(server.requests.map { $0.header("Authorization") } == ["Bearer job-token", basic, basic])
        }
        try await asJob([.status(401), .status(401)]) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.checkPlanTimeline(plan, timeline: "tl")
            }
            #expect(error?.code == .notSignedIn)
            #expect(error.map { "\($0)".contains("job-token") } == false)
            #expect(server.lines.count == 2)
        }
    }

    @Test func aFailureIsTheCallersToRepeat() async throws {
        try await asJob([.status(503)]) { client, server in
            await #expect(throws: AzureDevOpsError.self) {
                try await client.postPlanEvent(PlanEvent(.started, task: "t1", job: "j1"), to: plan)
            }
            #expect(server.lines.count == 1)
        }
    }

    @Test func aBuildNamesAllItsPlans() async throws {
        let text =
            #"{"id":42,"status":"inProgress","orchestrationPlan":{"planId":"A1"},"plans":[{"planId":"B2"},{"planId":"a1"}]}"#
        try await withClient([.json(text)]) { client, _ in
            let build = try await client.build(project: "p1", id: 42)
            #expect(build.planIDs == ["a1", "b2"])
            #expect(!build.isCompleted && !build.isCancelling)
        }
    }
}
