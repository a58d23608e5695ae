import Foundation

/// How the two services and SigV4 write dates. All in UTC, by arithmetic alone: date formatters are slow and
/// locale-bound.
enum Timestamp {
    private struct Fields {
        let year: Int
        let month: Int
        let day: Int
        let hour: Int
        let minute: Int
        let second: Int
        let millisecond: Int

        init(_ date: Date) {
            let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
            let (days, ofDay) = Fields.dividing(milliseconds, by: 86_400_000)
            (year, month, day) = Fields.civil(fromDays: days)
            hour = ofDay / 3_600_000
            minute = ofDay / 60_000 % 60
            second = ofDay / 1000 % 60
            millisecond = ofDay % 1000
        }

        private static func dividing(_ value: Int, by divisor: Int) -> (Int, Int) {
            let remainder = (value % divisor + divisor) % divisor
            return ((value - remainder) / divisor, remainder)
        }

        /// The proleptic Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin on 1 March.
        private static func civil(fromDays days: Int) -> (Int, Int, Int) {
            let shifted = days + 719_468
            let (era, ofEra) = dividing(shifted, by: 146_097)
            let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
            let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let monthFromMarch = (5 * ofYear + 2) / 153
            let day = ofYear - (153 * monthFromMarch + 2) / 5 + 1
            let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
            return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
        }
    }

    /// `2026-01-05T10:00:00.12Z`: as Azure DevOps writes it, without trailing zeros.
    static func azure(_ date: Date) -> String {
        let fields = Fields(date)
        var fraction = ""
        if fields.millisecond > 0 {
            fraction = "." + padded(fields.millisecond, 3)
            while fraction.hasSuffix("0") { fraction.removeLast() }
        }
        return day(fields, separator: "-") + "T" + time(fields, separator: ":") + fraction + "Z"
    }

    /// `20260105T100000Z`: as SigV4 writes it.
    static func amazon(_ date: Date) -> String {
        let fields = Fields(Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)))
        return day(fields, separator: "") + "T" + time(fields, separator: "") + "Z"
    }

    /// `20260105`: the first half of a run's name.
    static func compactDay(_ date: Date) -> String {
        day(Fields(date), separator: "")
    }

    /// Seconds since 1970 with milliseconds: as the AWS JSON services write it.
    static func seconds(_ date: Date) -> Double {
        (date.timeIntervalSince1970 * 1000).rounded() / 1000
    }

    /// Reads what ``amazon(_:)`` writes, and nothing else.
    static func parseAmazon(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), let hour = number(9..<11),
            let minute = number(11..<13), let second = number(13..<15), 1...12 ~= month, 1...31 ~= day, 0...23 ~= hour,
            0...59 ~= minute, 0...60 ~= second
        else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds))
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func day(_ fields: Fields, separator: String) -> String {
        [padded(fields.year, 4), padded(fields.month, 2), padded(fields.day, 2)].joined(separator: separator)
    }

    private static func time(_ fields: Fields, separator: String) -> String {
        [padded(fields.hour, 2), padded(fields.minute, 2), padded(fields.second, 2)].joined(separator: separator)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
