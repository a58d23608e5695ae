/// The `Date` field's text (RFC 9110, section 5.6.7) of one second since 1970, kept so that it is made once a second.
struct HTTPDate {
    let second: Int64
    let text: String

    init(second: Int64) {
        self.second = second
        let days = second.flooredQuotient(by: 86_400)
        let time = second - days * 86_400
        let (year, month, day) = Self.civil(daysSince1970: days)
        // 1 January 1970 was a Thursday.
        let weekday = (days + 4) - (days + 4).flooredQuotient(by: 7) * 7
        let clock = [time / 3600, time / 60 % 60, time % 60].map(Self.twoDigits).joined(separator: ":")
        text =
            "\(Self.weekdays[Int(weekday)]), \(Self.twoDigits(day)) \(Self.months[Int(month - 1)]) \(year) \(clock) GMT"
    }

    /// The date in the Gregorian calendar. Years are counted from March, so that the leap day is the last of a year.
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
