internal import Foundation

/// A part of the week in which so many agents of a profile are kept online without a job, for the jobs that come.
///
/// By the clock on the wall of its time zone: where the clock is put forward or back, the window begins and ends as people
/// there see it.
public struct WarmWindow: Hashable, Sendable {
    public var agents: Int
    /// The days on which it begins.
    public var days: Set<Weekday>
    /// Minutes since midnight: 0 to 1,439.
    public var from: Int
    /// 1 to 1,440. Not after `from`: it ends on the next day, at this time.
    public var to: Int
    private let timeZone: TimeZone

    public static let minutesADay = 1_440

    /// - Parameter timeZone: of the IANA's list, such as `Europe/Berlin`. Nil for one that isn't known here.
    public init?(
        agents: Int, days: Set<Weekday> = Set(Weekday.allCases), from: Int = 0, to: Int = minutesADay,
        timeZone: String = "UTC"
    ) {
        guard let zone = TimeZone(identifier: timeZone) else { return nil }
        self.agents = agents
        self.days = days
        self.from = from
        self.to = to
        self.timeZone = zone
    }

    public static func isKnown(timeZone: String) -> Bool { TimeZone(identifier: timeZone) != nil }

    /// Whether it is open at an instant. Its end is not part of it.
    public func isOpen(at instant: Timestamp) -> Bool {
        let date = Date(timeIntervalSince1970: Double(instant.milliseconds.flooredBy(1_000)))
        let local = instant.milliseconds.flooredBy(60_000) + Int64(timeZone.secondsFromGMT(for: date)).flooredBy(60)
        let (day, minute) = local.quotientAndRemainder(flooredBy: Int64(Self.minutesADay))
        let today = Weekday(daysSince1970: day)
        if from < to { return days.contains(today) && (from..<to).contains(Int(minute)) }
        return days.contains(today) && minute >= from || days.contains(today.before) && minute < to
    }
}

public enum Weekday: Int, Hashable, Sendable, CaseIterable {
    case monday
    case tuesday
    case wednesday
    case thursday
    case friday
    case saturday
    case sunday

    /// `mon` to `sun`.
    public var shortName: String { String("\(self)".prefix(3)) }

    public init?(shortName: String) {
        guard let day = Self.allCases.first(where: { $0.shortName == shortName.lowercased() }) else { return nil }
        self = day
    }

    init(daysSince1970 days: Int64) {
        // That day was a Thursday.
        self = Self.allCases[Int((days + 3).quotientAndRemainder(flooredBy: 7).remainder)]
    }

    var before: Weekday { Self.allCases[(rawValue + 6) % 7] }
}
