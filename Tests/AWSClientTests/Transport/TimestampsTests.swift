@testable import AWSClient
import Foundation
import Testing

@Suite struct TimestampsTests {
    @Test(arguments: [
        (0.0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
        (1_440_938_160, "20150830T123600Z"), (1_709_164_800, "20240229T000000Z"), (4_107_542_399.9, "21000228T235959Z"),
        (4_107_542_400, "21000301T000000Z"), (-1, "19691231T235959Z"),
    ])
    func instantsAreWrittenAsXAmzDate(seconds: Double, text: String) {
        #expect(Timestamps.basicISO8601(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test(arguments: [
        ("2026-01-23T17:58:00Z", 1_769_191_080.0), ("2026-01-23T17:58:00.5Z", 1_769_191_080.5),
        ("2026-01-23T17:58:00.125000Z", 1_769_191_080.125), ("2026-01-23T18:58:00+01:00", 1_769_191_080),
        ("2026-01-23T12:28:00.000-05:30", 1_769_191_080),
    ])
    func everyISO8601FormThatAWSSendsIsRead(text: String, seconds: Double) throws {
        let date = try #require(Timestamps.parseISO8601(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test(arguments: [
        "", "2026-01-23", "2026-01-23T17:58:00", "2026-13-23T17:58:00Z", "2026-01-32T17:58:00Z", "2026-01-23T24:58:00Z",
        "2026-01-23T17:58:00.Z", "2026-01-23T17:58:00Zx", "2026-01-23T17:58:00.0000000000000000000Z",
        "٢٠٢٦-01-23T17:58:00Z",
    ])
    func whatIsNoTimestampIsNil(text: String) {
        #expect(Timestamps.parseISO8601(text) == nil)
    }

    @Test func theDateHeaderIsRead() {
        #expect(
            Timestamps.parseHTTPDate("Sun, 30 Aug 2015 12:36:00 GMT") == Date(timeIntervalSince1970: 1_440_938_160)
        )
        for text in [
            "", "Sun, 30 Aug 2015 12:36:00 CET", "Sun, 30 Foo 2015 12:36:00 GMT", "30 Aug 2015", "a b c d e GMT",
        ] {
            #expect(Timestamps.parseHTTPDate(text) == nil, "\(text)")
        }
    }

    @Test func everyDayOfFourCenturiesSurvivesTheRoundTrip() {
        for day in stride(from: -36_525, to: 109_575, by: 1) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let text = Timestamps.basicISO8601(date)
            let year = text.prefix(4)
            let month = text.dropFirst(4).prefix(2)
            let dayOfMonth = text.dropFirst(6).prefix(2)
            guard Timestamps.parseISO8601("\(year)-\(month)-\(dayOfMonth)T00:00:00Z") == date else {
                Issue.record("day \(day) became \(text)")
                return
            }
        }
    }
}
