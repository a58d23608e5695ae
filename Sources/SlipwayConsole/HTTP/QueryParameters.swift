internal import SlipwayCore

/// A request's query: names that are known, each once, with values of bounded length and without control characters. What is
/// wrong is a problem that names the parameter and its rule.
struct QueryParameters: Sendable {
    private var values: [String: String] = [:]

    static let maximumBytes = 4_096
    static let maximumValueScalars = 300

    init() {}

    /// - Parameter maximumScalars: of a value.
    init(
        _ query: String?, known: [String], maximumBytes: Int = maximumBytes,
        maximumScalars: Int = maximumValueScalars
    ) throws(Problem) {
        guard let query, !query.isEmpty else { return }
        guard query.utf8.count <= maximumBytes else { throw .tooLong("The query", maximumBytes) }
        for item in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(parts[0]), known.contains(name) else { throw .unknownParameter(known) }
            guard values[name] == nil else { throw .invalid(name, "may be given only once") }
            guard let value = Self.decode(parts.count > 1 ? parts[1] : "") else {
                throw .invalid(name, "must be UTF-8 in percent-encoding")
            }
            guard value.unicodeScalars.count <= maximumScalars else {
                throw .invalid(name, "must be of at most \(maximumScalars) characters")
            }
            guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw .invalid(name, "must be without control characters")
            }
            values[name] = value
        }
    }

    /// A plus is a space, as forms write it.
    private static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Without what is empty: a form sends each of its fields.
    var withoutEmpty: QueryParameters {
        var copy = self
        copy.values = values.filter { !$0.value.isEmpty }
        return copy
    }
}

extension QueryParameters {
    /// As it came; nil: it was not given.
    subscript(_ name: String) -> String? { values[name] }

    func text(_ name: String) throws(Problem) -> String? {
        guard let text = values[name] else { return nil }
        guard !text.isEmpty else { throw .invalid(name, "must not be empty") }
        return text
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Self.plainNumber(text), range.contains(number) else {
            throw .invalid(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Digits alone: `Int` would take a sign too.
    private static func plainNumber(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    func choice(_ name: String, _ choices: [String]) throws(Problem) -> String? {
        guard let text = values[name] else { return nil }
        guard choices.contains(text) else {
            throw .invalid(name, "must be one of \(choices.joined(separator: ", "))")
        }
        return text
    }

    func instant(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let instant = InstantText.read(text) else {
            throw .invalid(
                name, "must be an instant in UTC, such as 2026-11-27T08:00Z, or a day, such as 2026-11-27")
        }
        return instant
    }

    func month(_ name: String) throws(Problem) -> Month? {
        guard let text = values[name] else { return nil }
        guard let month = Month(text) else { throw .invalid(name, "must be a month, such as 2026-11") }
        return month
    }

    /// Where a list of deliveries or of records goes on.
    func place(_ name: String = "cursor") throws(Problem) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = OpaqueCursor.number(text) else { throw .wrongCursor }
        return number
    }
}
