import Foundation
import Testing

@testable import SlipwayCore

@Suite("Instants as text")
struct TimestampTextTests {
    @Test("They are what a calendar says, to the millisecond, and read back")
    func calendar() {
        var numbers = SystemRandomNumberGenerator()
        let ordinary: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
        let edges = [ordinary.lowerBound, ordinary.upperBound, 0, -1, 951_782_400_000, 951_868_799_999]
        for milliseconds in edges + (0..<2_000).map({ _ in Int64.random(in: ordinary, using: &numbers) }) {
            let text = Timestamp(milliseconds: milliseconds).description
            let fraction = (milliseconds % 1_000 + 1_000) % 1_000
            let date = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1_000))
            let expected =
                date.formatted(Date.ISO8601FormatStyle()).dropLast() + "." + String(1_000 + fraction).dropFirst() + "Z"
            #expect(text == expected)
        }
        #expect(Timestamp("2026-11-27T01:23:45.678Z")?.description == "2026-11-27T01:23:45.678Z")
    }
}
