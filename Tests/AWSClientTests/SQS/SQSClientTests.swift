@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct SQSClientTests {
    private let url = "https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events"

    private func client(
        _ exchange: ScriptedExchange, configuration: AWSClient.Configuration = .init()
    ) throws -> SQSClient {
        SQSClient(client: try scriptedClient(exchange, configuration: configuration), queue: try SQSQueue(url))
    }

    private func body(_ request: HTTPExchangeRequest) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: request.body) as? NSDictionary)
    }

    @Test func messagesAreReceivedByALongPoll() async throws {
        let exchange = ScriptedExchange([
            .answer(
                200,
                """
                {"Messages":[
                {"MessageId":"1","ReceiptHandle":"r1","Body":"hello","MD5OfBody":"5d41402abc4b2a76b9719d911017c592",
                "Attributes":{"ApproximateReceiveCount":"3"},"Novelty":{}},
                {"MessageId":"2","ReceiptHandle":"r2","Body":"hello","MD5OfBody":"00000000000000000000000000000000"},
                {"MessageId":"3","ReceiptHandle":"r3","Body":"größer \\u0001","Attributes":null}]}
                """)
        ])
        let messages = try await client(exchange).receiveMessages(hiddenSeconds: 30)
        #expect(messages.map(\.receiptHandle) == ["r1", "r2", "r3"])
        #expect(messages.map(\.body) == ["hello", "hello", "größer \u{1}"])
        #expect(messages.map(\.receiveCount) == [3, 1, 1])
        #expect(messages.map(\.isIntact) == [true, false, true])
        let request = try #require(exchange.requests.first)
        #expect(request.url == "https://sqs.eu-west-1.amazonaws.com/")
        #expect(request.headers["Content-Type"] == ["application/x-amz-json-1.0"])
        #expect(request.headers["X-Amz-Target"] == ["AmazonSQS.ReceiveMessage"])
        #expect(request.headers["Authorization"].first?.contains("/eu-west-1/sqs/aws4_request") == true)
        let input: NSDictionary = [
            "QueueUrl": self.url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20, "VisibilityTimeout": 30,
            "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
        ]
        let sent = try body(request)
        #expect(sent == input)
    }

    @Test func anEmptyQueueIsAnsweredWithoutTheMember() async throws {
        #expect(try await client(ScriptedExchange([.answer(200, "{}")])).receiveMessages() == [])
        #expect(try await client(ScriptedExchange([.answer(200, #"{"Messages":null}"#)])).receiveMessages() == [])
    }

    @Test func theTimeForAnAttemptIsLongerThanThePoll() async throws {
        let exchange = ScriptedExchange([.answer(200, "{}"), .answer(200, "{}"), .answer(200, "{}")])
        var configuration = AWSClient.Configuration()
        configuration.attemptTimeout = .seconds(15)
        let client = try client(exchange, configuration: configuration)
        _ = try await client.receiveMessages()
        _ = try await client.receiveMessages(waitSeconds: 0)
        _ = try await client.attributes()
        #expect(exchange.timeouts == [.seconds(35), .seconds(15), .seconds(15)])
    }

    @Test func limitsAreKeptWhateverIsAskedFor() async throws {
        let exchange = ScriptedExchange([.answer(200, "{}")])
        _ = try await client(exchange).receiveMessages(maximum: 500, waitSeconds: 500, hiddenSeconds: 1_000_000)
        let input = try body(try #require(exchange.requests.first))
        #expect(input["MaxNumberOfMessages"] as? Int == 10)
        #expect(input["WaitTimeSeconds"] as? Int == 20)
        #expect(input["VisibilityTimeout"] as? Int == 43_200)
    }

    @Test func theOnesThatWereNotDeletedAreTold() async throws {
        let exchange = ScriptedExchange([
            .answer(
                200,
                """
                {"Successful":[{"Id":"m0"}],"Failed":[
                {"Id":"m1","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"The handle\\nis over"},
                {"Id":"m2","SenderFault":false,"Code":"InternalError"},{"Id":"stranger"}]}
                """)
        ])
        let failures = try await client(exchange).deleteMessages(["r0", "r1", "r2"])
        #expect(failures.map(\.receiptHandle) == ["r1", "r2"])
        #expect(failures.map(\.isReceiptOver) == [true, false])
        #expect(failures.first?.message == "The handle is over")
        let input: NSDictionary = [
            "QueueUrl": self.url,
            "Entries": [
                ["Id": "m0", "ReceiptHandle": "r0"], ["Id": "m1", "ReceiptHandle": "r1"],
                ["Id": "m2", "ReceiptHandle": "r2"],
            ],
        ]
        let sent = try body(try #require(exchange.requests.first))
        #expect(sent == input)
    }

    @Test func nothingToDeleteIsNoCallAndMoreThanTenAreRefused() async throws {
        let exchange = ScriptedExchange([])
        let client = try client(exchange)
        #expect(try await client.deleteMessages([]) == [])
        let error = await caught(AWSError.self) {
            _ = try await client.deleteMessages(Array(repeating: "r", count: 11))
        }
        #expect(error?.code == .invalidRequest)
        #expect(exchange.requests.isEmpty)
    }

    @Test(arguments: [
        (
            #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}"#, 400,
            AWSError.Classification.permanent, 1
        ),
        (#"{"__type":"com.amazonaws.sqs#RequestThrottled"}"#, 403, .throttle, 3),
        (#"{"__type":"com.amazonaws.sqs#OverLimit"}"#, 400, .throttle, 3),
        (#"{"__type":"com.amazonaws.sqs#KmsThrottled"}"#, 400, .throttle, 3),
        (#"{"__type":"com.amazonaws.sqs#KmsAccessDenied"}"#, 400, .accessDenied, 1),
        (#"{"__type":"AccessDeniedException"}"#, 403, .accessDenied, 1), ("<html>", 503, .transient, 3),
    ])
    func errorsAreToldApart(answer: String, status: Int, classification: AWSError.Classification, attempts: Int)
        async throws
    {
        let exchange = ScriptedExchange(Array(repeating: .answer(status, answer), count: 3))
        let client = try client(exchange)
        let error = await caught(AWSError.self) { _ = try await client.receiveMessages() }
        #expect(error?.classification == classification)
        #expect(error?.attempts == attempts)
        #expect(error?.service == "SQS")
    }

    @Test func aBrokenPollIsRepeated() async throws {
        let exchange = ScriptedExchange([.failure(.interrupted), .failure(.timedOut), .answer(200, "{}")])
        #expect(try await client(exchange).receiveMessages() == [])
        #expect(exchange.requests.count == 3)
    }

    @Test func attributesAreTexts() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"Attributes":{"VisibilityTimeout":"30"}}"#), .answer(200, "{}"),
        ])
        let client = try client(exchange)
        #expect(try await client.attributes() == ["VisibilityTimeout": "30"])
        #expect(try await client.attributes() == [:])
    }
}
