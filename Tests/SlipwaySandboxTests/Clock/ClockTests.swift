import Foundation
import Synchronization
import Testing

@testable import SlipwaySandbox

@Suite struct ClockTests {
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("Advancing runs what falls due in order of date, then of scheduling, at its own moment")
    func order() async throws {
        let clock = ManualClock(now: Date(timeIntervalSince1970: 0))
        let log = Log()
        for (name, due) in [("c", 3.0), ("a", 1.0), ("b", 1.0), ("late", 9.0)] {
            _ = clock.schedule(at: Date(timeIntervalSince1970: due)) {
                log.add("\(name)@\(clock.now.timeIntervalSince1970)")
            }
        }
        let cancelled = clock.schedule(at: Date(timeIntervalSince1970: 2)) { log.add("cancelled") }
        cancelled.cancel()
        try await clock.advance(by: .seconds(5))
        #expect(log.all == ["a@1.0", "b@1.0", "c@3.0"])
        #expect(clock.now.timeIntervalSince1970 == 5)
    }

    @Test("What an event schedules runs in the same advance when it falls due in it")
    func chain() async throws {
        let clock = ManualClock(now: Date(timeIntervalSince1970: 0))
        let log = Log()
        _ = clock.schedule(at: Date(timeIntervalSince1970: 1)) {
            _ = clock.schedule(at: Date(timeIntervalSince1970: 2)) { log.add("second") }
            log.add("first")
        }
        try await clock.advance(by: .seconds(2))
        #expect(log.all == ["first", "second"])
    }

    @Test("The clock waits for a flow of work that moves, and not for one that sleeps on it")
    func settling() async throws {
        let clock = ManualClock(now: Date(timeIntervalSince1970: 0))
        let log = Log()
        let activity = clock.activities.begin()
        let flow = Task {
            for step in 1...3 {
                try await clock.sleep(for: .seconds(1), as: activity)
                // Work in real time, as a request is.
                try await Task.sleep(for: .milliseconds(20))
                log.add("\(step)@\(clock.now.timeIntervalSince1970)")
            }
            clock.activities.end(activity)
        }
        try await clock.advance(by: .seconds(10))
        #expect(log.all == ["1@1.0", "2@2.0", "3@3.0"])
        try await flow.value
    }

    @Test("A flow that never rests is reported instead of being waited for without end")
    func neverSettles() async throws {
        let clock = ManualClock(settlingTimeout: .milliseconds(50))
        _ = clock.activities.begin()
        await #expect(throws: SandboxError(.didNotSettle, "")) { try await clock.advance(by: .seconds(1)) }
    }

    @Test("A fast real clock shortens waits and leaves the calendar alone")
    func speed() async throws {
        let clock = RealClock(speed: 1000)
        let start = ContinuousClock.now
        let activity = clock.activities.begin()
        try await clock.sleep(for: .seconds(100), as: activity)
        let elapsed = ContinuousClock.now - start
        #expect(elapsed >= .milliseconds(95))
        #expect(elapsed < .seconds(50))
        #expect(abs(clock.now.timeIntervalSinceNow) < 1)
    }

    @Test("A cancelled sleep ends at once and counts as moving")
    func cancelledSleep() async throws {
        let clock = ManualClock(settlingTimeout: .milliseconds(50))
        let activity = clock.activities.begin()
        let sleeper = Task { try await clock.sleep(for: .seconds(1), as: activity) }
        try await clock.settle()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        await #expect(throws: SandboxError(.didNotSettle, "")) { try await clock.settle() }
    }

    @Test("An agenda gives back everything in order, whatever the order of entry")
    func agenda() {
        var generator = SeededGenerator(seed: 7)
        var agenda = Agenda<Int>()
        let dates = (0..<200).map { _ in Double(Int.random(in: 0..<20, using: &generator)) }
        for (index, date) in dates.enumerated() { agenda.add(index, at: Date(timeIntervalSince1970: date)) }
        var taken: [Int] = []
        while let (_, index) = agenda.popDue(until: .distantFuture) { taken.append(index) }
        #expect(taken == dates.indices.sorted { (dates[$0], $0) < (dates[$1], $1) })
    }

    @Test("Dates are written as the services write them")
    func timestamps() {
        let date = Date(timeIntervalSince1970: 1_767_607_200.5)
        #expect(Timestamp.azure(date) == "2026-01-05T10:00:00.5Z")
        #expect(Timestamp.azure(Date(timeIntervalSince1970: 1_709_210_096)) == "2024-02-29T12:34:56Z")
        #expect(Timestamp.amazon(date) == "20260105T100000Z")
        #expect(Timestamp.parseAmazon("20260105T100000Z") == Date(timeIntervalSince1970: 1_767_607_200))
        #expect(Timestamp.parseAmazon("2026-01-05T10:00:00Z") == nil)
        for day in stride(from: 0, through: 40_000, by: 37) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 3661)
            #expect(Timestamp.parseAmazon(Timestamp.amazon(date)) == date)
        }
    }
}
