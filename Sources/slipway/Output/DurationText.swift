internal import SlipwayCore

/// Spans of time in a person's words: the two largest units, `3 min 5 s`.
enum DurationText {
    static func of(milliseconds: Int64) -> String {
        if milliseconds < 0 { return "-" + of(milliseconds: milliseconds == .min ? .max : -milliseconds) }
        if milliseconds < 10_000 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s" }
        let seconds = milliseconds / 1_000
        let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        guard let first = units.firstIndex(where: { seconds >= $0.seconds }) else { return "0 s" }
        let parts = units[first...].prefix(2).enumerated().compactMap { offset, unit -> String? in
            let count = offset == 0 ? seconds / unit.seconds : seconds % units[first].seconds / unit.seconds
            return count > 0 || offset == 0 ? "\(count) \(unit.name)" : nil
        }
        return parts.joined(separator: " ")
    }

    static func from(_ start: Timestamp, to end: Timestamp) -> String {
        of(milliseconds: end.millisecondsSince(start))
    }
}
