import Foundation
import Synchronization

/// A world that decides and never acts: it is told the time, keeps an agenda, and collects what is to be done.
protocol SimulatedWorld: Sendable {
    associatedtype Action: Sendable
    /// When the world next changes by itself.
    var nextDue: Date? { get }
    /// Lets everything happen that is due by `now`.
    mutating func run(until now: Date)
    /// Hands over, in order, what is to be done since the last call.
    mutating func takeActions() -> [Action]
}

/// Gives a world its time, guards it with a lock and performs its actions outside the lock.
final class WorldDriver<World: SimulatedWorld>: Sendable {
    private struct Armed {
        let id: Int
        let due: Date
        /// Nil until the clock has answered; what is due at once may be over by then.
        var timer: SandboxTimer?
    }

    private struct State {
        var world: World
        var armed: Armed?
        var lastID = 0
    }

    private let state: Mutex<State>
    private let clock: any SandboxClock
    private let act: @Sendable (World.Action) -> Void

    init(_ world: World, clock: any SandboxClock, act: @escaping @Sendable (World.Action) -> Void) {
        self.state = Mutex(State(world: world))
        self.clock = clock
        self.act = act
    }

    /// Brings the world up to the clock, changes it, and performs what follows from that. The actions run before it
    /// returns.
    @discardableResult
    func perform<Result: Sendable, Failure: Error>(
        _ body: (inout World, Date) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let now = clock.now
        var outcome: Swift.Result<Result, Failure>?
        let (actions, due) = state.withLock { state in
            state.world.run(until: now)
            do throws(Failure) {
                outcome = .success(try body(&state.world, now))
            } catch {
                outcome = .failure(error)
            }
            return (state.world.takeActions(), state.world.nextDue)
        }
        for action in actions { act(action) }
        arm(for: due)
        guard let outcome else { preconditionFailure("the lock's body always leaves an outcome") }
        return try outcome.get()
    }

    /// Looks at the world as it is now.
    func read<Result: Sendable>(_ body: (World) -> Result) -> Result {
        perform { world, _ in body(world) }
    }

    private func arm(for due: Date?) {
        guard let due else { return }
        let armed = state.withLock { state -> (id: Int, replaced: SandboxTimer?)? in
            if let armed = state.armed, armed.due <= due { return nil }
            let replaced = state.armed?.timer
            state.lastID += 1
            state.armed = Armed(id: state.lastID, due: due)
            return (state.lastID, replaced)
        }
        guard let armed else { return }
        armed.replaced?.cancel()
        // Noted before it is scheduled: one that is due at once may wake the world before the clock has answered.
        let timer = clock.schedule(at: due) { [weak self] in
            self?.wake(by: armed.id)
        }
        let isAwaited = state.withLock { state in
            guard state.armed?.id == armed.id else { return false }
            state.armed?.timer = timer
            return true
        }
        // It has fired, or an earlier one has taken its place.
        if !isAwaited { timer.cancel() }
    }

    private func wake(by id: Int) {
        state.withLock { state in
            if state.armed?.id == id { state.armed = nil }
        }
        perform { _, _ in }
    }
}
