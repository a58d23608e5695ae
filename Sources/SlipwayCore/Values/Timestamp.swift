internal import Foundation

/// An instant in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The rules never read a clock: whoever calls them passes the instant in. Milliseconds are what the ledger keeps, so
/// a value that went through the store compares equal to the one that was put in.
public struct Timestamp: Hashable, Comparable, Codable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant `seconds` later (earlier when negative); clamps instead of overflowing.
    public func adding(seconds: Int) -> Timestamp {
        adding(milliseconds: Int64(seconds).multipliedReportingOverflow(by: 1000).partialValue)
    }

    public func adding(milliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    public func millisecondsSince(_ earlier: Timestamp) -> Int64 {
        milliseconds.subtractingReportingOverflow(earlier.milliseconds).partialValue
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC with milliseconds, as the ledger's export prints it.
    public var description: String {
        // Whole seconds go through the library; a fraction in binary would lose a millisecond now and then.
        let seconds = Int64((Double(milliseconds) / 1000).rounded(.down))
        let rest = String(milliseconds - seconds * 1000)
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return text.dropLast() + "." + String(repeating: "0", count: max(0, 3 - rest.count)) + rest + "Z"
    }
}
