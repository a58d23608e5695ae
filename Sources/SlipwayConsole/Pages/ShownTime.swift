internal import SlipwayCore

/// An instant as pages show it: how long ago, and exactly on a closer look.
struct ShownTime: Sendable {
    var iso: String
    /// Day and second, without the fraction. For where it says UTC already: at a column's head.
    var short: String
    /// The same, by itself.
    var stated: String
    var age: String

    init(_ instant: Timestamp, at now: Timestamp) {
        iso = instant.description
        short = iso.prefix(10) + " " + iso.dropFirst(11).prefix(8)
        stated = short + " UTC"
        age = Self.age(milliseconds: now.millisecondsSince(instant))
    }

    /// In the largest unit that fits; of what lies ahead, until then.
    static func age(milliseconds: Int64) -> String {
        if milliseconds < -1_000 {
            return "in " + DurationText.of(milliseconds: milliseconds == .min ? .max : -milliseconds)
        }
        return DurationText.of(milliseconds: max(0, milliseconds / 1_000 * 1_000))
    }
}

/// A length of time, in one or two units.
enum DurationText {
    static func of(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        switch seconds {
        case ..<10 where milliseconds % 1_000 != 0: return "\(seconds).\(milliseconds % 1_000 / 100) s"
        case ..<60: return "\(seconds) s"
        case ..<3_600: return two(seconds / 60, "min", seconds % 60, "s")
        case ..<172_800: return two(seconds / 3_600, "h", seconds / 60 % 60, "min")
        default: return "\(seconds / 86_400) days"
        }
    }

    private static func two(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 || large >= 10 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
