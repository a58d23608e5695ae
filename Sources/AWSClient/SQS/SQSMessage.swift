internal import Crypto
internal import Foundation

/// A message as ReceiveMessage hands it out.
public struct SQSMessage: Sendable, Hashable {
    public var messageID: String
    /// Names this receipt of the message, not the message: what DeleteMessage needs. Good until it is received again.
    public var receiptHandle: String
    public var body: String
    /// How often it was received so far, this time included; 1 when SQS does not say.
    public var receiveCount: Int
    /// Whether the body has the digest that SQS took of it; true when SQS sent none.
    public var isIntact: Bool

    public init(
        messageID: String, receiptHandle: String, body: String, receiveCount: Int = 1, isIntact: Bool = true
    ) {
        self.messageID = messageID
        self.receiptHandle = receiptHandle
        self.body = body
        self.receiveCount = receiveCount
        self.isIntact = isIntact
    }
}

extension SQSMessage: Decodable {
    enum CodingKeys: String, CodingKey {
        case messageID = "MessageId"
        case receiptHandle = "ReceiptHandle"
        case body = "Body"
        case digest = "MD5OfBody"
        case attributes = "Attributes"
    }

    private struct Attributes: Decodable {
        var receiveCount: Int?

        enum CodingKeys: String, CodingKey { case receiveCount = "ApproximateReceiveCount" }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.receiveCount = try container.lenientInt(.receiveCount)
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.messageID = try container.decode(String.self, forKey: .messageID)
        self.receiptHandle = try container.decode(String.self, forKey: .receiptHandle)
        let body = try container.decodeIfPresent(String.self, forKey: .body) ?? ""
        self.body = body
        self.receiveCount = try container.decodeIfPresent(Attributes.self, forKey: .attributes)?.receiveCount ?? 1
        let digest = try container.decodeIfPresent(String.self, forKey: .digest)
        self.isIntact = digest.map { $0.lowercased() == Self.digest(of: body) } ?? true
    }

    /// MD5 as SQS uses it: against damage on the way, not against anybody.
    private static func digest(of body: String) -> String {
        Insecure.MD5.hash(data: Array(body.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
