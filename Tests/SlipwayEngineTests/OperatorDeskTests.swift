import Logging
import SlipwayCore
import Testing

@testable import SlipwayEngine

/// Orders that come at once, and beside other processes.
@Suite struct OperatorDeskTests {
    private let store = MemoryStore()
    private let desk: OperatorDesk
    private let book: LaunchBook
    private let key = ProfileKey(pool: "ecs-linux", profile: "small")

    init() {
        let time = ManualTime()
        book = LaunchBook(
            store: store, time: time,
            directory: PoolDirectory(configuredCount: 1, breakers: BreakerTable(time: time)), observers: [])
        desk = OperatorDesk(
            store: store, book: book, effects: EffectQueue(), profiles: [key], time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func perform(_ action: OperatorAction) async throws(OperatorRefusal) -> OperatorReceipt {
        try await desk.perform(OperatorOrder(action, by: "ops")) { [store] id in
            store.launches.first { $0.id == id }
        }
    }

    private var kinds: [String] { store.records.map(\.kind).filter { $0.hasPrefix("operator.") } }

    @Test(arguments: 0..<5)
    func ofManyEqualOrdersAtOnceOneIsRecorded(_: Int) async throws {
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await perform(.pauseProfile(key)))?.wasSo == false } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
        #expect(kinds == ["operator.paused"])
    }

    @Test(arguments: 0..<5)
    func whatIsKnownIsTheLedgersLastWordHoweverOrdersAndReadingsMix(_: Int) async throws {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask { _ = try? await perform(number.isMultiple(of: 2) ? .drain : .resume) }
                group.addTask { try? await desk.load() }
            }
        }
        let isDrained = kinds.last == "operator.drained"
        let holds = await desk.holds
        #expect((holds.drain != nil) == isDrained)
    }

    @Test func whatAnotherProcessHasStoredDecidesWhatAnOrderMeans() async throws {
        let order = OperatorOrder(.drain, by: "command line")
        try await store.commit(LaunchBatch(entries: [try #require(order.entry(at: Timestamp(milliseconds: 1)))]))
        #expect(try await perform(.drain).wasSo)
        #expect(try await !perform(.resume).wasSo)
        #expect(kinds == ["operator.drained", "operator.resumed"])
    }

    @Test func whatCannotBeStoredOrReadIsRefused() async throws {
        _ = try await perform(.drain)
        store.isBroken = true
        for action in [OperatorAction.drain, .resume, .pauseProfile(key)] {
            let refusal = await #expect(throws: OperatorRefusal.self) { try await perform(action) }
            #expect(refusal?.code == .unavailable)
        }
        store.isBroken = false
        let holds = await desk.holds
        #expect(holds.drain != nil && holds.paused.isEmpty)
        #expect(kinds == ["operator.drained"])
    }
}
