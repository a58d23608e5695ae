internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SlipwayCore

/// What is sent with an order: one flat JSON object of known names.
struct OrderBody: Sendable {
    var reason: String?
    var force = false
    var pool: String?
    var profile: String?

    static let maximumBytes = 8_192

    /// - Parameter names: those that this order knows.
    static func read(_ request: Request, names: [String]) async throws -> OrderBody {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type?.filter({ $0 != " " }) == "application/json" else { throw Problem.notJSON }
        var request = request
        let buffer = try await request.collectBody(upTo: maximumBytes)
        return try OrderBody(Data(buffer.readableBytesView), names: names)
    }

    private init(_ data: Data, names: [String]) throws(Problem) {
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw .invalidBody("must be a JSON object; {} will do where nothing is to be said")
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
