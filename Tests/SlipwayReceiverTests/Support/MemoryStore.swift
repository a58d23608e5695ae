import NIOConcurrencyHelpers
import SlipwayCore

/// A store in memory that fails or waits when told to. Only what the receiver uses works.
final class MemoryStore: LedgerStore {
    private struct State {
        var deliveries: [Delivery] = []
        var numbers: [String: Int64] = [:]
        var failure: StoreError?
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var readings = 0
        var isHoldingReadings = false
        var heldReadings: [CheckedContinuation<Void, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    var deliveries: [Delivery] { state.withLockedValue { $0.deliveries } }
    /// How often the store was asked whether it works.
    var readings: Int { state.withLockedValue { $0.readings } }
    /// Recordings that wait for `release()`.
    var heldRecordings: Int { state.withLockedValue { $0.held.count } }

    /// From now on every call fails so; nil mends it.
    func fail(with error: StoreError?) { state.withLockedValue { $0.failure = error } }

    /// From now on recordings wait.
    func hold() { state.withLockedValue { $0.isHolding = true } }

    /// From now on the question whether the store works waits.
    func holdReadings() { state.withLockedValue { $0.isHoldingReadings = true } }

    func release() {
        let held = state.withLockedValue { state in
            defer { (state.held, state.heldReadings) = ([], []) }
            (state.isHolding, state.isHoldingReadings) = (false, false)
            return state.held + state.heldReadings
        }
        for continuation in held { continuation.resume() }
    }

    func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt {
        await withCheckedContinuation { continuation in
            let isHolding = state.withLockedValue { state in
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHolding { continuation.resume() }
        }
        let result = state.withLockedValue { state -> Result<DeliveryReceipt, StoreError> in
            if let failure = state.failure { return .failure(failure) }
            state.deliveries.append(delivery)
            let number = Int64(state.deliveries.count)
            let first = delivery.key.flatMap { state.numbers[$0] }
            if let key = delivery.key, first == nil { state.numbers[key] = number }
            return .success(DeliveryReceipt(number: number, duplicateOf: first))
        }
        return try result.get()
    }

    func warmHistory(pool: PoolID, profiles: [String]) async throws(StoreError) -> [String: WarmHistory] { [:] }
    func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] { [:] }
    func booking(_ id: BookingID) async throws(StoreError) -> Booking? { nil }
    func bookingsAtWork() async throws(StoreError) -> [Booking] { [] }
    func bookings(named names: [BoundAgentName], pool: String) async throws(StoreError) -> [Booking] { [] }
    func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int { 0 }
    func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord] { [] }

    func foreignChanges() async throws(StoreError) -> Int64 {
        await withCheckedContinuation { continuation in
            let isHolding = state.withLockedValue { state in
                state.readings += 1
                if state.isHoldingReadings { state.heldReadings.append(continuation) }
                return state.isHoldingReadings
            }
            if !isHolding { continuation.resume() }
        }
        if let failure = state.withLockedValue({ $0.failure }) { throw failure }
        return 0
    }

    func openLaunches() async throws(StoreError) -> [Launch] { throw Self.unused }
    func commit(_ batch: LaunchBatch) async throws(StoreError) { throw Self.unused }
    func history(pool: PoolID, requests: [JobRequestID]) async throws(StoreError) -> [JobRequestID: RequestHistory] {
        throw Self.unused
    }

    private static let unused = StoreError(code: .corrupt, message: "the receiver has no business here")
    static let full = StoreError(code: .unavailable, message: "the disk is full", cause: "SQLITE_FULL")
}

/// Remembers the hints it is told.
final class HintRecorder: DeliveryListener {
    private let box = NIOLockedValueBox<[JobHint]>([])
    var hints: [JobHint] { box.withLockedValue { $0 } }
    func deliveryRecorded(_ hint: JobHint) { box.withLockedValue { $0.append(hint) } }
}

/// A clock that stands still until it is moved. Nobody sleeps by it: how long was asked for is remembered.
final class ManualTime: TimeSource {
    private let box = NIOLockedValueBox((now: Timestamp(milliseconds: 1_764_000_000_000), slept: [Int64]()))
    var slept: [Int64] { box.withLockedValue { $0.slept } }
    func now() -> Timestamp { box.withLockedValue { $0.now } }
    func advance(milliseconds: Int64) {
        box.withLockedValue { $0.now = $0.now.adding(milliseconds: milliseconds) }
    }
    func sleep(milliseconds: Int64) async throws { box.withLockedValue { $0.slept.append(milliseconds) } }
}
