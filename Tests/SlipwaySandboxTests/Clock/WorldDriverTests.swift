import Foundation
import Synchronization
import Testing

@testable import SlipwaySandbox

@Suite("World driver")
struct WorldDriverTests {
    /// Whatever is due happens before `schedule` returns, as it may on another thread.
    private struct EagerClock: SandboxClock {
        let activities = ActivityGauge()
        var now: Date { Date() }
        var speed: Double { 1 }

        func schedule(at date: Date, _ action: @escaping @Sendable () -> Void) -> SandboxTimer {
            if date <= now { action() }
            return SandboxTimer {}
        }
    }

    private struct World: SimulatedWorld {
        var due: [Date] = []
        private var ran = 0
        var nextDue: Date? { due.min() }

        mutating func run(until now: Date) {
            ran += due.count { $0 <= now }
            due.removeAll { $0 <= now }
        }

        mutating func takeActions() -> [Int] {
            defer { ran = 0 }
            return ran > 0 ? [ran] : []
        }
    }

    @Test("What is due at once happens, and what follows it too")
    func dueAtOnce() {
        let happened = Mutex(0)
        let driver = WorldDriver(World(), clock: EagerClock()) { count in happened.withLock { $0 += count } }
        for turn in 1...3 {
            driver.perform { world, now in world.due.append(now) }
            #expect(happened.withLock { $0 } == turn)
        }
    }
}
