import SlipwayCore
import Synchronization
import Testing

@testable import SlipwayEngine

@Suite struct SystemTimeTests {
    private final class Clocks: Sendable {
        let wall = Mutex<Int64>(1_795_500_000_000)
        let steady = Mutex(ContinuousClock.now)

        func pass(milliseconds: Int64, jumping jump: Int64 = 0) {
            wall.withLock { $0 += milliseconds + jump }
            steady.withLock { $0 = $0.advanced(by: .milliseconds(milliseconds)) }
        }

        func time() -> SystemTime {
            SystemTime(wall: { self.wall.withLock { $0 } }, steady: { self.steady.withLock { $0 } })
        }
    }

    @Test(arguments: [Int64(3_600_000), -3_600_000])
    func aClockThatIsSetChangesNoPauseByMoreThanATenth(jump: Int64) {
        let clocks = Clocks()
        let time = clocks.time()
        let before = time.now()
        clocks.pass(milliseconds: 10_000, jumping: jump)
        let elapsed = time.now().millisecondsSince(before)
        #expect((9_000...11_000).contains(elapsed))
        for _ in 0..<12 {
            clocks.pass(milliseconds: 3_600_000)
            _ = time.now()
        }
        #expect(time.now().milliseconds == clocks.wall.withLock { $0 })
    }

    @Test func callsInQuickSuccessionLoseNoTime() {
        let clocks = Clocks()
        let time = clocks.time()
        let before = time.now()
        for _ in 0..<10_000 {
            clocks.pass(milliseconds: 1)
            _ = time.now()
        }
        #expect(time.now().millisecondsSince(before) == 10_000)
    }
}
