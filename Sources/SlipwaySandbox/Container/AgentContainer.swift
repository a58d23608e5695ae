import Synchronization

/// One running container: its script, and the signals that reach it.
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
        /// SIGTERM came first.
        case terminating
    }

    private struct State {
        var phase = Phase.running
        var activities: [ActivityID]
        var configured: StartScript.Configured?
    }

    private enum Script: Sendable {
        /// On SIGTERM its trap cleans up while the listener goes on.
        case start(StartScript)
        /// Passes SIGTERM on to the listener.
        case entry(EntryScript)
    }

    private let launch: ContainerLaunch
    private let script: Script
    private let clock: any SandboxClock
    private let main: ActivityID
    private let state: Mutex<State>
    /// With the activity of the trap; `nil` when no signal came.
    private let termination = OneShot<ActivityID?>()
    private let death = OneShot<Exit?>()

    /// Counts as an activity from here on: see ``end()``.
    init(
        _ launch: ContainerLaunch, clock: any SandboxClock, timing: SandboxConfiguration.Timing, agentVersion: String,
        keys: MadeKeys
    ) {
        self.launch = launch
        self.clock = clock
        script =
            EntryScript.isMeant(by: launch)
            ? .entry(
                EntryScript(launch: launch, clock: clock, timing: timing, agentVersion: agentVersion, keys: keys))
            : .start(StartScript(launch: launch, clock: clock, timing: timing, agentVersion: agentVersion))
        main = clock.activities.begin()
        state = Mutex(State(activities: [main]))
    }

    /// Runs to the end, whatever ends it.
    func run(_ clients: ContainerClients) async -> Exit {
        await withTaskGroup(of: Exit?.self) { group in
            group.addTask { await self.death.value() }
            switch script {
            case .start(let script):
                group.addTask { await self.run(script, clients) }
                group.addTask { await self.runTrap(of: script) }
            case .entry(let script):
                group.addTask { await self.run(script, clients) }
            }
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
        guard launch.behaviour != .ignoresTermination else { return }
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

    // MARK: The image's entry script

    private enum End: Sendable {
        case byItself(Exit)
        case bySignal(ActivityID)
    }

    private func run(_ script: EntryScript, _ clients: ContainerClients) async -> Exit? {
        let progress = ListenerProgress()
        switch await firstEnd(script, progress, clients) {
        case .byItself(let exit): return exit
        case .bySignal(let activity):
            clock.activities.end(main)
            let code = try? await script.stop(progress, as: activity)
            return code.map { Exit(code: $0) }
        case nil: return nil
        }
    }

    /// What ends the script, which has let go of everything then. Nil when it was killed.
    private func firstEnd(
        _ script: EntryScript, _ progress: ListenerProgress, _ clients: ContainerClients
    ) async -> End? {
        await withTaskGroup(of: End?.self) { group in
            group.addTask {
                let code = try? await script.run(with: clients, progress, as: self.main) { self.scheduleDeath() }
                return code.map { .byItself(Exit(code: $0)) }
            }
            group.addTask { await self.termination.value().map(End.bySignal) }
            var first: End?
            for await end in group where first == nil {
                guard let end else { continue }
                first = end
                _ = beginExit()
                // Lets the other one go.
                termination.fulfil(nil)
                group.cancelAll()
            }
            return first
        }
    }

    // MARK: The official start script

    private func run(_ script: StartScript, _ clients: ContainerClients) async -> Exit? {
        do {
            try await script.run(with: clients.agent, as: main) {
                self.scheduleDeath()
            } whenConfigured: { configured in
                self.state.withLock { $0.configured = configured }
            }
        } catch let early as EarlyExit {
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
        guard launch.behaviour.cleansUp else { return Exit(code: 0) }
        do {
            try await script.cleanUp(state.withLock(\.configured), as: main)
            return Exit(code: 0)
        } catch {
            return nil
        }
    }

    private func runTrap(of script: StartScript) async -> Exit? {
        guard let activity = await termination.value() else { return nil }
        do {
            try await script.cleanUp(state.withLock(\.configured), as: activity)
            return Exit(code: 143)
        } catch {
            return nil
        }
    }

    // MARK: Both

    /// False when SIGTERM came first, which decides then.
    private func beginExit() -> Bool {
        state.withLock { state in
            guard state.phase == .running else { return false }
            state.phase = .exiting
            return true
        }
    }

    private func scheduleDeath() {
        guard case .killed(let delay) = launch.behaviour else { return }
        _ = clock.schedule(at: clock.date(after: delay)) { [weak self] in self?.kill(.outOfMemory) }
    }
}
