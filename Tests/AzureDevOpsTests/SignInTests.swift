import AsyncHTTPClient
import AzureDevOps
import Foundation
import Testing

@Suite struct SignInTests {
    private func token(_ value: String, expiresIn: String = "3600") -> ScriptedAnswer {
        .json(#"{"token_type":"Bearer","expires_in":\#(expiresIn),"access_token":"\#(value)"}"#)
    }

    private func withEntra(
        _ answers: [ScriptedAnswer],
        clock: ManualClock = ManualClock(),
        timeout: Duration = .seconds(20),
        _ body: @escaping @Sendable (EntraClientCredentials, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.with(answers) { server in
            try await withHTTPClient { httpClient in
                let credentials = try EntraClientCredentials(
                    tenantID: "fabrikam.onmicrosoft.com",
                    clientID: "6f0a7b3e-1111-4222-8333-444455556666",
                    clientSecret: "s3cret~&+=",
                    authority: server.url,
                    httpClient: httpClient,
                    clock: clock.clock,
                    timeout: timeout,
                    logger: .silent
                )
                try await body(credentials, server)
            }
        }
    }

    private static func bearer(_ value: String) -> AuthorizationHeader { AuthorizationHeader("Bearer \(value)") }

    @Test func aTokenIsFetchedByTheClientCredentialsGrant() async throws {
        try await withEntra([.fixture("entra-token")]) { credentials, server in
            let header = try await credentials.authorization()
            #expect(header == Self.bearer("first-token"))
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /fabrikam.onmicrosoft.com/oauth2/v2.0/token")
            #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
            #expect(
                request.body == "client_id=6f0a7b3e-1111-4222-8333-444455556666&client_secret=s3cret~%26%2B%3D"
                    + "&grant_type=client_credentials&scope=499b84ac-1321-427f-aa17-267ca6975798%2F.default")
        }
    }

    @Test func aTokenIsKeptAndRenewedAheadOfItsExpiry() async throws {
        let clock = ManualClock()
        try await withEntra([token("a"), token("b")], clock: clock) { credentials, server in
            var headers = [try await credentials.authorization()]
            clock.advance(by: .seconds(3299))
            headers.append(try await credentials.authorization())
            clock.advance(by: .seconds(1))
            headers.append(try await credentials.authorization())
            #expect(headers == [Self.bearer("a"), Self.bearer("a"), Self.bearer("b")])
            #expect(server.requests.count == 2)
        }
    }

    @Test func aTokenWithAShortLifeIsRenewedAfterHalfOfIt() async throws {
        let clock = ManualClock()
        try await withEntra([token("a", expiresIn: "\"60\""), token("b")], clock: clock) { credentials, _ in
            _ = try await credentials.authorization()
            clock.advance(by: .seconds(29))
            let before = try await credentials.authorization()
            clock.advance(by: .seconds(1))
            let after = try await credentials.authorization()
            #expect([before, after] == [Self.bearer("a"), Self.bearer("b")])
        }
    }

    @Test func manyCallersShareOneFetch() async throws {
        try await withEntra([token("a"), token("b")]) { credentials, server in
            let headers = try await withThrowingTaskGroup(of: AuthorizationHeader.self) { group in
                for _ in 0..<50 { group.addTask { try await credentials.authorization() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(headers.count == 50)
            #expect(headers.filter { $0 != Self.bearer("a") }.isEmpty)
            #expect(server.requests.count == 1)
        }
    }

    @Test func aCallerThatIsCancelledDoesNotTakeTheFetchAway() async throws {
        try await withEntra([token("a")]) { credentials, server in
            let impatient = Task { try await credentials.authorization() }
            impatient.cancel()
            let header = try await credentials.authorization()
            #expect(header == Self.bearer("a"))
            _ = await impatient.result
            #expect(server.requests.count == 1)
        }
    }

    @Test func aFailedRenewalLeavesTheOldTokenInServiceUntilItEnds() async throws {
        let clock = ManualClock()
        try await withEntra([token("a"), .status(503), .status(500), token("b")], clock: clock) { credentials, server in
            _ = try await credentials.authorization()
            clock.advance(by: .seconds(3400))
            let during = try await credentials.authorization()
            // Put off for half a minute: not every call may wait for a broken authority.
            let soon = try await credentials.authorization()
            #expect([during, soon] == [Self.bearer("a"), Self.bearer("a")])
            #expect(server.requests.count == 2)
            clock.advance(by: .seconds(195))
            let error = await #expect(throws: AzureDevOpsError.self) { try await credentials.authorization() }
            #expect(error?.code == .server)
            let renewed = try await credentials.authorization()
            #expect(renewed == Self.bearer("b"))
        }
    }

    @Test func aRefusalSaysWhatIsWrongAndNotTheSecret() async throws {
        try await withEntra([.fixture("entra-refusal", status: 401)]) { credentials, _ in
            let error = await #expect(throws: AzureDevOpsError.self) { try await credentials.authorization() }
            #expect(error?.code == .notSignedIn)
            #expect(error?.message.contains("invalid_client, AADSTS7000215") == true)
            #expect(error?.message.contains("use its value, not its id") == true)
            #expect(error?.description.contains("s3cret") == false)
        }
    }

    @Test(arguments: [
        "{", "null", #"{"token_type":"Bearer","expires_in":3600}"#,
        #"{"token_type":"mac","expires_in":3600,"access_token":"a"}"#,
        #"{"token_type":"Bearer","expires_in":0,"access_token":"a"}"#,
        #"{"token_type":"Bearer","expires_in":1e12,"access_token":"a"}"#,
        #"{"token_type":"Bearer","expires_in":"soon","access_token":"a"}"#,
        #"{"token_type":"Bearer","expires_in":3600,"access_token":"a\r\nX-Injected: 1"}"#,
        #"{"token_type":"Bearer","expires_in":3600,"access_token":""}"#,
        "<html>proxy</html>",
    ])
    func anAnswerThatIsNoTokenIsNotUsed(_ body: String) async throws {
        try await withEntra([.json(body), token("a")]) { credentials, _ in
            let error = await #expect(throws: AzureDevOpsError.self) { try await credentials.authorization() }
            #expect(error?.code == .malformedAnswer)
            // And the next call tries anew.
            let header = try await credentials.authorization()
            #expect(header == Self.bearer("a"))
        }
    }

    @Test func anAuthorityThatNeverAnswersEndsWithTheTimeout() async throws {
        let hang = ScriptedAnswer(status: 200, headers: [], body: .hang(afterHead: false))
        try await withEntra([hang], timeout: .milliseconds(100)) { credentials, _ in
            let error = await #expect(throws: AzureDevOpsError.self) { try await credentials.authorization() }
            #expect(error?.code == .timeout)
        }
    }

    @Test func aTokenThatTheServiceRefusesIsFetchedAnewOnce() async throws {
        let clock = ManualClock()
        try await withEntra([token("stale"), token("fresh"), token("third")], clock: clock) { credentials, authority in
            let created = try ScriptedAnswer.fixture("agent.created")
            try await ScriptedServer.with([.status(401), created, .status(401), .status(401), created]) { server in
                try await withHTTPClient { httpClient in
                    let client = AzureDevOpsClient(
                        organization: try OrganizationURL(server.url + "/fabrikam"),
                        authenticator: credentials,
                        httpClient: httpClient,
                        clock: clock.clock,
                        logger: .silent
                    )
                    // Not even a creation was carried out by an answer of 401, so it may go again.
                    let registration = AgentRegistration(name: "a", version: "1.0", osDescription: "")
                    _ = try await client.createAgent(poolID: 44, registration)
                    #expect(
                        server.requests.map { $0.header("Authorization") ?? "" } == ["Bearer stale", "Bearer fresh"])
                    // A second refusal in a row is told.
                    let error = await #expect(throws: AzureDevOpsError.self) {
                        try await client.createAgent(poolID: 44, registration)
                    }
                    #expect(error?.code == .notSignedIn)
                    #expect(server.unused == 1)
                    #expect(authority.requests.count == 3)
                }
            }
        }
    }

    // MARK: Settings

    @Test(arguments: ["", " ", "abc\n", "a b", "é"])
    func aTokenThatWasReadWithItsLineEndIsRefusedWithAHint(_ token: String) {
        let error = #expect(throws: AzureDevOpsError.self) { try PersonalAccessToken(token) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("without a line end") == true)
    }

    @Test func nothingThatHoldsASecretPrintsIt() async throws {
        let token = try PersonalAccessToken("secret-token")
        let header = AuthorizationHeader("Bearer secret-token")
        for value in [token, header] as [any Sendable] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                #expect(!text.contains("secret-token"))
                #expect(!text.contains("OnNlY3JldC10b2tlbg"))
            }
        }
        try await withEntra([]) { credentials, _ in
            var dumped = ""
            dump(credentials, to: &dumped)
            #expect(!dumped.contains("s3cret"))
        }
    }

