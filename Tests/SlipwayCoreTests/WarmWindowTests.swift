import Testing

@testable import SlipwayCore

private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text + ":00.000Z")) }

@Suite("Windows of warm agents") struct WarmWindowTests {
    private static let workdays: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]

    @Test(
        "A window is open on its days between its times, by the clock of its zone",
        arguments: [
            // Friday the 27th; Berlin is an hour ahead in winter.
            ("2026-11-27T05:59", false), ("2026-11-27T06:00", true), ("2026-11-27T16:59", true),
            ("2026-11-27T17:00", false), ("2026-11-28T12:00", false), ("2026-11-29T12:00", false),
            ("2026-11-30T06:00", true),
            // And two in summer.
            ("2026-07-27T04:59", false), ("2026-07-27T05:00", true), ("2026-07-27T16:00", false),
        ])
    func workday(text: String, isOpen: Bool) throws {
        let window = try #require(
            WarmWindow(agents: 2, days: Self.workdays, from: 7 * 60, to: 18 * 60, timeZone: "Europe/Berlin"))
        let now = try instant(text)
        #expect(window.isOpen(at: now) == isOpen)
    }

    @Test(
        "A window that ends before it begins goes on to the next day, whichever that is",
        arguments: [
            ("2026-11-27T21:59", false), ("2026-11-27T22:00", true), ("2026-11-28T05:59", true),
            ("2026-11-28T06:00", false), ("2026-11-28T22:00", false), ("2026-11-29T05:00", false),
        ])
    func night(text: String, isOpen: Bool) throws {
        let window = try #require(WarmWindow(agents: 1, days: [.friday], from: 22 * 60, to: 6 * 60))
        let now = try instant(text)
        #expect(window.isOpen(at: now) == isOpen)
    }

    @Test("A day that the clock makes longer or shorter is one day")
    func clockChange() throws {
        let window = try #require(
            WarmWindow(agents: 1, days: [.sunday], from: 2 * 60, to: 4 * 60, timeZone: "Europe/Berlin"))
        // On 2026-10-25 at 03:00 it becomes 02:00 again: these are three hours.
        let before = try instant("2026-10-24T23:30")
        let open = (0..<6).map { window.isOpen(at: before.adding(seconds: 3_600 * $0)) }
        #expect(open == [false, true, true, true, false, false])
        // On 2026-03-29 at 02:00 it becomes 03:00: this is one.
        let spring = try instant("2026-03-28T23:30")
        let short = (0..<4).map { window.isOpen(at: spring.adding(seconds: 3_600 * $0)) }
        #expect(short == [false, false, true, false])
    }

    @Test("Of windows that are open together the largest counts, and none is none")
    func largest() throws {
        var value = profile()
        let noon = try instant("2026-11-27T12:00")
        #expect(value.warmAgents(at: noon) == 0)
        value.warm = [
            try #require(WarmWindow(agents: 1)),
            try #require(WarmWindow(agents: 3, days: Self.workdays, from: 11 * 60, to: 13 * 60)),
            try #require(WarmWindow(agents: 2, days: Self.workdays)),
        ]
        #expect(value.warmAgents(at: noon) == 3)
        #expect(value.warmAgents(at: noon.adding(seconds: 7_200)) == 2)
        #expect(value.warmAgents(at: noon.adding(seconds: 86_400)) == 1)
    }

    @Test("The days of the week are those of the calendar, before 1970 too")
    func weekdays() throws {
        #expect(Weekday(daysSince1970: 0) == .thursday)
        #expect(Weekday(daysSince1970: -1) == .wednesday)
        #expect(Weekday(daysSince1970: -4) == .sunday)
        #expect(Weekday(daysSince1970: 3) == .sunday)
        #expect(Weekday.allCases.map(\.shortName) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
        #expect(WarmWindow(agents: 1, timeZone: "Europe/Atlantis") == nil)
    }
}
