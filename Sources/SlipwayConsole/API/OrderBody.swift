internal import Foundation
internal import Hummingbird
internal import SlipwayCore

/// What is sent with an order: one flat JSON object of known names.
struct OrderBody: Sendable {
    var reason: String?
    var force = false
    var pool: String?
    var profile: String?

    /// - Parameter names: those that this order knows.
    static func read(_ request: Request, names: [String]) async throws(Problem) -> OrderBody {
        try OrderBody(try await RequestBody.read(request, as: .json), names: names)
    }

    private init(_ text: String, names: [String]) throws(Problem) {
        // A text with NULs is taken for UTF-16 by the parser.
        guard !text.utf8.contains(0),
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else {
            throw .invalidBody("must be a JSON object; {} will do where nothing is to be said")
        }
        guard Self.memberCount(text) == object.count else {
            throw .invalidBody("must have each member once")
        }
        guard object.keys.allSatisfy(names.contains) else {
            throw .invalidBody("may have the members \(names.joined(separator: ", "))")
        }
        reason = try Self.text(object, "reason", maximum: OperatorOrder.maximumReasonScalars)
        pool = try Self.text(object, "pool", maximum: 300)
        profile = try Self.text(object, "profile", maximum: 300)
        if let value = object["force"] {
            guard let flag = Self.flag(value) else { throw .invalidBody("must have true or false as force") }
            force = flag
        }
    }

    /// How many members the outermost object of a JSON text has. The parser keeps one of those with the same name, and doesn't
    /// tell: what is meant then is not known.
    private static func memberCount(_ json: String) -> Int {
        var (count, depth, isInText, isEscaped) = (0, 0, false, false)
        for byte in json.utf8 {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1: count += 1
            default: break
            }
        }
        return count
    }

    private static func text(_ object: [String: Any], _ name: String, maximum: Int) throws(Problem) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value as? String, (1...maximum).contains(text.unicodeScalars.count) else {
            throw .invalidBody("must have a text of 1 to \(maximum) characters as \(name)")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .invalidBody("must have no control characters in \(name)")
        }
        return text
    }

    /// Neither 1 nor "true".
    private static func flag(_ value: Any) -> Bool? {
        guard let number = value as? NSNumber, ["c", "B"].contains(String(cString: number.objCType)) else { return nil }
        return number.boolValue
    }
}
