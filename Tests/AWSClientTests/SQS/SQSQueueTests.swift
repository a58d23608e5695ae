@testable import AWSClient
import Testing

@Suite struct SQSQueueTests {
    @Test(arguments: [
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events", "eu-west-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q", "cn-north-1"),
        ("https://sqs-fips.us-east-2.amazonaws.com/111122223333/q.fifo", "us-east-2"),
        ("https://sqs.eu-west-1.api.aws/111122223333/q", "eu-west-1"),
        ("https://vpce-0a-1b.sqs.eu-west-3.vpce.amazonaws.com/111122223333/q", "eu-west-3"),
        ("https://eu-central-1.queue.amazonaws.com/111122223333/q", "eu-central-1"),
        ("https://queue.amazonaws.com/111122223333/q", "us-east-1"), ("http://127.0.0.1:5000/111122223333/q", nil),
        ("http://sqs.internal.example.com/111122223333/q", nil),
    ])
    func theRegionIsInTheHost(url: String, region: String?) throws {
        let queue = try SQSQueue(url)
        #expect(queue.region?.name == region)
        #expect(queue.account == "111122223333")
        #expect(queue.description == url)
    }

    @Test(arguments: [
        "", "slipway-events", "arn:aws:sqs:eu-west-1:111122223333:q", "https://sqs.eu-west-1.amazonaws.com/q",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/", "https://sqs.eu-west-1.amazonaws.com/111122223333/q/",
        "https://sqs.eu-west-1.amazonaws.com/11112222333/q", "https://sqs.eu-west-1.amazonaws.com/111122223333/q w",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/q?a=b",
        "https://u:p@sqs.eu-west-1.amazonaws.com/111122223333/q",
        "ftp://sqs.eu-west-1.amazonaws.com/111122223333/q",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/" + String(repeating: "q", count: 81),
    ])
    func whatIsNoQueueIsRefused(url: String) async {
        let error = await caught(AWSError.self) { _ = try SQSQueue(url) }
        #expect(error?.code == .invalidConfiguration)
    }
}
