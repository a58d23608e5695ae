import AzureDevOps
import Foundation
import Testing

@Suite struct JobRequestCallTests {
    @Test func theUnfinishedRequestsOfAPoolAreReadWhole() async throws {
        try await withClient([.fixture("job-requests")]) { client, server in
            let requests = try await client.unfinishedJobRequests(poolID: 44)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/pools/44/jobrequests?completedRequestCount=0&api-version=7.1-preview.1"
                ])
            #expect(requests.map(\.id) == [890_659, 890_663])
            let request = try #require(requests.last)
            #expect(request.isWaiting && !request.isRunning && !request.isFinished)
            #expect(request.projectID == "02696e26-a35b-424c-86b8-1f54e1b0b4b7")
            #expect(request.runID == 673_585)
            #expect(request.run?.name == "20220928.11")
            #expect(request.pipeline?.id == 3129)
            #expect(request.pipeline?.name == "Other Build CI")
            #expect(request.planID == "b718cfed-493c-46be-a650-88fe762f75aa")
            #expect(request.jobID == "15b95994-59ec-5502-695d-0b93722883bd")
            #expect(request.poolID == 44)
            #expect(
                request.demands == ["dotnet60", "java", "cmake", "Agent.Version -gtVersion 2.182.1"])
            #expect(request.reservedAgent == nil)
            #expect(request.parallelismTag == "Private")
            #expect(request.queueTime == Date(timeIntervalSince1970: 1_664_364_022.4633333))
        }
    }

    @Test func everyCallCarriesTheTokenAndAsksForNoSignInPage() async throws {
        try await withClient([.fixture("job-requests")]) { client, server in
            _ = try await client.unfinishedJobRequests(poolID: 44)
            let request = try #require(server.requests.first)
            // base64 of ":secret-token", by the base64 command.
            #expect(request.header("Authorization") == "Basic OnNlY3JldC10b2tlbg==")
            #expect(request.header("X-TFS-FedAuthRedirect") == "Suppress")
            #expect(request.header("Accept") == "application/json")
        }
    }

    @Test func oneRequestTellsItsState() async throws {
        try await withClient([.fixture("job-request.received"), .fixture("job-request.finished")]) { client, server in
            let running = try await client.jobRequest(poolID: 44, id: 890_664)
            #expect(running.isRunning && !running.isWaiting && !running.isFinished)
            #expect(running.reservedAgent?.name == "dotnet60-scaledjob-5nlph-kzpgf")
            let finished = try await client.jobRequest(poolID: 44, id: 890_659)
            #expect(finished.isFinished && !finished.isWaiting && !finished.isRunning)
            #expect(finished.result == "succeeded")
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/pools/44/jobrequests/890664?api-version=7.1-preview.1",
                    "GET /fabrikam/_apis/distributedtask/pools/44/jobrequests/890659?api-version=7.1-preview.1",
                ])
        }
    }

    @Test func theRequestsOfOneJobAreAskedForByPlanAndJob() async throws {
        try await withClient([.fixture("job-requests")]) { client, server in
            let requests = try await client.jobRequests(poolID: 44, planID: "b718cfed", jobID: "15b95994")
            #expect(requests.count == 2)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/pools/44/jobrequests?planId=b718cfed&jobId=15b95994"
                        + "&api-version=7.1-preview.1"
                ])
        }
    }

    @Test func pagesAreFollowedToTheEnd() async throws {
        let pages: [ScriptedAnswer] = [
            .json(
                #"{"count":2,"value":[{"requestId":1},{"requestId":2}]}"#, headers: [("x-ms-continuationtoken", "2 &a")]
            ),
            .json(#"{"count":1,"value":[{"requestId":3}]}"#, headers: [("x-ms-continuationtoken", "3")]),
            .json(#"{"count":0,"value":[]}"#),
        ]
        try await withClient(pages) { client, server in
            let requests = try await client.unfinishedJobRequests(poolID: 44)
            #expect(requests.map(\.id) == [1, 2, 3])
            #expect(server.lines.map { $0.contains("completedRequestCount=0") } == [true, true, true])
            #expect(server.lines[1].contains("&continuationToken=2%20%26a&"))
            #expect(server.lines[2].contains("&continuationToken=3&"))
            #expect(!server.lines[2].contains("2%20%26a"))
        }
    }

    @Test func aListWithoutEndIsAnErrorAndNotAHalfList() async throws {
        let page = ScriptedAnswer.json(
            #"{"count":1,"value":[{"requestId":1}]}"#, headers: [("x-ms-continuationtoken", "same")])
        try await withClient([page, page, page]) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.unfinishedJobRequests(poolID: 44)
            }
            #expect(error?.code == .malformedAnswer)
            #expect(server.requests.count == 2)
        }
        let pages = (1...5).map {
            ScriptedAnswer.json(#"{"count":0,"value":[]}"#, headers: [("x-ms-continuationtoken", "\($0)")])
        }
        try await withClient(pages, configure: { $0.maximumPages = 3 }) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.unfinishedJobRequests(poolID: 44)
            }
            #expect(error?.code == .malformedAnswer)
            #expect(server.requests.count == 3)
        }
    }

    /// A planner that took one of these for "nothing waits" would stop agents.
    @Test(arguments: [
        #"{"count":2,"value":[{"requestId":1}]}"#,
        #"{"count":0,"value":[{"requestId":1}]}"#,
        #"{"count":1,"value":[{"requestId":1,"demands":["a""#,
        #"{"count":1}"#,
        #"{"value":null}"#,
        #"{}"#,
        #"[]"#,
        #"null"#,
        #""#,
        #"{"value":{}}"#,
        #"{"count":"1","value":[{"requestId":1}]}"#,
        #"{"count":1,"value":[{}]}"#,
        #"{"count":1,"value":[{"requestId":"x"}]}"#,
        #"{"count":1,"value":[{"requestId":1,"receiveTime":"soon"}]}"#,
        #"{"count":1,"value":[{"requestId":1,"receiveTime":17}]}"#,
        #"{"count":1,"value":[{"requestId":1,"result":{}}]}"#,
        #"{"count":1,"value":[{"requestId":1,"demands":"java"}]}"#,
        #"{"count":1,"value":[{"requestId":1,"reservedAgent":{"name":"a"}}]}"#,
        "\u{0}\u{1}\u{2}garbage",
        "OK",
        #"{"count":1,"value":["# + String(repeating: "[", count: 100_000),
    ])
    func anAnswerThatIsCutOrOddIsAnErrorAndNeverAnEmptyList(_ body: String) async throws {
        try await withClient([.json(body)]) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.unfinishedJobRequests(poolID: 44)
            }
            #expect(error?.code == .malformedAnswer)
            #expect(error?.message.contains("pool 44") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test func everyPrefixOfAnAnswerIsAnError() async throws {
        let whole = try Samples.fixture("job-request.received").trimmingCharacters(in: .whitespacesAndNewlines)
        let list = #"{"count":1,"value":[\#(whole)]}"#
        let lengths = Array(stride(from: 0, to: list.utf8.count, by: 23))
        let answers = lengths.map { ScriptedAnswer.json(String(decoding: list.utf8.prefix($0), as: UTF8.self)) }
        try await withClient(answers) { client, server in
            for length in lengths {
                let error = await #expect(throws: AzureDevOpsError.self) {
                    try await client.unfinishedJobRequests(poolID: 44)
                }
                #expect(error?.code == .malformedAnswer, "prefix of \(length) bytes")
            }
            #expect(server.unused == 0)
        }
    }

    @Test func fieldsForDisplayMayBeOddOrMissing() async throws {
        let body = #"""
            {"count":3,"value":[
              {"requestId":1,"queueTime":"0001-01-01T00:00:00","receiveTime":"0001-01-01T00:00:00","matchedAgents":7,
               "jobName":5,"owner":"x","definition":null,"poolId":"44","priority":null,"unknown":{"a":[1]}},
              {"requestId":2,"result":null,"receiveTime":null,"demands":[{"name":"java"},{"name":"arch","value":"arm64"},7]},
              {"requestId":3,"finishTime":"2026-01-05T10:00:00Z"}]}
            """#
        try await withClient([.json(body)]) { client, _ in
            let requests = try await client.unfinishedJobRequests(poolID: 44)
            // The third is over, though it has no result.
            #expect(requests.map(\.id) == [1, 2])
            #expect(requests.map(\.isWaiting) == [true, true])
            #expect(requests[0].queueTime == nil)
            #expect(requests[0].runID == nil)
            #expect(
                requests[1].demands == ["java", "arch -equals arm64", "(not a demand)"])
        }
    }
}
