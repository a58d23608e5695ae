@testable import AWSClient
import AsyncHTTPClient
import Foundation
import Testing

/// The whole way to a real socket, with a server that misbehaves.
@Suite(.timeLimit(.minutes(2))) struct FaultyServerTests {
    private func outcome(
        of reply: TestServer.Reply, attempts: Int = 1, timeout: Duration = .seconds(10)
    ) async throws -> (error: AWSError?, requests: Int) {
        try await TestServer.with({ _ in reply }) { server in
            try await withHTTPClient { http in
                let client = try client(http, endpoint: server.url, attempts: attempts, timeout: timeout)
                let error = await caught(AWSError.self) {
                    _ = try await ECSClient(client: client).describeTasks(["a"], cluster: "c")
                }
                return (error, server.requests.count)
            }
        }
    }

    private func client(
        _ http: HTTPClient, endpoint: String, attempts: Int = 1, timeout: Duration = .seconds(10)
    ) throws -> AWSClient {
        var configuration = AWSClient.Configuration()
        configuration.attemptsMaximum = attempts
        configuration.attemptTimeout = timeout
        configuration.responseBodyMaximumBytes = 10_000
        return AWSClient(
            region: try AWSRegion("eu-west-1"), credentials: StaticCredentialProvider(exampleCredentials),
            httpClient: http,
            endpoints: AWSEndpoints(override: try AWSEndpoint(endpoint)), configuration: configuration,
            runtime: ManualRuntime().runtime, logger: quiet
        )
    }

    @Test func serverErrorsAreRetriedToTheLastAttempt() async throws {
        let (error, requests) = try await outcome(of: .answer(500, "<html>oops</html>"), attempts: 3)
        #expect(error?.httpStatus == 500)
        #expect(error?.classification == .transient)
        #expect(requests == 3)
    }

    @Test func throttlesAreRetriedToTheLastAttempt() async throws {
        let body = #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#
        let (error, requests) = try await outcome(of: .answer(400, body), attempts: 2)
        #expect(error?.classification == .throttle)
        #expect(requests == 2)
    }

    @Test func aServerThatNeverAnswersRunsIntoTheTimeout() async throws {
        let (error, _) = try await outcome(of: .hang, timeout: .milliseconds(200))
        #expect(error?.code == .timedOut)
        #expect(error?.isOutcomeUnknown == true)
    }

    @Test func aBodyThatNeverEndsRunsIntoTheTimeout() async throws {
        let (error, _) = try await outcome(of: .trickle(bytes: 5_000), timeout: .milliseconds(200))
        #expect(error?.code == .timedOut)
        #expect(error?.isOutcomeUnknown == true)
    }

    @Test func aBodyThatAnnouncesTooMuchIsRefused() async throws {
        let (error, _) = try await outcome(of: .trickle(bytes: 10_001))
        #expect(error?.code == .responseTooLarge)
        #expect(error?.httpStatus == 200)
    }

    @Test func aBodyThatGrowsTooLargeIsRefused() async throws {
        let chunk = String(repeating: "x", count: 0x4000)
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n\(chunk)\r\n0\r\n\r\n"
        let (error, _) = try await outcome(of: .raw(text))
        #expect(error?.code == .responseTooLarge)
    }

    @Test(arguments: ["garbage\r\n\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}"])
    func aBrokenConnectionLeavesTheOutcomeUnknown(text: String) async throws {
        let (error, _) = try await outcome(of: text.isEmpty ? .close : .raw(text))
        #expect(error?.code == .connectionLost)
        #expect(error?.classification == .transient)
        #expect(error?.isOutcomeUnknown == true)
    }

    @Test func aSuccessThatIsNoJSONIsMalformed() async throws {
        let (error, _) = try await outcome(of: .answer(200, "<ListAllMyBucketsResult/>"))
        #expect(error?.code == .malformedResponse)
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let (error, requests) = try await outcome(
            of: .answer(307, "", headers: ["Location": "http://127.0.0.1:1/"]), attempts: 3
        )
        #expect(error?.httpStatus == 307)
        #expect(error?.message.contains("redirect") == true)
        #expect(requests == 1)
    }

    @Test func aRefusedConnectionIsKnownNotToHaveSentAnything() async throws {
        let port = try await TestServer.with({ _ in .close }) { $0.url }
        try await withHTTPClient { http in
            let client = try client(http, endpoint: port)
            let error = await caught(AWSError.self) {
                _ = try await ECSClient(client: client).describeTasks(["a"], cluster: "c")
            }
            #expect(error?.code == .connectionFailed)
            #expect(error?.isOutcomeUnknown == false)
            #expect(error?.message.contains(port) == true)
        }
    }

    @Test func aFailedTLSHandshakeIsKnownNotToHaveSentAnything() async throws {
        try await TestServer.with({ _ in .close }, greeting: "this is no TLS\r\n") { server in
            try await withHTTPClient { http in
                let endpoint = server.url.replacingOccurrences(of: "http:", with: "https:")
                let client = try client(http, endpoint: endpoint)
                let error = await caught(AWSError.self) {
                    _ = try await ECSClient(client: client).describeTasks(["a"], cluster: "c")
                }
                #expect(error?.code == .connectionFailed, "\(error.map { "\($0)" } ?? "")")
                #expect(error?.isOutcomeUnknown == false)
                #expect(error?.advice.contains("certificate") == true)
            }
        }
    }

    @Test func cancellingEndsACallThatWaitsForItsAnswer() async throws {
        try await TestServer.with({ _ in .hang }) { server in
            try await withHTTPClient { http in
                let ecs = ECSClient(client: try client(http, endpoint: server.url))
                let task = Task { try await ecs.describeTasks(["a"], cluster: "c") }
                while server.requests.isEmpty { await Task.yield() }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }
}
