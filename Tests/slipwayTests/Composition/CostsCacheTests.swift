import SlipwayConsole
import Synchronization
import Testing

@testable import SlipwayCore
@testable import slipway

@Suite(.timeLimit(.minutes(1))) struct CostsCacheTests {
    /// Readings that wait until they are let go.
    private final class Readings: Sendable {
        private let state = Mutex((begun: 0, running: 0, most: 0, isOpen: false))

        var begun: Int { state.withLock { $0.begun } }
        var most: Int { state.withLock { $0.most } }

        func open() { state.withLock { $0.isOpen = true } }

        func read(_ month: Month) async throws -> MonthCosts {
            state.withLock { state in
                state.begun += 1
                state.running += 1
                state.most = max(state.most, state.running)
            }
            defer { state.withLock { $0.running -= 1 } }
            while !state.withLock({ $0.isOpen }) { try await Task.sleep(for: .milliseconds(2)) }
            let prices = PriceBook(currency: "USD", asOf: "2026-11-01", prices: [])
            return MonthCosts(
                month: month, dimension: .project, table: CostTable([], by: .project, prices), projectNames: [:],
                prices: prices, priceBookPath: nil)
        }
    }

    private struct Standing: TimeSource {
        func now() -> Timestamp { Timestamp(milliseconds: 1_795_508_771_000) }
        func sleep(milliseconds: Int64) async throws {}
    }

    private func cache(_ readings: Readings, patience: Duration) -> CostsCache {
        CostsCache(time: Standing(), patience: patience) { month, _ in try await readings.read(month) }
    }

    private static let november = Month(Timestamp(milliseconds: 1_795_508_771_000))

    @Test func `Who asks waits for a while; the reading goes on and is made once`() async throws {
        let readings = Readings()
        let cache = cache(readings, patience: .milliseconds(30))
        await #expect(throws: ConsoleReaderBusy.self) { try await cache.costs(of: Self.november, by: .project) }
        await #expect(throws: ConsoleReaderBusy.self) { try await cache.costs(of: Self.november, by: .project) }
        readings.open()
        var costs: MonthCosts?
        while costs == nil { costs = try? await cache.costs(of: Self.november, by: .project) }
        #expect(costs?.month == Self.november)
        _ = try await cache.costs(of: Self.november, by: .project)
        #expect(readings.begun == 1)
    }

    @Test func `One is read at a time, and no more than eight wait`() async throws {
        let readings = Readings()
        let cache = cache(readings, patience: .milliseconds(10))
        let dimensions = CostDimension.allCases
        var asked = 0
        for month in [Self.november, Self.november.previous] {
            for dimension in dimensions where asked < CostsCache.maximumUnderway + 1 {
                asked += 1
                await #expect(throws: ConsoleReaderBusy.self) { try await cache.costs(of: month, by: dimension) }
            }
        }
        #expect(asked == CostsCache.maximumUnderway + 1)
        while readings.begun < 1 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(readings.begun == 1)
        readings.open()
        while readings.begun < CostsCache.maximumUnderway { try await Task.sleep(for: .milliseconds(2)) }
        #expect(readings.most == 1)
    }
}
