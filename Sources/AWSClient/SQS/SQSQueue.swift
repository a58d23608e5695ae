internal import Foundation

/// A queue, by the URL that SQS names it with.
public struct SQSQueue: Sendable, Hashable, CustomStringConvertible {
    /// As SQS gave it out. Calls go to the region's endpoint, with this in the body.
    public let url: String
    /// The region, where the host tells it; nil for the host of a simulator or a proxy.
    public let region: AWSRegion?
    /// The owner's 12 digits.
    public let account: String
    public let name: String

    /// - Throws: `AWSError` (`invalidConfiguration`) unless the URL ends in an account and a queue's name, as in
    ///   `https://sqs.eu-west-1.amazonaws.com/111122223333/name`.
    public init(_ url: String) throws {
        let parts = URLComponents(string: url)
        let path = parts?.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init) ?? []
        guard let parts, let host = parts.host?.lowercased(), ["https", "http"].contains(parts.scheme?.lowercased()),
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil, path.count == 3,
            path[1].utf8.count == 12, path[1].utf8.allSatisfy(isDigit), Self.isName(path[2])
        else {
            throw AWSError.invalidConfiguration(
                "“\(AWSError.cleaned(url, charactersMaximum: 200))” is no queue's URL. Write it as in "
                    + "https://sqs.eu-west-1.amazonaws.com/111122223333/name."
            )
        }
        self.url = url
        self.region = try Self.regionName(in: host).map { try AWSRegion($0) }
        self.account = path[1]
        self.name = path[2]
    }

    /// The URL of the queue of this name in the client's region and account; nil: there is none.
    ///
    /// - Throws: `AWSError`, `CancellationError` when cancelled.
    public static func url(named name: String, client: AWSClient) async throws -> String? {
        struct Input: Encodable {
            var name: String
            enum CodingKeys: String, CodingKey { case name = "QueueName" }
        }
        struct Output: Decodable, Sendable {
            var url: String
            enum CodingKeys: String, CodingKey { case url = "QueueUrl" }
        }
        let call = try AWSCall.json(.sqs, "GetQueueUrl", Input(name: name), isRepeatable: true)
        do {
            return try await client.json(call, as: Output.self).url
        } catch let error as AWSError where absences.contains(error.code.rawValue) {
            return nil
        }
    }

    private static let absences: Set = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"]

    public var description: String { self.url }

    private static func isName(_ text: String) -> Bool {
        let stem = text.hasSuffix(".fifo") ? text.dropLast(5) : text[...]
        let isFine = stem.utf8.allSatisfy { byte in
            isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        return isFine && !stem.isEmpty && text.utf8.count <= 80
    }

    /// `sqs.REGION.…`, `sqs-fips.REGION.…`, `vpce-ID.sqs.REGION.vpce.…`, and the older `REGION.queue.…` and `queue.…`.
    private static func regionName(in host: String) -> String? {
        guard AWSPartition.isAWSHost(host) else { return nil }
        let labels = host.split(separator: ".").map(String.init)
        if let service = labels.firstIndex(where: { $0 == "sqs" || $0 == "sqs-fips" }), service + 1 < labels.count {
            return labels[service + 1]
        }
        guard let queue = labels.firstIndex(of: "queue") else { return nil }
        return queue == 0 ? "us-east-1" : labels[queue - 1]
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
