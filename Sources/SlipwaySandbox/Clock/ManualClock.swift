public import Foundation
import Synchronization

/// A clock that moves only when told to.
///
/// Simulated and wall time are the same (`speed` is 1). Between two events it waits until every activity of the world
/// rests, so that a container's request over a real socket is answered before the clock moves on.
public final class ManualClock: SandboxClock {
    private struct State {
        var now: Date
        var agenda = Agenda<Int>()
        var actions: [Int: @Sendable () -> Void] = [:]
        var nextID = 0
    }

    private let state: Mutex<State>
    public let activities = ActivityGauge()
    public let speed = 1.0
    private let settlingTimeout: Duration

    /// - Parameters:
    ///   - now: where the clock starts.
    ///   - settlingTimeout: real time that the world may need to come to rest between two events.
    public init(now: Date = Date(timeIntervalSince1970: 1_767_607_200), settlingTimeout: Duration = .seconds(20)) {
        self.state = Mutex(State(now: now))
        self.settlingTimeout = settlingTimeout
    }

    public var now: Date { state.withLock { $0.now } }

    public func schedule(at date: Date, _ action: @escaping @Sendable () -> Void) -> SandboxTimer {
        let id = state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.actions[id] = action
            state.agenda.add(id, at: date)
            return id
        }
        return SandboxTimer { [weak self] in
            self?.state.withLock { state in _ = state.actions.removeValue(forKey: id) }
        }
    }

    /// Moves the clock and runs, in order, everything that falls due on the way.
    ///
    /// Throws ``SandboxError`` with code `didNotSettle` when some activity doesn't come to rest in real time.
    public func advance(by duration: Duration) async throws {
        let target = now.addingTimeInterval(duration.seconds)
        try await settle()
        while let action = takeNext(until: target) {
            action()
            try await settle()
        }
        state.withLock { $0.now = max($0.now, target) }
    }

    /// Waits until nothing moves any more without the clock. Throws as ``advance(by:)``.
    public func settle() async throws {
        try await activities.settle(within: settlingTimeout)
    }

    private func takeNext(until target: Date) -> (@Sendable () -> Void)? {
        state.withLock { state in
            while let (due, id) = state.agenda.popDue(until: target) {
                // A cancelled timer leaves its entry behind without an action.
                guard let action = state.actions.removeValue(forKey: id) else { continue }
                state.now = max(state.now, due)
                return action
            }
            return nil
        }
    }
}
