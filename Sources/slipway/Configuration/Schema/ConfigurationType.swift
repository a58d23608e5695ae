internal import Foundation

/// What a key may hold. Everything is read from text, so that a file and an environment variable follow the same rules.
enum ConfigurationType: Hashable, Sendable {
    /// Keys of its own.
    case group
    /// A list of such groups, by its length.
    case groups(ClosedRange<Int>)

    /// 1 to so many characters, none of them a control character.
    case text(maximum: Int)
    /// Letters, digits and these others; 1 to so many.
    case name(others: String, maximum: Int)
    case choice([String])
    case integer(ClosedRange<Int>)
    case flag
    /// An absolute URL with a host, without user, query and fragment. `http` only for a loopback host.
    case url
    /// A day of the calendar.
    case day
    /// Hours and minutes of a day, 00:00 to 24:00. Read as minutes.
    case timeOfDay
    /// A name of the IANA's list.
    case timeZone
    /// Days of the week and spans of them: `mon`, `sat-sun`. Read as days.
    case weekdays
    case secret
    /// A demand that an agent can satisfy by itself: `name` or `name -equals value`.
    case demands(ClosedRange<Int>)
    case texts(ClosedRange<Int>)
    case secrets(ClosedRange<Int>)

    /// The type in a person's words, for the page of all keys.
    var summary: String {
        switch self {
        case .group: "group"
        case .groups(let count): "list of \(Self.words(count)) groups"
        case .text(let maximum): "text, up to \(maximum) characters"
        case .name(let others, let maximum):
            "letters, digits\(others.map { " `\($0)`" }.joined()), up to \(maximum)"
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .integer(let range): "whole number, \(Self.words(range))"
        case .flag: "`true` or `false`"
        case .url: "URL"
        case .day: "day, as in `2027-01-31`"
        case .timeOfDay: "time of day, `00:00` to `24:00`"
        case .timeZone: "time zone, as in `Europe/Berlin`"
        case .weekdays: "list of 1 to 7 days of the week or spans, as in `mon` and `tue-fri`"
        case .secret: "secret"
        case .demands(let count): "list of \(Self.words(count)) demands"
        case .texts(let count): "list of \(Self.words(count)) texts"
        case .secrets(let count): "list of \(Self.words(count)) secrets"
        }
    }

    var isSecret: Bool {
        switch self {
        case .secret, .secrets: true
        default: false
        }
    }

    /// The length that a list of values may have; nil for what is no list of values.
    var listCount: ClosedRange<Int>? {
        switch self {
        case .demands(let count), .texts(let count), .secrets(let count): count
        case .weekdays: 1...7
        default: nil
        }
    }

    static func words(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
