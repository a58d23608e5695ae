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
        let due: Date
        let timer: SandboxTimer
    }

    private struct State {
        var world: World
        var armed: Armed?
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
        let isArmedEarlier = state.withLock { state in
            guard let armed = state.armed else { return false }
            return armed.due <= due
        }
        guard !isArmedEarlier else { return }
        let timer = clock.schedule(at: due) { [weak self] in
            self?.wake()
        }
        // Another thread may have armed meanwhile: the earlier of the two stays, or an event would come late.
        let superfluous = state.withLock { state -> SandboxTimer? in
            if let armed = state.armed, armed.due <= due { return timer }
            let replaced = state.armed
            state.armed = Armed(due: due, timer: timer)
            return replaced?.timer
        }
        superfluous?.cancel()
    }

    private func wake() {
        state.withLock { $0.armed = nil }
        perform { _, _ in }
    }
}
