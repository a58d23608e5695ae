@testable import AWSClient
import Foundation
import NIOHTTP1
import Synchronization
import Testing

/// The attempt loop, with the network replaced by a script and the clock by a manual one.
@Suite(.timeLimit(.minutes(1))) struct AWSClientTests {
    private let read = AWSCall(service: .ecs, operation: "DescribeTasks", body: Data("{}".utf8), isRepeatable: true)
    private let once = AWSCall(
        service: .ecs, operation: "RegisterTaskDefinition", body: Data("{}".utf8), isRepeatable: false)

    private struct Empty: Decodable, Sendable {}

    private func throttle(_ headers: HTTPHeaders = [:]) -> ScriptedExchange.Reply {
        .answer(400, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, headers)
    }

    @Test func aCallIsSignedAndAddressedToTheServicesTarget() async throws {
        let exchange = ScriptedExchange([.answer(200, "{}")])
        _ = try await scriptedClient(exchange).json(self.read, as: Empty.self)
        let request = try #require(exchange.requests.first)
        #expect(request.url == "https://ecs.eu-west-1.amazonaws.com/")
        #expect(request.headers["Host"] == ["ecs.eu-west-1.amazonaws.com"])
        #expect(request.headers["Content-Type"] == ["application/x-amz-json-1.1"])
        #expect(request.headers["X-Amz-Target"] == ["AmazonEC2ContainerServiceV20141113.DescribeTasks"])
        #expect(request.headers["X-Amz-Security-Token"] == ["SESSIONTOKENEXAMPLE"])
        let authorization = request.headers["Authorization"].first ?? ""
        #expect(authorization.contains("/20270115/eu-west-1/ecs/aws4_request"))
        #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,"))
    }

    @Test func aThrottledCallWaitsAndIsSignedAnew() async throws {
        let exchange = ScriptedExchange([throttle(), throttle(["x-amz-retry-after": "2000"]), .answer(200, "{}")])
        let runtime = ManualRuntime(random: 0.5)
        _ = try await scriptedClient(exchange, runtime: runtime).json(self.read, as: Empty.self)
        #expect(runtime.pauses == [.milliseconds(500), .seconds(2)])
        let dates = exchange.requests.flatMap { $0.headers["X-Amz-Date"] }
        #expect(dates == ["20270115T080000Z", "20270115T080000Z", "20270115T080002Z"])
        #expect(Set(exchange.requests.map(\.body)).count == 1)
    }

    @Test func aCallerThatPacesItselfIsToldOfAThrottleAtOnce() async throws {
        let exchange = ScriptedExchange([throttle(), .answer(503, ""), .answer(200, "{}")])
        var call = self.read
        call.retriesThrottles = false
        let client = try scriptedClient(exchange)
        let error = await caught(AWSError.self) { _ = try await client.json(call, as: Empty.self) }
        #expect(error?.classification == .throttle)
        #expect(exchange.requests.count == 1)
        _ = try await client.json(call, as: Empty.self)
        #expect(exchange.requests.count == 3)
    }

    /// What allows a stop is soon too old.
    @Test(arguments: [
        ScriptedExchange.Reply.answer(400, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#),
        .answer(503, ""),
        .failure(.timedOut),
    ])
    func aCallThatIsRightNowAloneIsNotRepeatedAfterAPause(_ first: ScriptedExchange.Reply) async throws {
        let exchange = ScriptedExchange([first, .answer(200, #"{"task":{}}"#)])
        let runtime = ManualRuntime(random: 0.5)
        let ecs = ECSClient(client: try scriptedClient(exchange, runtime: runtime))
        let error = await caught(AWSError.self) {
            _ = try await ecs.stopTask("arn", cluster: "c", reason: "r", retriesLater: false)
        }
        #expect(error != nil)
        #expect(exchange.requests.count == 1)
        #expect(runtime.pauses.isEmpty)
    }

    @Test func eachAttemptIsToldOfWithWhatCameOfIt() async throws {
        let reports = Mutex<[AWSCallReport]>([])
        var configuration = AWSClient.Configuration()
        configuration.onAttempt = { report in reports.withLock { $0.append(report) } }
        let denied = #"{"__type":"AccessDeniedException","message":"no"}"#
        let exchange = ScriptedExchange([throttle(), .failure(.timedOut), .answer(200, "{}"), .answer(400, denied)])
        let client = try scriptedClient(exchange, configuration: configuration)
        _ = try await client.json(self.read, as: Empty.self)
        _ = await caught(AWSError.self) { _ = try await client.json(self.once, as: Empty.self) }
        let all = reports.withLock { $0 }
        #expect(all.map(\.service) == ["ECS", "ECS", "ECS", "ECS"])
        #expect(all.map(\.operation) == Array(repeating: "DescribeTasks", count: 3) + ["RegisterTaskDefinition"])
        #expect(all.map { $0.error?.classification } == [.throttle, .transient, nil, .accessDenied])
    }

    @Test func theEndOfTheCredentialsIsKnownOnceTheyWereUsed() async throws {
        let end = Date(timeIntervalSince1970: 1_800_000_000)
        let credentials = AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "x", expiration: end)
        let exchange = ScriptedExchange([.answer(200, "{}")])
        let client = try scriptedClient(exchange, credentials: StaticCredentialProvider(credentials))
        #expect(client.credentialsExpiration == nil)
        _ = try await client.json(self.read, as: Empty.self)
        #expect(client.credentialsExpiration == end)
    }

    @Test func attemptsEndWithTheLastErrorAndTheirNumber() async throws {
        let exchange = ScriptedExchange([throttle(), throttle(), throttle(), .answer(200, "{}")])
        let client = try scriptedClient(exchange)
        let error = await caught(AWSError.self) { _ = try await client.json(self.read, as: Empty.self) }
        #expect(error?.classification == .throttle)
        #expect(error?.attempts == 3)
        #expect(exchange.repliesLeft == 1)
    }

    @Test(arguments: [
        (ScriptedExchange.Reply.failure(.notSent), true), (.failure(.interrupted), false), (.failure(.timedOut), false),
        (.answer(500, "<html>"), false), (.answer(503, ""), false), (.answer(200, "<html>"), false),
    ])
    func aCallThatMayNotRunTwiceIsRepeatedOnlyWhenItCanNotHaveRun(reply: ScriptedExchange.Reply, isRepeated: Bool)
        async throws
    {
        let exchange = ScriptedExchange([reply, .answer(200, "{}")])
        let client = try scriptedClient(exchange)
        let error = await caught(AWSError.self) { _ = try await client.json(self.once, as: Empty.self) }
        #expect((error == nil) == isRepeated)
        #expect(error?.isOutcomeUnknown != false)
        let readExchange = ScriptedExchange([reply, .answer(200, "{}")])
        _ = try await scriptedClient(readExchange).json(self.read, as: Empty.self)
        #expect(readExchange.requests.count == 2)
    }

    @Test func anEmptyBudgetStopsRetriesOfTheWholeClient() async throws {
        var configuration = AWSClient.Configuration()
        configuration.attemptsMaximum = 2
        let exchange = ScriptedExchange(Array(repeating: .failure(.timedOut), count: 200))
        let client = try scriptedClient(exchange, configuration: configuration)
        for _ in 0..<60 {
            _ = await caught(AWSError.self) { _ = try await client.json(self.read, as: Empty.self) }
        }
        // 500 / 10 retries, then each call is sent once.
        #expect(exchange.requests.count == 60 + 50)
    }

    @Test func expiredCredentialsAreDroppedAndTheCallIsSentOnceMoreWithNewOnes() async throws {
        let provider = SequenceProvider(["OLD", "NEW", "NEWER"])
        let expired = ScriptedExchange.Reply.answer(400, #"{"__type":"ExpiredTokenException"}"#)
        let exchange = ScriptedExchange([expired, .answer(200, "{}")])
        let runtime = ManualRuntime()
        let cache = CredentialCache(provider, runtime: runtime.runtime, logger: quiet)
        _ = try await scriptedClient(exchange, credentials: cache, runtime: runtime).json(self.once, as: Empty.self)
        let keys = exchange.requests.compactMap { $0.headers["Authorization"].first?.split(separator: "/").first }
        #expect(keys == ["AWS4-HMAC-SHA256 Credential=OLD", "AWS4-HMAC-SHA256 Credential=NEW"])
        #expect(runtime.pauses.isEmpty)

        let twice = ScriptedExchange([expired, expired, .answer(200, "{}")])
        let client = try scriptedClient(
            twice,
            credentials: CredentialCache(SequenceProvider(["A", "B", "C"]), runtime: runtime.runtime, logger: quiet)
        )
        let error = await caught(AWSError.self) { _ = try await client.json(self.read, as: Empty.self) }
        #expect(error?.classification == .expiredCredentials)
        #expect(twice.requests.count == 2)
    }

    @Test func refusedCredentialsThatDoNotChangeAreNotSentAgain() async throws {
        let exchange = ScriptedExchange([
            .answer(403, #"{"__type":"UnrecognizedClientException"}"#), .answer(200, "{}"),
        ])
        let client = try scriptedClient(exchange)
        let error = await caught(AWSError.self) { _ = try await client.json(self.read, as: Empty.self) }
        #expect(error?.code.rawValue == "UnrecognizedClientException")
        #expect(exchange.requests.count == 1)
    }

    @Test func aWrongClockIsCorrectedForThisAndLaterCalls() async throws {
        // The manual clock says 08:00:00.
        let skewed = ScriptedExchange.Reply.answer(
            403, #"{"__type":"RequestTimeTooSkewed"}"#, ["Date": "Fri, 15 Jan 2027 08:10:00 GMT"]
        )
        let exchange = ScriptedExchange([skewed, .answer(200, "{}"), .answer(200, "{}"), skewed, skewed])
        let runtime = ManualRuntime()
        let client = try scriptedClient(exchange, runtime: runtime)
        _ = try await client.json(self.once, as: Empty.self)
        _ = try await client.json(self.once, as: Empty.self)
        #expect(
            exchange.requests.flatMap { $0.headers["X-Amz-Date"] }
                == ["20270115T080000Z", "20270115T081000Z", "20270115T081000Z"]
        )
        // Signed at 08:10 now, so the same answer is no skew any more, and can't be mended by correcting again.
        let error = await caught(AWSError.self) { _ = try await client.json(self.once, as: Empty.self) }
        #expect(error?.code.rawValue == "RequestTimeTooSkewed")
        #expect(exchange.requests.count == 4)
    }

    @Test func missingCredentialsAreAnErrorThatKeepsItsReasonAndSendsNothing() async throws {
        let exchange = ScriptedExchange([])
        let client = try scriptedClient(exchange, credentials: CredentialChain([]))
        let error = await caught(AWSError.self) { _ = try await client.json(self.read, as: Empty.self) }
        #expect(error?.code == .credentialsUnavailable)
        #expect(error?.cause is CredentialError)
        #expect(error?.description.contains("no source of AWS credentials applies here") == true)
        #expect(error?.attempts == 0)
        #expect(error?.description.contains("\n") == false)
        #expect(exchange.requests.isEmpty)
    }

    @Test func aCancelledCallStopsInItsPause() async throws {
        let exchange = ScriptedExchange([throttle(), .answer(200, "{}")])
        let manual = ManualRuntime()
        let pausing = AsyncStream<Void>.makeStream()
        var runtime = manual.runtime
        runtime.sleep = { _ in
            pausing.continuation.yield()
            try await Task.sleep(for: .seconds(60))
        }
        let client = AWSClient(
            region: try AWSRegion("eu-west-1"), credentials: StaticCredentialProvider(exampleCredentials),
            exchange: exchange, runtime: runtime, logger: quiet
        )
        let call = self.read
        let task = Task { try await client.json(call, as: Empty.self) }
        for await _ in pausing.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(exchange.requests.count == 1)
    }

    @Test func anAnswerThatIsNotTheOperationsNamesThePlaceButNotTheContent() async throws {
        let body = #"{"tasks":[{"taskArn":["SECRETVALUE"]}]}"#
        let exchange = ScriptedExchange(Array(repeating: .answer(200, body), count: 3))
        let ecs = ECSClient(client: try scriptedClient(exchange))
        let error = await caught(AWSError.self) { _ = try await ecs.describeTasks(["a"], cluster: "c") }
        #expect(error?.code == .malformedResponse)
        #expect(error?.message.contains("tasks.Index 0.taskArn") == true)
        #expect(error?.description.contains("SECRETVALUE") == false)
    }
}

/// Gives one access key after the other, and the last one for ever.
final class SequenceProvider: CredentialProvider {
    private let keys: Mutex<[String]>

    init(_ keys: [String]) { self.keys = Mutex(keys) }

    var source: String { "sequence" }

    func credentials() async throws -> AWSCredentials {
        let key = self.keys.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "" }
        return AWSCredentials(accessKeyID: key, secretAccessKey: "secret of \(key)")
    }
}
