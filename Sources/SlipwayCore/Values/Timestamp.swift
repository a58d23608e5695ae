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
        let (delta, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1000)
        return adding(milliseconds: overflow ? (seconds < 0 ? .min : .max) : delta)
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
        // The fraction by integers: a `Date` is a floating-point number whose format cuts off, so that .123 would come
        // out as .122.
        let fraction = (milliseconds % 1000 + 1000) % 1000
        let date = Date(timeIntervalSince1970: Double((milliseconds &- fraction) / 1000))
        let digits = String(1000 + fraction).dropFirst()
        return date.formatted(Date.ISO8601FormatStyle()).dropLast() + ".\(digits)Z"
    }

    /// Reads `description` back; nil for anything else.
    public init?(_ description: String) {
        guard let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(description) else {
            return nil
        }
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
        guard self.description == description else { return nil }
    }
}
