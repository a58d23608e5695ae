internal import SlipwayCore

/// The bookings at work in memory, always as committed: those whose task waits, and those that an open launch is bound to.
actor BookingBook {
    private let store: any LedgerStore
    private let time: any TimeSource
    private let observers: [any BookingObserver]
    private var known: [BookingID: Booking] = [:]

    init(store: any LedgerStore, time: any TimeSource, observers: [any BookingObserver] = []) {
        self.store = store
        self.observers = observers
        self.time = time
    }

    func load() async throws(StoreError) {
        for booking in try await store.bookingsAtWork() { show(booking) }
    }

    func all() -> [Booking] { Array(known.values) }
    func atWork(_ id: BookingID) -> Booking? { known[id] }

    /// At work or not.
    func booking(_ id: BookingID) async throws(StoreError) -> Booking? {
        if let booking = known[id] { return booking }
        return try await store.booking(id)
    }

    /// With the end of those that it takes the place of: all of it, or nothing. Answers which of them it ended.
    func insert(
        _ booking: Booking, _ entry: LedgerEntry, insteadOf rivals: [BookingID]
    ) async throws(StoreError) -> [BookingID] {
        for _ in 0..<Self.maximumConflicts {
            let ended = rivals.compactMap { known[$0] }.compactMap { $0.deciding(.cancelled($0), at: time.now()) }
            do {
                try await store.commit(
                    LaunchBatch(
                        entries: ended.map(\.entry) + [entry], bookings: ended.map(\.booking) + [booking]))
            } catch  where error.code == .versionConflict {
                for id in rivals { if let stored = try await store.booking(id) { show(stored) } }
                continue
            }
            for transition in ended { tell(known[transition.booking.id], transition.booking) }
            tell(nil, booking)
            return ended.map(\.booking.id)
        }
        throw Self.isBusy(booking.id)
    }

    func record(_ entry: LedgerEntry) async throws(StoreError) {
        try await store.commit(LaunchBatch(entries: [entry]))
    }

    func decide(_ id: BookingID, _ outcome: BookingOutcome) async throws(StoreError) -> Booking? {
        try await change(id) { booking, now in booking.deciding(outcome, at: now) }
    }

    func close(_ id: BookingID, _ closing: BookingClosing) async throws(StoreError) -> Booking? {
        try await change(id) { booking, now in booking.closing(closing, at: now) }
    }

    /// Answers the changed booking; nil when nothing changed.
    private func change(
        _ id: BookingID, _ transition: (Booking, Timestamp) -> BookingTransition?
    ) async throws(StoreError) -> Booking? {
        for _ in 0..<Self.maximumConflicts {
            guard let booking = try await booking(id), let next = transition(booking, time.now()) else { return nil }
            do {
                try await store.commit(LaunchBatch(next))
            } catch  where error.code == .versionConflict {
                // Changed meanwhile, by a task of ours or another process.
                if let stored = try await store.booking(id) { show(stored) }
                continue
            }
            tell(booking, next.booking)
            return next.booking
        }
        throw Self.isBusy(id)
    }

    private static func isBusy(_ id: BookingID) -> StoreError {
        StoreError(code: .versionConflict, message: "booking \(id) is being changed by another process; try again")
    }

    private static let maximumConflicts = 3

    private func tell(_ old: Booking?, _ new: Booking) {
        show(new)
        for observer in observers { observer.bookingChanged(from: old, to: new) }
    }

    /// Commits of one booking may come back in another order than they were made.
    private func show(_ booking: Booking) {
        guard known[booking.id].map({ $0.version < booking.version }) ?? true else { return }
        known[booking.id] = booking
    }

    /// Forgets those that are closed and that none of these open launches is bound to.
    func forget(besides bound: Set<BookingID>) {
        known = known.filter { $0.value.isOpen || bound.contains($0.key) }
    }

    /// What the planner has to know for a pool.
    ///
    /// - Parameter names: the agents that its waiting job requests demand.
    func planning(pool: String, demanding names: Set<BoundAgentName>) async throws(StoreError) -> [Booking] {
        var stored: [Booking] = []
        if !names.isEmpty {
            stored = try await store.bookings(named: names.sorted { $0.rawValue < $1.rawValue }, pool: pool)
        }
        let atWork = known.filter { $0.value.agent?.pool == pool }
        return stored.filter { atWork[$0.id] == nil } + atWork.values
    }

    func history(_ ids: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory] {
        guard !ids.isEmpty else { return [:] }
        return try await store.history(bookings: ids)
    }

    func drop(closedBefore: Timestamp) async throws(StoreError) -> Int {
        try await store.dropBookings(closedBefore: closedBefore)
    }
}
