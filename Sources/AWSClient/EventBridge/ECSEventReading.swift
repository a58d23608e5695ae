internal import Foundation

/// An event as read from a message's body.
public enum ECSEventReading: Sendable, Hashable {
    case task(ECSTaskEvent)
    /// An event, but not of a task: its source and detail-type, made fit for a log.
    case other(source: String, detailType: String)
    /// No event, with what is wrong. Nothing of the body is quoted.
    case unreadable(String)
}

extension ECSEventReading {
    /// Larger bodies are not read: EventBridge sends no event over 256 KiB.
    public static let bodyMaximumBytes = 256 * 1_024
    /// Deeper nesting is not read. Events of tasks have seven levels at most.
    public static let depthMaximum = 32

    /// Reads a message's body. Whatever it holds, it is read within bounds and nothing is thrown.
    public init(_ body: String) {
        let bytes = Array(body.utf8)
        guard bytes.count <= Self.bodyMaximumBytes else {
            self = .unreadable("it is larger than \(Self.bodyMaximumBytes) bytes")
            return
        }
        guard Self.depth(of: bytes) <= Self.depthMaximum else {
            self = .unreadable("its JSON is nested deeper than \(Self.depthMaximum) levels")
            return
        }
        let data = Data(bytes)
        guard let envelope = try? AWSJSON.decode(Envelope.self, from: data) else {
            self = .unreadable("it is not the JSON of an EventBridge event")
            return
        }
        guard envelope.source == "aws.ecs", envelope.detailType == "ECS Task State Change" else {
            self = .other(
                source: AWSError.cleaned(envelope.source, charactersMaximum: 100),
                detailType: AWSError.cleaned(envelope.detailType, charactersMaximum: 100))
            return
        }
        guard let detail = try? AWSJSON.decode(Detail.self, from: data), !detail.task.taskARN.isEmpty else {
            self = .unreadable("its detail is not that of a task")
            return
        }
        self = .task(
            ECSTaskEvent(
                id: envelope.id, account: envelope.account, region: envelope.region, task: detail.task))
    }

    /// The deepest nesting of a JSON text. Of a text that is no JSON, some number; what reads it afterwards refuses it.
    private static func depth(of bytes: [UInt8]) -> Int {
        var depth = 0
        var deepest = 0
        var isInText = false
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                isEscaped = false
            } else if isInText {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isInText = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
                deepest = max(deepest, depth)
            }
        }
        return deepest
    }
}

private struct Envelope: Decodable {
    var id: String?
    var source: String
    var detailType: String
    var account: String?
    var region: String?

    enum CodingKeys: String, CodingKey {
        case id, source, account, region
        case detailType = "detail-type"
    }
}

private struct Detail: Decodable {
    var task: ECSTask

    enum CodingKeys: String, CodingKey { case task = "detail" }
}
