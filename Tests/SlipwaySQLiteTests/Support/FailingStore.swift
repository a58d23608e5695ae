import SlipwayCore

/// A store that is never there.
struct FailingStore: LedgerStore {
    static let error = StoreError(code: .unavailable, message: "the disk is gone")

    func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt { throw Self.error }
    func openLaunches() async throws(StoreError) -> [Launch] { throw Self.error }
    func commit(_ batch: LaunchBatch) async throws(StoreError) { throw Self.error }
    func history(
        pool: PoolID, requests: [JobRequestID]
    ) async throws(StoreError) -> [JobRequestID: RequestHistory] { throw Self.error }
    func warmHistory(pool: PoolID, profiles: [String]) async throws(StoreError) -> [String: WarmHistory] {
        throw Self.error
    }
    func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] { throw Self.error }
    func booking(_ id: BookingID) async throws(StoreError) -> Booking? { throw Self.error }
    func bookingsAtWork() async throws(StoreError) -> [Booking] { throw Self.error }
    func bookings(named names: [BoundAgentName], pool: String) async throws(StoreError) -> [Booking] {
        throw Self.error
    }
    func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int { throw Self.error }
    func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord] {
        throw Self.error
    }
    func foreignChanges() async throws(StoreError) -> Int64 { throw Self.error }
}
