internal import SlipwayCore

/// Instants as callers write them: ISO 8601 in UTC with or without a fraction, with or without seconds, with or without its
/// `Z`, or a day alone. A day or an hour that there isn't is none: nothing is carried over into the next.
enum InstantText {
    static func read(_ text: String) -> Timestamp? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }), let day = Day(String(text.prefix(10))) else { return nil }
        let rest = text.dropFirst(10)
        if rest.isEmpty { return day.start }
        let form = /T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,3}))?)?Z?/
        guard let parts = rest.wholeMatch(of: form)?.output else { return nil }
        func number(_ part: Substring?) -> Int64 { part.flatMap { Int64($0) } ?? 0 }
        let milliseconds = parts.4.map { number($0 + String(repeating: "0", count: 3 - $0.count)) } ?? 0
        let seconds = (number(parts.1) * 60 + number(parts.2)) * 60 + number(parts.3)
        return day.start.adding(milliseconds: seconds * 1_000 + milliseconds)
    }
}
