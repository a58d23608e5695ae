import SlipwayCore
import Synchronization

/// A store in memory that keeps the port's promises, and can be told to break at its n-th write.
final class MemoryStore: LedgerStore {
    private struct State {
        var launches: [LaunchID: Launch] = [:]
        var bookings: [BookingID: Booking] = [:]
        var chain = LedgerChain()
        var records: [LedgerRecord] = []
        var deliveries: [String: Int64] = [:]
        var deliveryCount: Int64 = 0
        var writes = 0
        var isBroken = false
        var foreign: Int64 = 0
        var liveDoubles: [String] = []
        var mostEndedAtOnce = 0
    }

    private let state = Mutex(State())
    /// Done when the newest records about a subject are asked for, as a start does.
    let onRead = Mutex<(@Sendable (String) async -> Void)?>(nil)
    private let onWrite: @Sendable (Int) throws -> Void

    /// `onWrite` is told the number of each write before it is done; what it throws becomes "unavailable".
    init(onWrite: @escaping @Sendable (Int) throws -> Void = { _ in }) { self.onWrite = onWrite }

    var launches: [Launch] { state.withLock { Array($0.launches.values) } }
    var bookings: [Booking] { state.withLock { Array($0.bookings.values) } }
    var records: [LedgerRecord] { state.withLock { $0.records } }
    /// The launches that one write began to clean, at most.
    var mostEndedAtOnce: Int { state.withLock { $0.mostEndedAtOnce } }
    var isBroken: Bool {
        get { state.withLock { $0.isBroken } }
        set { state.withLock { $0.isBroken = newValue } }
    }

    /// As another process would: a launch made by hand.
    func insertFromOutside(_ launch: Launch) {
        state.withLock { state in
            state.launches[launch.id] = launch
            state.foreign += 1
        }
    }

    private func countWrite(_ state: inout State) throws(StoreError) {
        guard !state.isBroken else { throw StoreError(code: .unavailable, message: "disk full") }
        state.writes += 1
        do { try onWrite(state.writes) } catch { throw StoreError(code: .unavailable, message: "\(error)") }
    }

    func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt {
        try state.withLock { (state) throws(StoreError) in
            try countWrite(&state)
            state.deliveryCount += 1
            let known = delivery.key.flatMap { state.deliveries[$0] }
            if let key = delivery.key, known == nil { state.deliveries[key] = state.deliveryCount }
            state.records.append(state.chain.seal(delivery.entry(number: state.deliveryCount, duplicateOf: known)))
            return DeliveryReceipt(number: state.deliveryCount, duplicateOf: known)
        }
    }

    func openLaunches() async throws(StoreError) -> [Launch] {
        try state.withLock { (state) throws(StoreError) in
            guard !state.isBroken else { throw StoreError(code: .unavailable, message: "disk full") }
            return state.launches.values.filter(\.isOpen)
        }
    }

    func commit(_ batch: LaunchBatch) async throws(StoreError) {
        try state.withLock { (state) throws(StoreError) in
            try countWrite(&state)
            let ended = batch.updates.count { launch in
                launch.state.name == "cleaning" && state.launches[launch.id]?.state.name != "cleaning"
            }
            state.mostEndedAtOnce = max(state.mostEndedAtOnce, ended)
            for launch in batch.inserts {
                let isDouble = state.launches.values.contains {
                    $0.id == launch.id || ($0.request == launch.request && $0.request != nil && $0.canTakeJob)
                        || ($0.binding != nil && $0.binding?.booking == launch.binding?.booking && $0.isOpen)
                }
                if isDouble { throw StoreError(code: .duplicateLaunch, message: "\(launch.id)") }
            }
            for launch in batch.updates where state.launches[launch.id]?.version != launch.version - 1 {
                throw StoreError(code: .versionConflict, message: "\(launch.id)")
            }
            for booking in batch.bookings {
                let known = state.bookings[booking.id]
                if booking.version == 0, known != nil {
                    throw StoreError(code: .duplicateLaunch, message: "\(booking.id)")
                }
                if booking.version > 0, known?.version != booking.version - 1 {
                    throw StoreError(code: .versionConflict, message: "\(booking.id)")
                }
            }
            for booking in batch.bookings { state.bookings[booking.id] = booking }
            for launch in batch.inserts + batch.updates { state.launches[launch.id] = launch }
            for entry in batch.entries { state.records.append(state.chain.seal(entry)) }
        }
    }

    func history(pool: PoolID, requests: [JobRequestID]) async throws(StoreError) -> [JobRequestID: RequestHistory] {
        state.withLock { state in
            var history: [JobRequestID: RequestHistory] = [:]
            for launch in state.launches.values {
                guard let request = launch.request, requests.contains(request) else { continue }
                history[request, default: RequestHistory()].add(launch)
            }
            return history
        }
    }

    func warmHistory(pool: PoolID, profiles: [String]) async throws(StoreError) -> [String: WarmHistory] {
        state.withLock { state in
            profiles.reduce(into: [:]) { histories, profile in
                let own = state.launches.values.filter { $0.pool == pool && $0.profile == profile && $0.request == nil }
                histories[profile] = WarmHistory(
                    newestFirst: own.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) })
            }
        }
    }

    func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] {
        state.withLock { state in
            var history: [BookingID: RequestHistory] = [:]
            for launch in state.launches.values {
                guard let booking = launch.binding?.booking, bookings.contains(booking) else { continue }
                history[booking, default: RequestHistory()].add(launch)
            }
            return history
        }
    }

    func booking(_ id: BookingID) async throws(StoreError) -> Booking? { state.withLock { $0.bookings[id] } }

    func bookingsAtWork() async throws(StoreError) -> [Booking] {
        state.withLock { state in
            let bound = Set(state.launches.values.filter(\.isOpen).compactMap { $0.binding?.booking })
            return state.bookings.values.filter { $0.isOpen || bound.contains($0.id) }
        }
    }

    func bookings(named names: [BoundAgentName], pool: String) async throws(StoreError) -> [Booking] {
        state.withLock { state in
            names.compactMap { name in
                state.bookings.values.filter { $0.agent?.name == name && $0.agent?.pool == pool }
                    .max { $1.overrules($0) }
            }
        }
    }

    func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int {
        state.withLock { state in
            let old = state.bookings.values.filter { $0.closedAt.map { $0 < closedBefore } ?? false }
            for booking in old { state.bookings[booking.id] = nil }
            return old.count
        }
    }

    func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord] {
        let read = onRead.withLock { $0 }
        await read?(subject)
        return try state.withLock { (state) throws(StoreError) in
            guard !state.isBroken else { throw StoreError(code: .unavailable, message: "disk full") }
            return Array(state.records.reversed().filter { $0.subject == subject }.prefix(limit))
        }
    }

    func foreignChanges() async throws(StoreError) -> Int64 { state.withLock { $0.foreign } }
}
