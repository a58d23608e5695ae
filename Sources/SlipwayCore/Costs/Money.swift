/// An amount of money in billionths of its currency's unit. A whole number, so sums are exact in whichever order.
public struct Money: Hashable, Comparable, Sendable {
    public var nanos: Int64

    public init(nanos: Int64) { self.nanos = nanos }

    public static let zero = Money(nanos: 0)
    public static let nanosPerUnit: Int64 = 1_000_000_000
    private static let decimals = 9
    /// That are read, beyond nine only zeros.
    private static let maximumDecimals = 20

    /// Reads an amount as people write it: `0.04048`, `250`. Nil for a sign, an exponent, more than nine decimals (zeros
    /// after them apart), or more than nine digits before the point.
    public init?(decimal text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...9).contains(parts[0].count), parts[0].allSatisfy(\.isDigit) else {
            return nil
        }
        var fraction = parts.count == 2 ? Array(parts[1]) : []
        if parts.count == 2 { guard (1...Self.maximumDecimals).contains(fraction.count) else { return nil } }
        guard fraction.allSatisfy(\.isDigit) else { return nil }
        // AWS' price lists write ten decimals, and need no more than nine.
        while fraction.count > Self.decimals, fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        guard fraction.count <= Self.decimals else { return nil }
        var nanos: Int64 = 0
        for digit in parts[0] { nanos = nanos * 10 + Int64(digit - UInt8(ascii: "0")) }
        for index in 0..<Self.decimals {
            nanos = nanos * 10 + (index < fraction.count ? Int64(fraction[index] - UInt8(ascii: "0")) : 0)
        }
        self.nanos = nanos
    }

    public static func < (left: Money, right: Money) -> Bool { left.nanos < right.nanos }

    /// Stays at the largest amount rather than overflow.
    public static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.nanos.addingReportingOverflow(right.nanos)
        return Money(nanos: overflow ? .max : sum)
    }

    public static func += (left: inout Money, right: Money) { left = left + right }

    /// So many hundredths of it, rounded down.
    public func percent(_ percent: Int64) -> Money {
        Money(nanos: Int64(clamping: Int128(nanos) * Int128(percent) / 100))
    }
}

extension Money: CustomStringConvertible {
    /// With all nine decimals, so that what is printed adds up too.
    public var description: String {
        let magnitude = nanos.magnitude
        let fraction = String(magnitude % UInt64(Self.nanosPerUnit) + UInt64(Self.nanosPerUnit)).dropFirst()
        return "\(nanos < 0 ? "-" : "")\(magnitude / UInt64(Self.nanosPerUnit)).\(fraction)"
    }

    /// For a table that is looked at: the nearest hundredth, and `<0.01` for what would look like nothing.
    public var hundredths: String {
        let nanosPerHundredth = UInt64(Self.nanosPerUnit) / 100
        let count = (nanos.magnitude + nanosPerHundredth / 2) / nanosPerHundredth
        if count == 0, nanos > 0 { return "<0.01" }
        let fraction = String(count % 100 + 100).dropFirst()
        return "\(nanos < 0 && count > 0 ? "-" : "")\(count / 100).\(fraction)"
    }

    /// For a sentence: at least two decimals, and no zeros at the end beyond them.
    public var brief: String {
        var text = description
        let shortest = text.utf8.count - (Self.decimals - 2)
        while text.utf8.count > shortest, text.hasSuffix("0") { text.removeLast() }
        return text
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