    @Test(arguments: [
        ("https://dev.azure.com/fabrikam", "https://dev.azure.com/fabrikam"),
        ("https://dev.azure.com/fabrikam/", "https://dev.azure.com/fabrikam"),
        ("HTTPS://Fabrikam.visualstudio.com", "https://fabrikam.visualstudio.com"),
        (
            "https://server.example:8443/tfs//Default%20Collection/",
            "https://server.example:8443/tfs/Default%20Collection"
        ),
        ("https://server.example/tfs/Default Collection", "https://server.example/tfs/Default%20Collection"),
        ("http://127.0.0.1:8080/fabrikam", "http://127.0.0.1:8080/fabrikam"),
        ("http://localhost:8080/fabrikam", "http://localhost:8080/fabrikam"),
        ("http://[::1]:8080/fabrikam", "http://[::1]:8080/fabrikam"),
    ])
    func anOrganizationURLIsBroughtIntoOneForm(_ text: String, _ expected: String) throws {
        let url = try OrganizationURL(text)
        #expect(url.description == expected)
    }

    @Test(arguments: [
        "", "fabrikam", "dev.azure.com/fabrikam", "http://dev.azure.com/fabrikam", "https://dev.azure.com",
        "https://dev.azure.com/fabrikam/project", "https://user@dev.azure.com/fabrikam",
        "https://user:secret@dev.azure.com/fabrikam", "https://dev.azure.com/fabrikam?x=1",
        "https://dev.azure.com/fabrikam#x", "ftp://dev.azure.com/fabrikam", "https:///fabrikam",
        "http://127.0.0.1.example.com/fabrikam",
    ])
    func aURLThatCannotBeTheOrganizationIsRefused(_ text: String) {
        let error = #expect(throws: AzureDevOpsError.self) { try OrganizationURL(text) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("https://") == true)
        #expect(error?.message.contains("secret") == false)
    }
}
