import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct PaceTests {
    private let start = Timestamp(milliseconds: 1_000_000)

    /// When the turns come that are asked for at `asked`, in milliseconds since the start.
    private func turns(_ asked: [Int64]) -> [Int64] {
        var pace = Pace(atOnce: 3, milliseconds: 100, at: start)
        return asked.map { pace.next(at: start.adding(milliseconds: $0)).millisecondsSince(start) }
    }

    @Test func someAtOnceAndThenOneAfterTheOther() {
        #expect(turns([0, 0, 0, 0, 0]) == [0, 0, 0, 100, 200])
    }

    @Test func aRestGivesTurnsBackButNoMoreThanThereWere() {
        #expect(turns([0, 0, 0, 150, 150, 150]) == [0, 0, 0, 150, 200, 300])
        #expect(turns([0, 0, 0, 10_000, 10_000, 10_000, 10_000]) == [0, 0, 0, 10_000, 10_000, 10_000, 10_100])
    }

    /// Whoever asks once, between others that ask all the time, waits for as long as those who asked before.
    @Test func turnsComeInTheOrderOfAsking() {
        let asked = Array(repeating: Int64(0), count: 20)
        #expect(turns(asked) == turns(asked).sorted())
        #expect(Set(turns(asked).dropFirst(3)).count == 17)
    }

    @Test func onePerTurn() {
        var pace = Pace(atOnce: 1, milliseconds: 50, at: start)
        #expect((0..<3).map { _ in pace.next(at: start).millisecondsSince(start) } == [0, 50, 100])
    }
}
