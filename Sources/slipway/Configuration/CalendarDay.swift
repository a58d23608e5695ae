internal import Foundation

/// A day of the calendar, without an hour: `2027-01-31`.
struct CalendarDay: Hashable, Sendable, CustomStringConvertible {
    /// Midnight of UTC.
    private let start: Date
    let description: String

    /// Nil for what is no day of the calendar.
    init?(_ text: String) {
        guard text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil,
            let date = try? Date(text, strategy: Self.form), Self.form.format(date) == text
        else { return nil }
        start = date
        description = text
    }

    /// Its first instant in UTC.
    var begin: Date { start }

    /// Whole days until it begins in UTC; negative when it is over, 0 on the day itself.
    func days(from now: Date) -> Int { Int((start.timeIntervalSince(now) / 86_400).rounded(.up)) }

    private static let form = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
}
