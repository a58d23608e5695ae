import AsyncHTTPClient
import AzureDevOps
import Foundation
import Logging
import NIOCore
import Testing

/// What the service, or a proxy before it, may answer.
@Suite struct ClientFailureTests {
    private static let html = "\r\n<!DOCTYPE html><html><body>Sign in to your account</body></html>"

    /// Calls once and returns the error with the number of requests it took.
    private func failure(
        _ answers: [ScriptedAnswer],
        clock: ManualClock = ManualClock(),
        configure: @Sendable (inout AzureDevOpsClient.Configuration) -> Void = { _ in }
    ) async throws -> (error: AzureDevOpsError?, requests: Int) {
        try await withClient(answers, clock: clock, configure: configure) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) { try await client.pool(id: 44) }
            return (error, server.requests.count)
        }
    }

    @Test(arguments: [
        ScriptedAnswer.status(401),
        .status(
            401, headers: [("WWW-Authenticate", "Basic")],
            text: "TF400813: Resource not available for anonymous access."),
        .status(203, headers: [("Content-Type", "text/html")], text: html),
        .status(203, headers: [("Content-Type", "application/json")], text: #"{"id":44,"name":"ecs"}"#),
        .status(302, headers: [("Location", "https://login.example.com/signin?state=hunter2")]),
        .status(301, headers: [("Location", "/elsewhere")]),
        .status(307),
        .status(200, headers: [("Content-Type", "text/html; charset=utf-8")], text: html),
        .status(200, headers: [("Content-Type", "application/json")], text: html),
        .status(200, text: "  <?xml version='1.0'?><a/>"),
    ])
    func aSignInPageInAnyDisguiseMeansNotSignedIn(_ answer: ScriptedAnswer) async throws {
        let (error, requests) = try await failure([answer])
        #expect(error?.code == .notSignedIn)
        #expect(error?.httpStatus == answer.status)
        #expect(error?.message.contains("expired") == true)
        #expect(error?.message.contains("hunter2") == false)
        #expect(requests == 1)
    }

    @Test(arguments: [
        (403, "error.access-denied", AzureDevOpsError.Code.accessDenied, "AccessDeniedException"),
        (404, "error.pool-not-found", .notFound, "TaskAgentPoolNotFoundException"),
        (409, "error.agent-exists", .conflict, "TaskAgentExistsException"),
        // The service's own name for the error counts, whatever the status.
        (400, "error.access-denied", .accessDenied, "AccessDeniedException"),
        (500, "error.pool-not-found", .notFound, "TaskAgentPoolNotFoundException"),
        (400, "error.agent-busy", .agentBusy, "TaskAgentJobStillRunningException"),
        // But a 401 is about the sign-in.
        (401, "error.access-denied", .notSignedIn, "AccessDeniedException"),
    ])
    func theEnvelopeDecidesWhatWentWrong(
        _ status: Int,
        _ fixture: String,
        _ code: AzureDevOpsError.Code,
        _ typeKey: String
    ) async throws {
        let (error, requests) = try await failure([.fixture(fixture, status: status)])
        #expect(error?.code == code)
        #expect(error?.typeKey == typeKey)
        #expect(error?.httpStatus == status)
        #expect(requests == 1)
    }

    @Test func theServicesOwnWordsReachTheOperatorWithWhatToDo() async throws {
        let (error, _) = try await failure([.fixture("error.access-denied", status: 403)])
        #expect(error?.message.contains("needs Manage permissions for pool ecs-linux") == true)
        #expect(error?.message.contains("Agent Pools (read & manage)") == true)
        let long = #"{"message":"\u001b[31m\#(String(repeating: "x", count: 10_000))","typeKey":5}"#
        let (bounded, _) = try await failure([.json(long, status: 400)])
        #expect(bounded?.code == .invalidRequest)
        #expect((bounded?.message.utf8.count ?? 0) < 600)
        #expect(bounded?.message.contains("\u{1b}") == false)
    }

    @Test(arguments: [
        (403, AzureDevOpsError.Code.accessDenied), (404, .notFound), (410, .notFound), (409, .conflict),
        (412, .conflict), (400, .invalidRequest), (405, .invalidRequest), (415, .invalidRequest),
    ])
    func aRefusalWithoutAnEnvelopeIsReadByItsStatus(_ status: Int, _ code: AzureDevOpsError.Code) async throws {
        for text in ["", "<html>no</html>", "{\"message\":", "[]"] {
            let (error, requests) = try await failure([.status(status, text: text)])
            #expect(error?.code == code)
            #expect(requests == 1)
        }
    }

    @Test(arguments: [500, 502, 503, 504, 408])
    func aPassingFailureIsTriedThreeTimesAndThenTold(_ status: Int) async throws {
        let clock = ManualClock()
        let (error, requests) = try await failure(Array(repeating: .status(status), count: 4), clock: clock)
        #expect(error?.code == (status == 408 ? .timeout : .server))
        #expect(requests == 3)
        // Half of 250 ms and of 500 ms: the test's random number is 0.5.
        #expect(clock.sleeps == [.milliseconds(125), .milliseconds(250)])
    }

    @Test func aPassingFailureIsForgottenWhenTheNextTrySucceeds() async throws {
        try await withClient([.status(503), .status(500), .json(#"{"id":44,"name":"ecs"}"#)]) { client, server in
            let pool = try await client.pool(id: 44)
            #expect(pool.name == "ecs")
            #expect(server.requests.count == 3)
        }
    }

    @Test func whatMustNotHappenTwiceIsNotSentAgain() async throws {
        try await withClient(Array(repeating: .status(503), count: 4)) { client, server in
            await #expect(throws: AzureDevOpsError.self) {
                try await client.createAgent(
                    poolID: 44, AgentRegistration(name: "a", version: "1.0", osDescription: ""))
            }
            await #expect(throws: AzureDevOpsError.self) {
                try await client.updateStage("Deploy", project: "p", buildID: 1, .retry(allJobs: true))
            }
            #expect(server.requests.count == 2)
        }
    }

    // MARK: Throttling

    @Test func aShortRetryAfterIsWaitedOut() async throws {
        let clock = ManualClock()
        let throttled = try ScriptedAnswer.fixture("error.throttled", status: 429, headers: [("Retry-After", "7")])
        try await withClient([throttled, .json(#"{"id":44,"name":"ecs"}"#)], clock: clock) { client, server in
            let pool = try await client.pool(id: 44)
            #expect(pool.name == "ecs")
            #expect(clock.sleeps == [.seconds(7)])
            #expect(server.requests.count == 2)
        }
    }

    @Test func aPauseIsLoggedWhenItBeginsAndAnOrdinaryRepetitionIsNot() async throws {
        let throttled = try ScriptedAnswer.fixture("error.throttled", status: 429, headers: [("Retry-After", "30")])
        let lines = LogRecorder.Lines()
        let logger = Logger(label: "test") { _ in LogRecorder(lines: lines) }
        try await withClient(
            [throttled, .status(503), .json(#"{"id":44,"name":"ecs"}"#)], clock: ManualClock(), logger: logger
        ) { client, _ in
            _ = try await client.pool(id: 44)
        }
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("pause=30") == true, "\(lines.all)")
    }

    @Test func aLongRetryAfterFailsThisCallAndKeepsTheNextOnesFromTheService() async throws {
        let clock = ManualClock()
        let throttled = try ScriptedAnswer.fixture("error.throttled", status: 429, headers: [("Retry-After", "120")])
        try await withClient([throttled, .json(#"{"id":44,"name":"ecs"}"#)], clock: clock) { client, server in
            let first = await #expect(throws: AzureDevOpsError.self) { try await client.pool(id: 44) }
            #expect(first?.code == .throttled)
            #expect(first?.retryAfter == .seconds(120))
            #expect(first?.typeKey == "RequestBlockedException")
            clock.advance(by: .seconds(50))
            let second = await #expect(throws: AzureDevOpsError.self) { try await client.pool(id: 44) }
            #expect(second?.code == .throttled)
            #expect(second?.retryAfter == .seconds(70))
            #expect(second?.httpStatus == nil)
            #expect(server.requests.count == 1)
            // Near its end the rest of the pause is short enough to be waited out.
            clock.advance(by: .seconds(60))
            let pool = try await client.pool(id: 44)
            #expect(pool.name == "ecs")
            #expect(clock.sleeps == [.seconds(10)])
        }
    }

    @Test func aRetryAfterWithASuccessfulAnswerHoldsTheNextCallBack() async throws {
        let clock = ManualClock()
        let headers = [
            (name: "Retry-After", value: "5"), (name: "X-RateLimit-Resource", value: "core"),
            (name: "X-RateLimit-Delay", value: "0.25"), (name: "X-RateLimit-Limit", value: "200"),
            (name: "X-RateLimit-Remaining", value: "0"), (name: "X-RateLimit-Reset", value: "1770000300"),
        ]
        let answers = [
            ScriptedAnswer.json(#"{"id":44,"name":"ecs"}"#, headers: headers), .json(#"{"id":44,"name":"ecs"}"#),
        ]
        try await withClient(answers, clock: clock) { client, _ in
            #expect(client.rateLimit == nil)
            _ = try await client.pool(id: 44)
            #expect(clock.sleeps.isEmpty)
            #expect(
                client.rateLimit
                    == RateLimit(
                        resource: "core",
                        delay: .milliseconds(250),
                        limit: 200,
                        remaining: 0,
                        reset: Date(timeIntervalSince1970: 1_770_000_300),
                        retryAfter: .seconds(5),
                        observed: Date(timeIntervalSince1970: 1_770_000_000)
                    ))
            let copy = client
            _ = try await copy.pool(id: 44)
            #expect(clock.sleeps == [.seconds(5)])
        }
    }

    // MARK: Bounds

    @Test(arguments: [false, true])
    func anAnswerThatNeverComesEndsWithTheTimeout(_ afterHead: Bool) async throws {
        let hang = ScriptedAnswer(status: 200, headers: [], body: .hang(afterHead: afterHead))
        let clock = ManualClock()
        let (error, _) = try await failure([hang, hang], clock: clock) {
            $0.attemptTimeout = .milliseconds(150)
            $0.maximumAttempts = 2
        }
        #expect(error?.code == .timeout)
        #expect(error?.message.contains("0.15 seconds") == true)
        // Two attempts, told by the pause between them: on a busy machine a request may not get as far as the server.
        #expect(clock.sleeps.count == 1)
    }

    @Test func anAnswerThatIsTooLongIsDropped() async throws {
        let answer = ScriptedAnswer.json(#"{"id":44,"name":"\#(String(repeating: "x", count: 5000))"}"#)
        let (error, requests) = try await failure([answer]) { $0.maximumAnswerBytes = 4096 }
        #expect(error?.code == .answerTooLarge)
        #expect(requests == 1)
    }

    /// With thousands of jobs and hundreds of agents the service names more agents than anything else, and nobody reads them.
    @Test func agentsThatCouldServeAJobDontMakeAListTooLong() async throws {
        let agents = Array(repeating: #"{"id":1,"name":"a}],\"","enabled":true}"#, count: 1_000).joined(separator: ",")
        let answer = #"{"count":1,"value":[{"requestId":7,"matchedAgents":[\#(agents)],"demands":["java"]}]}"#
        try await withClient([.json(answer)], configure: { $0.maximumAnswerBytes = 4096 }) { client, _ in
            let requests = try await client.unfinishedJobRequests(poolID: 44)
            #expect(requests.map(\.id) == [7])
            #expect(requests.first?.demands == ["java"])
        }
    }

    @Test func aConnectionThatBreaksInTheMiddleIsTriedAgain() async throws {
        let broken = ScriptedAnswer(status: 200, headers: [], body: .broken(#"{"id":44,"#))
        try await withClient([broken, .json(#"{"id":44,"name":"ecs"}"#)]) { client, server in
            let pool = try await client.pool(id: 44)
            #expect(pool.name == "ecs")
            #expect(server.requests.count == 2)
        }
        let (error, _) = try await failure([broken, broken, broken])
        #expect(error?.code == .unreachable)
    }

    @Test func aServerThatIsNotThereIsUnreachable() async throws {
        // The port was free a moment ago, and nothing listens on it now.
        let port = try await ScriptedServer.with([]) { $0.port }
        let clock = ManualClock()
        let start = ContinuousClock.now
        try await withHTTPClient { httpClient in
            let client = AzureDevOpsClient(
                organization: try OrganizationURL("http://127.0.0.1:\(port)/fabrikam"),
                authenticator: try PersonalAccessToken("t"),
                httpClient: httpClient,
                clock: clock.clock,
                random: { 0 },
                logger: .silent
            )
            let error = await #expect(throws: AzureDevOpsError.self) { try await client.pool(id: 44) }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("name resolution") == true)
        }
        // It is said at once, and not when the time to connect is up.
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func aCancelledCallEndsAtOnceAsCancelled() async throws {
        let hang = ScriptedAnswer(status: 200, headers: [], body: .hang(afterHead: false))
        try await withClient([hang]) { client, server in
            let call = Task { try await client.pool(id: 44) }
            while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            #expect(server.requests.count == 1)
        }
    }

    /// Even when the HTTP client that was passed in follows redirects, the answer at their end is not taken.
    @Test func aRedirectThatWasFollowedIsNotAnAnswer() async throws {
        try await ScriptedServer.with([.json(#"{"id":44,"name":"impostor"}"#)]) { other in
            let redirect = ScriptedAnswer.status(302, headers: [("Location", other.url + "/pool")])
            try await ScriptedServer.with([redirect]) { server in
                try await withHTTPClient(HTTPClient.Configuration()) { httpClient in
                    let client = AzureDevOpsClient(
                        organization: try OrganizationURL(server.url + "/fabrikam"),
                        authenticator: try PersonalAccessToken("t"),
                        httpClient: httpClient,
                        logger: .silent
                    )
                    let error = await #expect(throws: AzureDevOpsError.self) { try await client.pool(id: 44) }
                    #expect(error?.code == .notSignedIn)
                    #expect(error?.httpStatus == 302)
                }
            }
        }
        try await ScriptedServer.with([]) { other in
            let redirect = ScriptedAnswer.status(302, headers: [("Location", other.url + "/pool")])
            _ = try await failure([redirect])
            #expect(other.requests.isEmpty)
        }
    }

    @Test func noErrorNamesTheToken() async throws {
        for answer in [ScriptedAnswer.status(401), .status(500), .json("{"), .status(400, text: "secret-token")] {
            let (error, _) = try await failure([answer, answer, answer])
            #expect(error?.description.contains("secret-token") == false)
            #expect(error?.description.contains("OnNlY3JldC10b2tlbg") == false)
        }
    }
}
