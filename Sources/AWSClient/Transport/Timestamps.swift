internal import Foundation

/// The three spellings of an instant that AWS uses outside JSON numbers. Pure arithmetic on the Gregorian calendar in
/// UTC: no locale, no time zone database, no formatter to share between threads.
enum Timestamps {
    /// `20150830T123600Z`, the form of `X-Amz-Date`. Fractions of a second are cut off.
    static func basicISO8601(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let (days, secondOfDay) = seconds.quotientAndRemainder(floorDividingBy: 86_400)
        let civil = CivilDay(daysSince1970: days)
        return padded(civil.year, 4) + padded(civil.month, 2) + padded(civil.day, 2) + "T"
            + padded(secondOfDay / 3_600, 2) + padded(secondOfDay / 60 % 60, 2) + padded(secondOfDay % 60, 2) + "Z"
    }

    /// Reads `2026-01-23T17:58:00Z`, with or without a fraction of any length, with `Z` or an offset such as `+01:00`.
    /// Nil for everything else: these strings come from other processes.
    static func parseISO8601(_ text: String) -> Date? {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"),
            let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2)
        else { return nil }
        var fraction = 0.0
        if reader.skip(".") {
            guard let value = reader.fraction() else { return nil }
            fraction = value
        }
        guard let offsetSeconds = reader.zoneOffsetSeconds(), reader.isAtEnd,
            let whole = secondsSince1970(year, month, day, hour, minute, second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(whole - offsetSeconds) + fraction)
    }

    /// Reads `Tue, 24 Nov 2026 08:10:57 GMT`, the form of the `Date` header (RFC 9110, section 5.6.7, IMF-fixdate).
    static func parseHTTPDate(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT",
            let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (1970...9999).contains(year),
            let seconds = secondsSince1970(year, month + 1, day, clock[0], clock[1], clock[2])
        else { return nil }
        return Date(timeIntervalSince1970: Double(seconds))
    }

    private static func secondsSince1970(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int
    ) -> Int? {
        guard (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second)
        else { return nil }
        let days = CivilDay(year: year, month: month, day: day).daysSince1970
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A day of the proleptic Gregorian calendar; conversion by counting days from 1 March of year 0, so that the leap day
/// is the last of its year.
private struct CivilDay {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970: Int) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).quotientAndRemainder(floorDividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int {
        let shiftedYear = self.month <= 2 ? self.year - 1 : self.year
        let (era, yearOfEra) = shiftedYear.quotientAndRemainder(floorDividingBy: 400)
        let shiftedMonth = self.month > 2 ? self.month - 3 : self.month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + self.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Reads fixed-width numbers from the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        self.rest = Substring(text).utf8
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func number(_ width: Int) -> Int? {
        guard self.rest.count >= width else { return nil }
        var value = 0
        for byte in self.rest.prefix(width) {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        self.rest = self.rest.dropFirst(width)
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = self.rest.first, UInt32(first) == character.value else { return false }
        self.rest = self.rest.dropFirst()
        return true
    }

    mutating func fraction() -> Double? {
        let digits = self.rest.prefix { (0x30...0x39).contains($0) }
        guard (1...18).contains(digits.count), let value = Double("0." + String(Substring(digits))) else { return nil }
        self.rest = self.rest.dropFirst(digits.count)
        return value
    }

    mutating func zoneOffsetSeconds() -> Int? {
        if self.skip("Z") || self.skip("z") { return 0 }
        let sign: Int
        if self.skip("+") { sign = 1 } else if self.skip("-") { sign = -1 } else { return nil }
        guard let hours = self.number(2), self.skip(":"), let minutes = self.number(2) else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}

extension Int {
    /// Division that rounds towards minus infinity, so that instants before 1970 fall into the right day.
    fileprivate func quotientAndRemainder(floorDividingBy divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
