import Synchronization

/// Names one flow of work in the world: a container's script, a hook on its way.
public struct ActivityID: Hashable, Sendable {
    let rawValue: UInt64

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads what ``wireValue`` wrote.
    init?(wireValue: String) {
        guard let rawValue = UInt64(wireValue) else { return nil }
        self.rawValue = rawValue
    }

    var wireValue: String { String(rawValue) }
}

/// Knows which flows of work move on their own and which rest until the clock moves.
///
/// Every change is idempotent: parking or ending an activity twice does nothing, and an ended one never comes back.
/// That makes it safe that both ends of a long poll report.
public final class ActivityGauge: Sendable {
    private struct State {
        var nextID: UInt64 = 1
        var moving: Set<ActivityID> = []
        var parked: Set<ActivityID> = []
        var waiters: [OneShot<Bool>] = []

        mutating func takeWaitersIfAtRest() -> [OneShot<Bool>] {
            guard moving.isEmpty else { return [] }
            defer { waiters = [] }
            return waiters
        }
    }

    private let state = Mutex(State())

    public init() {}

    /// Starts an activity, moving.
    func begin() -> ActivityID {
        state.withLock { state in
            let id = ActivityID(rawValue: state.nextID)
            state.nextID += 1
            state.moving.insert(id)
            return id
        }
    }

    func park(_ id: ActivityID) {
        change { state in
            if state.moving.remove(id) != nil { state.parked.insert(id) }
        }
    }

    func unpark(_ id: ActivityID) {
        change { state in
            if state.parked.remove(id) != nil { state.moving.insert(id) }
        }
    }

    func end(_ id: ActivityID) {
        change { state in
            state.moving.remove(id)
            state.parked.remove(id)
        }
    }

    /// Waits until nothing moves. Throws ``SandboxError`` with code `didNotSettle` after `limit` of real time.
    func settle(within limit: Duration) async throws {
        let rest = OneShot<Bool>()
        state.withLock { $0.waiters.append(rest) }
        change { _ in }
        let timeout = Task {
            try await Task.sleep(for: limit)
            rest.fulfil(false)
        }
        defer { timeout.cancel() }
        guard await rest.value() else {
            throw SandboxError(.didNotSettle, "the simulated world did not come to rest within \(limit)")
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let rested = state.withLock { state in
            body(&state)
            return state.takeWaitersIfAtRest()
        }
        for waiter in rested { waiter.fulfil(true) }
    }
}
