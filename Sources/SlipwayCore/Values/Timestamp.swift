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
        if Self.ordinaryYears.contains(milliseconds) { return String(decoding: text, as: UTF8.self) }
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

extension Timestamp {
    /// Years 1583 to 9999: before them Foundation, which reads the text back, counts by another calendar.
    private static let ordinaryYears: ClosedRange<Int64> = -12_212_553_600_000...253_402_300_799_999

    /// `2026-11-27T01:23:45.678Z`, for an instant of ordinary years. By integers, since the ledger prints millions of them.
    var text: [UInt8] {
        var text = [UInt8](repeating: UInt8(ascii: "0"), count: 24)
        let (days, rest) = milliseconds.quotientAndRemainder(flooredBy: 86_400_000)
        let (year, month, day) = civil(days: days)
        text.put(Int64(year), digits: 4, endingAt: 4)
        text[4] = UInt8(ascii: "-")
        text.put(Int64(month), digits: 2, endingAt: 7)
        text[7] = UInt8(ascii: "-")
        text.put(Int64(day), digits: 2, endingAt: 10)
        text[10] = UInt8(ascii: "T")
        text.put(rest / 3_600_000, digits: 2, endingAt: 13)
        text[13] = UInt8(ascii: ":")
        text.put(rest / 60_000 % 60, digits: 2, endingAt: 16)
        text[16] = UInt8(ascii: ":")
        text.put(rest / 1_000 % 60, digits: 2, endingAt: 19)
        text[19] = UInt8(ascii: ".")
        text.put(rest % 1_000, digits: 3, endingAt: 23)
        text[23] = UInt8(ascii: "Z")
        return text
    }
}

extension [UInt8] {
    fileprivate mutating func put(_ number: Int64, digits: Int, endingAt end: Int) {
        var rest = number
        for index in 1...digits {
            self[end - index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }
}
