/// A calendar month in UTC.
public struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var year: Int
    /// 1 to 12.
    public var number: Int

    /// Reads `2026-11`.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int(parts[0]),
            let number = Int(parts[1]), (1...12).contains(number), (1970...9999).contains(year)
        else { return nil }
        self.year = year
        self.number = number
        // `Int` takes a sign too.
        guard description == text else { return nil }
    }

    /// The month of an instant.
    public init(_ instant: Timestamp) {
        let (year, month, _) = civil(days: instant.milliseconds.flooredBy(86_400_000))
        self.year = year
        number = month
    }

    public var start: Timestamp { Timestamp(milliseconds: days(year, number, 1) * 86_400_000) }
    public var end: Timestamp { next.start }
    public var next: Month {
        var month = self
        month.number = number % 12 + 1
        if number == 12 { month.year += 1 }
        return month
    }

    public var previous: Month {
        var month = self
        month.number = (number + 10) % 12 + 1
        if number == 1 { month.year -= 1 }
        return month
    }

    public var description: String {
        String(String(10_000 + year).dropFirst()) + "-" + String(String(100 + number).dropFirst())
    }

    public static func < (left: Month, right: Month) -> Bool { (left.year, left.number) < (right.year, right.number) }
}

/// A calendar day in UTC.
public struct Day: Hashable, Sendable, CustomStringConvertible {
    /// Since 1970-01-01.
    public var number: Int64

    public init(_ instant: Timestamp) { number = instant.milliseconds.flooredBy(86_400_000) }
    public init(number: Int64) { self.number = number }

    /// Reads `2026-11-27`.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].utf8.count == 2, let month = Month("\(parts[0])-\(parts[1])"),
            let day = Int(parts[2]), day >= 1
        else { return nil }
        number = days(month.year, month.number, day)
        guard description == text else { return nil }
    }

    public var start: Timestamp { Timestamp(milliseconds: number * 86_400_000) }

    public var description: String {
        let (year, month, day) = civil(days: number)
        let text = String(10_000 + year).dropFirst() + "-" + String(100 + month).dropFirst()
        return text + "-" + String(100 + day).dropFirst()
    }
}
