public import CoreMetrics
public import SlipwayCore

/// A store whose writes are timed, and whose failures and removals of strays are counted. Changes nothing else.
public struct MeasuredStore: LedgerStore {
    private let store: any LedgerStore
    private let factory: any MetricsFactory
    private let deliveryTime: Timer
    private let launchTime: Timer

    public init(_ store: any LedgerStore, factory: any MetricsFactory) {
        self.store = store
        self.factory = factory
        deliveryTime = Timer(SlipwayMetric.storeWrite, ["delivery"], factory)
        launchTime = Timer(SlipwayMetric.storeWrite, ["launches"], factory)
        for operation in ["read", "write"] {
            Counter(SlipwayMetric.storeErrors, [operation, StoreError.Code.unavailable.rawValue], factory).increment(
                by: 0)
        }
        for what in Self.strayKinds.values {
            Counter(SlipwayMetric.straysRemoved, [what], factory).increment(by: 0)
        }
    }

    /// The ledger's entries of a removal, and what was removed.
    static let strayKinds = ["stray.agentTaskStopped": "agentTask", "stray.registrationRemoved": "registration"]

    public func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt {
        let began = ContinuousClock.now
        defer { deliveryTime.record(since: began) }
        return try await counting("write") { () throws(StoreError) in try await store.record(delivery) }
    }

    public func commit(_ batch: LaunchBatch) async throws(StoreError) {
        let began = ContinuousClock.now
        defer { launchTime.record(since: began) }
        try await counting("write") { () throws(StoreError) in try await store.commit(batch) }
        for entry in batch.entries {
            guard let what = Self.strayKinds[entry.kind] else { continue }
            Counter(SlipwayMetric.straysRemoved, [what], factory).increment()
        }
    }

    public func openLaunches() async throws(StoreError) -> [Launch] {
        try await counting("read") { () throws(StoreError) in try await store.openLaunches() }
    }

    public func history(
        pool: PoolID, requests: [JobRequestID]
    ) async throws(StoreError) -> [JobRequestID: RequestHistory] {
        try await counting("read") { () throws(StoreError) in
            try await store.history(pool: pool, requests: requests)
        }
    }

    public func warmHistory(pool: PoolID, profiles: [String]) async throws(StoreError) -> [String: WarmHistory] {
        try await counting("read") { () throws(StoreError) in
            try await store.warmHistory(pool: pool, profiles: profiles)
        }
    }

    public func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] {
        try await counting("read") { () throws(StoreError) in try await store.history(bookings: bookings) }
    }

    public func booking(_ id: BookingID) async throws(StoreError) -> Booking? {
        try await counting("read") { () throws(StoreError) in try await store.booking(id) }
    }

    public func bookingsAtWork() async throws(StoreError) -> [Booking] {
        try await counting("read") { () throws(StoreError) in try await store.bookingsAtWork() }
    }

    public func bookings(named names: [BoundAgentName], pool: String) async throws(StoreError) -> [Booking] {
        try await counting("read") { () throws(StoreError) in try await store.bookings(named: names, pool: pool) }
    }

    public func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int {
        try await counting("write") { () throws(StoreError) in try await store.dropBookings(closedBefore: closedBefore)
        }
    }

    public func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord] {
        try await counting("read") { () throws(StoreError) in
            try await store.newestRecords(about: subject, limit: limit)
        }
    }

    public func foreignChanges() async throws(StoreError) -> Int64 {
        try await counting("read") { () throws(StoreError) in try await store.foreignChanges() }
    }

    private func counting<Value: Sendable>(
        _ operation: String, _ body: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await body()
        } catch {
            Counter(SlipwayMetric.storeErrors, [operation, error.code.rawValue], factory).increment()
            throw error
        }
    }
}

extension Timer {
    fileprivate func record(since began: ContinuousClock.Instant) {
        let (seconds, attoseconds) = (ContinuousClock.now - began).components
        recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
