import Foundation
import Testing

@testable import AzureDevOps

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0),
        ("2025-09-05T17:22:23.2738994Z", 1_757_092_943.2738994),
        ("2016-01-21T08:19:17.26Z", 1_453_364_357.26),
        ("2024-02-29T23:59:59Z", 1_709_251_199),
        ("2000-03-01T00:00:00", 951_868_800),
        ("2026-01-05T10:00:00+02:00", 1_767_600_000),
        ("2026-01-05T10:00:00.5-0130", 1_767_612_600.5),
        ("2100-12-31T12:00:00Z", 4_133_937_600),
    ])
    func everyFormOfTheServiceIsRead(_ text: String, _ seconds: Double) {
        guard case .date(let date) = Timestamp(text) else {
            Issue.record("not read: \(text)")
            return
        }
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(arguments: ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z"])
    func yearOneMeansNotYet(_ text: String) {
        #expect(Timestamp(text) == .unset)
    }

    @Test(arguments: [
        "", "yesterday", "2025-09-05", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-09-05T24:00:00Z",
        "2025-09-05T17:22:23.Z", "2025-09-05T17:22:23ZZ", "2025-09-05T17:22:23+", "２０２５-09-05T17:22:23Z",
        "2025-09-05T17:22:23.0000000000000000000Z", "-025-09-05T17:22:23Z", "2025-00-05T17:22:23Z",
    ])
    func everythingElseIsUnreadable(_ text: String) {
        #expect(Timestamp(text) == .unreadable)
    }

    /// Against Foundation's calendar, for each day of 130 years.
    @Test func everyDayAgreesWithFoundation() {
        let formatter = ISO8601DateFormatter()
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        for day in 0..<(130 * 366) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let text = formatter.string(from: date)
            if Timestamp(text) != .date(date) { Issue.record("\(text)") }
        }
    }
}
