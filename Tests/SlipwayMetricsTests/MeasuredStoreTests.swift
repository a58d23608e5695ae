import PrometheusText
import SlipwayCore
import Testing

@testable import SlipwayMetrics

@Suite("A measured store")
struct MeasuredStoreTests {
    /// Answers each call with the error, or with nothing.
    struct Store: LedgerStore {
        var error: StoreError?

        func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt {
            if let error { throw error }
            return DeliveryReceipt(number: 7, duplicateOf: nil)
        }
        func openLaunches() async throws(StoreError) -> [Launch] { if let error { throw error } else { [] } }
        func commit(_ batch: LaunchBatch) async throws(StoreError) { if let error { throw error } }
        func history(
            pool: PoolID, requests: [JobRequestID]
        ) async throws(StoreError) -> [JobRequestID: RequestHistory] { if let error { throw error } else { [:] } }
        func warmHistory(pool: PoolID, profiles: [String]) async throws(StoreError) -> [String: WarmHistory] {
            if let error { throw error } else { [:] }
        }
        func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] {
            if let error { throw error } else { [:] }
        }
        func booking(_ id: BookingID) async throws(StoreError) -> Booking? {
            if let error { throw error } else { return nil }
        }
        func bookingsAtWork() async throws(StoreError) -> [Booking] { if let error { throw error } else { [] } }
        func bookings(named names: [BoundAgentName], pool: String) async throws(StoreError) -> [Booking] {
            if let error { throw error } else { [] }
        }
        func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int {
            if let error { throw error } else { 0 }
        }
        func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord] {
            if let error { throw error } else { [] }
        }
        func foreignChanges() async throws(StoreError) -> Int64 { if let error { throw error } else { 3 } }
    }

    private func stray(_ kind: String) -> LedgerEntry {
        LedgerEntry(at: Timestamp(milliseconds: 0), kind: kind, subject: "x", facts: LedgerFacts())
    }

    private var delivery: Delivery {
        Delivery(
            receivedAt: Timestamp(milliseconds: 0), disposition: .accepted, bodyDigest: LedgerChain.genesis,
            bodyBytes: 0, source: "127.0.0.1")
    }

    @Test("Writes are timed, removals of strays counted, answers passed on")
    func writes() async throws {
        let registry = PrometheusRegistry(SlipwayMetric.all)
        let store = MeasuredStore(Store(), factory: registry)
        #expect(try await store.record(delivery).number == 7)
        #expect(try await store.foreignChanges() == 3)
        try await store.commit(LaunchBatch(entries: [stray("stray.agentTaskStopped"), stray("hooks.restored")]))
        let figures = Figures(registry.text())
        #expect(figures[#"slipway_store_write_seconds_count{write="delivery"}"#] == 1)
        #expect(figures[#"slipway_store_write_seconds_count{write="launches"}"#] == 1)
        #expect(figures[#"slipway_strays_removed_total{what="agentTask"}"#] == 1)
        #expect(figures[#"slipway_strays_removed_total{what="registration"}"#] == 0)
        #expect(figures[#"slipway_store_errors_total{operation="write",reason="unavailable"}"#] == 0)
    }

    @Test("Failures are counted by their reason and thrown on; what was not written is not counted as done")
    func failures() async throws {
        let registry = PrometheusRegistry(SlipwayMetric.all)
        let error = StoreError(code: .unavailable, message: "the disk is full")
        let store = MeasuredStore(Store(error: error), factory: registry)
        await #expect(throws: error) { try await store.record(delivery) }
        await #expect(throws: error) { try await store.commit(LaunchBatch(entries: [stray("stray.agentTaskStopped")])) }
        await #expect(throws: error) { try await store.openLaunches() }
        await #expect(throws: error) { try await store.history(pool: PoolID(rawValue: 1), requests: []) }
        await #expect(throws: error) { try await store.newestRecords(about: "x", limit: 1) }
        await #expect(throws: error) { try await store.foreignChanges() }
        let figures = Figures(registry.text())
        #expect(figures[#"slipway_store_errors_total{operation="write",reason="unavailable"}"#] == 2)
        #expect(figures[#"slipway_store_errors_total{operation="read",reason="unavailable"}"#] == 4)
        #expect(figures[#"slipway_strays_removed_total{what="agentTask"}"#] == 0)
        #expect(figures[#"slipway_store_write_seconds_count{write="delivery"}"#] == 1, "a failure took its time too")
    }
}
