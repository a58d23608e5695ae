/// Amazon SQS, what reading one queue needs. Each method is one API operation, with retries by `AWSClient`.
///
/// All throw `AWSError`, or `CancellationError` when cancelled.
public struct SQSClient: Sendable {
    /// ReceiveMessage and DeleteMessageBatch take no more at once.
    public static let batchMaximum = 10
    /// ReceiveMessage waits no longer.
    public static let waitMaximumSeconds = 20
    /// A client of SQS needs room for ten messages of 1 MiB each, of which JSON makes up to three times as much: else a
    /// few large messages in front of a queue would keep everything behind them from being read.
    public static let responseBodyMaximumBytes = 32 * 1_024 * 1_024

    private let client: AWSClient
    private let queue: SQSQueue

    public init(client: AWSClient, queue: SQSQueue) {
        self.client = client
        self.queue = queue
    }

    /// Takes up to ten messages, and waits for the first one if there is none. Empty when none came.
    ///
    /// What is taken is hidden from others for a while and then comes again, unless it is deleted.
    ///
    /// - Parameters:
    ///   - waitSeconds: 0 to 20; the time allowed for an attempt is longer by as much.
    ///   - hiddenSeconds: 0 to 43,200. nil: as the queue is set.
    public func receiveMessages(
        maximum: Int = SQSClient.batchMaximum, waitSeconds: Int = SQSClient.waitMaximumSeconds,
        hiddenSeconds: Int? = nil
    ) async throws -> [SQSMessage] {
        let wait = min(max(waitSeconds, 0), Self.waitMaximumSeconds)
        let input = ReceiveInput(
            queueURL: self.queue.url, maximum: min(max(maximum, 1), Self.batchMaximum), waitSeconds: wait,
            hiddenSeconds: hiddenSeconds.map { min(max($0, 0), 43_200) }
        )
        // Again after an unknown outcome: at worst some messages are hidden for a while.
        var call = try AWSCall.json(.sqs, "ReceiveMessage", input, isRepeatable: true)
        call.serverWait = .seconds(wait)
        return try await self.client.json(call, as: ReceiveOutput.self).messages
    }

    /// Deletes up to ten messages by the handles of their receipts. Answers those that were not deleted, which SQS
    /// tells with HTTP 200; they come again.
    public func deleteMessages(_ receiptHandles: [String]) async throws -> [SQSDeleteFailure] {
        guard !receiptHandles.isEmpty else { return [] }
        guard receiptHandles.count <= Self.batchMaximum else {
            throw AWSError.invalidRequest("DeleteMessageBatch takes up to 10 messages, not \(receiptHandles.count).")
        }
        let entries = receiptHandles.enumerated().map { DeleteInput.Entry(id: "m\($0)", receiptHandle: $1) }
        let call = try AWSCall.json(
            .sqs, "DeleteMessageBatch", DeleteInput(queueURL: self.queue.url, entries: entries), isRepeatable: true
        )
        let output = try await self.client.json(call, as: DeleteOutput.self)
        let handles = Dictionary(
            entries.map { ($0.id, $0.receiptHandle) }, uniquingKeysWith: { first, _ in first })
        return output.failed.compactMap { failed in
            handles[failed.id].map {
                SQSDeleteFailure(
                    receiptHandle: $0, code: AWSError.cleaned(failed.code ?? "unknown", charactersMaximum: 100),
                    message: AWSError.cleaned(failed.message ?? "", charactersMaximum: 400))
            }
        }
    }

    /// All attributes of the queue, as SQS writes them: `Policy`, `VisibilityTimeout`, ….
    public func attributes() async throws -> [String: String] {
        let input = AttributesInput(queueURL: self.queue.url, names: ["All"])
        let call = try AWSCall.json(.sqs, "GetQueueAttributes", input, isRepeatable: true)
        return try await self.client.json(call, as: AttributesOutput.self).attributes ?? [:]
    }
}

/// A message that DeleteMessageBatch did not delete.
public struct SQSDeleteFailure: Sendable, Hashable {
    public var receiptHandle: String
    public var code: String
    public var message: String

    /// The receipt is over: the message was received again, or is gone.
    public var isReceiptOver: Bool { self.code == "ReceiptHandleIsInvalid" }
}

private struct ReceiveInput: Encodable {
    var queueURL: String
    var maximum: Int
    var waitSeconds: Int
    var hiddenSeconds: Int?
    var attributes = ["ApproximateReceiveCount"]

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
        case maximum = "MaxNumberOfMessages"
        case waitSeconds = "WaitTimeSeconds"
        case hiddenSeconds = "VisibilityTimeout"
        case attributes = "MessageSystemAttributeNames"
    }
}

private struct ReceiveOutput: Decodable, Sendable {
    var messages: [SQSMessage]

    enum CodingKeys: String, CodingKey { case messages = "Messages" }

    /// An empty queue is answered without the member.
    init(from decoder: any Decoder) throws {
        self.messages = try decoder.container(keyedBy: CodingKeys.self).list(.messages)
    }
}

private struct DeleteInput: Encodable {
    struct Entry: Encodable {
        var id: String
        var receiptHandle: String

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case receiptHandle = "ReceiptHandle"
        }
    }

    var queueURL: String
    var entries: [Entry]

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
        case entries = "Entries"
    }
}

private struct DeleteOutput: Decodable, Sendable {
    struct Failed: Decodable {
        var id: String
        var code: String?
        var message: String?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case code = "Code"
            case message = "Message"
        }
    }

    var failed: [Failed]

    enum CodingKeys: String, CodingKey { case failed = "Failed" }

    init(from decoder: any Decoder) throws {
        self.failed = try decoder.container(keyedBy: CodingKeys.self).list(.failed)
    }
}

private struct AttributesInput: Encodable {
    var queueURL: String
    var names: [String]

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
        case names = "AttributeNames"
    }
}

private struct AttributesOutput: Decodable, Sendable {
    var attributes: [String: String]?

    enum CodingKeys: String, CodingKey { case attributes = "Attributes" }
}
