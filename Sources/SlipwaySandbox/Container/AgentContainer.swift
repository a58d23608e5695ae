import AsyncHTTPClient
import Synchronization

/// One running container: the start script, and the signals that reach it.
final class AgentContainer: Sendable {
    struct Exit: Sendable {
        let code: Int
        var reason: String?

        static let killed = Exit(code: 137)
        static let outOfMemory = Exit(
            code: 137, reason: "OutOfMemoryError: Container killed due to memory usage"
        )
    }

    private enum Phase: Sendable {
        case running
        /// The script ended by itself and cleans up.
        case exiting
        /// SIGTERM came first: its trap cleans up while the listener goes on.
        case terminating
    }

    private struct State {
        var phase = Phase.running
        var activities: [ActivityID]
        var configured: StartScript.Configured?
    }

    private let script: StartScript
    private let clock: any SandboxClock
    private let main: ActivityID
    private let state: Mutex<State>
    /// With the activity of the trap; `nil` when no signal came.
    private let termination = OneShot<ActivityID?>()
    private let death = OneShot<Exit?>()

    /// Counts as an activity from here on: see ``end()``.
    init(_ script: StartScript) {
        self.script = script
        clock = script.clock
        main = clock.activities.begin()
        state = Mutex(State(activities: [main]))
    }

    /// Runs to the end, whatever ends it.
    func run(_ client: HTTPClient) async -> Exit {
        await withTaskGroup(of: Exit?.self) { group in
            group.addTask { await self.death.value() }
            group.addTask { await self.runScript(client) }
            group.addTask { await self.runTrap() }
            var exit: Exit?
            while exit == nil, let next = await group.next() { exit = next }
            group.cancelAll()
            // Lets those go that wait for what no longer comes.
            termination.fulfil(nil)
            death.fulfil(nil)
            return exit ?? .killed
        }
    }

    /// SIGTERM. Only the first counts.
    func terminate() {
        guard script.launch.behaviour != .ignoresTermination else { return }
        let trap = state.withLock { state -> ActivityID? in
            guard state.phase == .running else { return nil }
            state.phase = .terminating
            let activity = clock.activities.begin()
            state.activities.append(activity)
            return activity
        }
        if let trap { termination.fulfil(trap) }
    }

    /// SIGKILL, or the kernel's answer to lack of memory.
    func kill(_ exit: Exit = .killed) {
        // What sleeps is about to move: it must not count as resting until it has noticed.
        for activity in state.withLock(\.activities) { clock.activities.unpark(activity) }
        death.fulfil(exit)
    }

    /// The last call: after the exit was reported.
    func end() {
        for activity in state.withLock(\.activities) { clock.activities.end(activity) }
    }

    private func runScript(_ client: HTTPClient) async -> Exit? {
        do {
            try await script.run(with: client, as: main) {
                self.scheduleDeath()
            } whenConfigured: { configured in
                self.state.withLock { $0.configured = configured }
            }
        } catch let early as StartScript.EarlyExit {
            return Exit(code: early.code)
        } catch is CancellationError {
            return nil
        } catch {
            // A step failed, or the network did: the trap of EXIT cleans up, and its exit code is 0 all the same.
        }
        guard !Task.isCancelled, beginExit() else {
            clock.activities.end(main)
            return nil
        }
        guard script.launch.behaviour.cleansUp else { return Exit(code: 0) }
        do {
            try await script.cleanUp(state.withLock(\.configured), as: main)
            return Exit(code: 0)
        } catch {
            return nil
        }
    }

    private func runTrap() async -> Exit? {
        guard let activity = await termination.value() else { return nil }
        do {
            try await script.cleanUp(state.withLock(\.configured), as: activity)
            return Exit(code: 143)
        } catch {
            return nil
        }
    }

    /// False when SIGTERM came first: its trap decides then.
    private func beginExit() -> Bool {
        state.withLock { state in
            guard state.phase == .running else { return false }
            state.phase = .exiting
            return true
        }
    }

    private func scheduleDeath() {
        guard case .killed(let delay) = script.launch.behaviour else { return }
        _ = clock.schedule(at: clock.date(after: delay)) { [weak self] in self?.kill(.outOfMemory) }
    }
}
