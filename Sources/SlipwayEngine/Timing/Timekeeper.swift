internal import Logging
internal import SlipwayCore

/// Lets time pass for the open launches: deadlines, pauses that are over, turns to start (see `StartTurns`), and what
/// other processes wrote.
struct Timekeeper: Sendable {
    let parts: EngineParts
    /// Called when another process has changed launches: they may be under way from now on.
    let onForeignChange: @Sendable () -> Void
    /// Has a pool, by its name, read soon.
    let wakePool: @Sendable (String) -> Void
    static let tickMilliseconds: Int64 = 1_000
    /// How often a pool with busy agents is read at least. Hooks and the cluster tell the end of a job sooner, unless they are
    /// lost; at every two seconds, as while a job waits, long jobs would use up the organization's budget of calls.
    static let busyPoolMilliseconds: Int64 = 10_000

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await keepTime() }
            group.addTask { await StartTurns(parts: parts).run() }
        }
    }

    private func keepTime() async {
        var overdue: Set<LaunchID> = []
        var lastMinute: Int64 = 0
        var wokenAt: [PoolID: Timestamp] = [:]
        let recoveredAt = parts.time.now()
        while !Task.isCancelled {
            do {
                // Each by itself: one may have read anew already, or be read while the store fails for the other.
                let isNewToBook = try await parts.book.loadIfChangedByOthers()
                let isNewToDesk = try await parts.desk.loadIfChangedByOthers()
                if isNewToBook || isNewToDesk { onForeignChange() }
                try await tick(&overdue, &lastMinute, recoveredAt)
            } catch {
                parts.logger.error("The store does not answer", metadata: ["error": "\(error)"])
            }
            await wakeBusyPools(&wokenAt)
            try? await parts.time.sleep(milliseconds: Self.tickMilliseconds)
        }
    }

    private func tick(
        _ overdue: inout Set<LaunchID>, _ lastMinute: inout Int64, _ recoveredAt: Timestamp
    ) async throws(StoreError) {
        let now = parts.time.now()
        // Most busy ones have no deadline but the one that is reported: once a minute is soon enough for it.
        let isMinute = lastMinute != now.milliseconds / 60_000
        lastMinute = now.milliseconds / 60_000
        let all = await isMinute ? parts.book.all() : parts.book.timed()
        let launches = all.filter { parts.directory.isSettled($0.pool) }
        // After a start, pools become known one by one: those that were left out are not left for a minute.
        if launches.count < all.count { lastMinute = 0 }
        if isMinute { overdue.formIntersection(launches.map(\.id)) }
        var events: [PoolReading.Event] = []
        for launch in launches {
            let rules = parts.directory.rules(for: launch)
            let sight = parts.directory[launch.pool] == nil ? nil : parts.directory.sight(of: launch.pool)
            if launch.isDue(at: now, recoveredAt: recoveredAt, sight: sight, rules: rules) {
                events.append(.init(launch: launch.id, event: .timePassed))
            } else if launch.effect(at: now) != nil {
                parts.effects.enqueue(launch.id)
            }
            if launch.isOverdue(rules.deadlines, at: now), !overdue.contains(launch.id) {
                try await report(launch, now)
                overdue.insert(launch.id)
            }
        }
        for launch in try await parts.book.apply(events) { parts.effects.enqueue(launch.id) }
    }

    private func wakeBusyPools(_ wokenAt: inout [PoolID: Timestamp]) async {
        let now = parts.time.now()
        for pool in parts.directory.known.map(\.policy) {
            // One that can't be read makes its own pauses.
            guard let readAt = parts.directory.jobRequestsReadAt(of: pool.id),
                parts.directory.problem(of: pool.name) == nil
            else { continue }
            let since = max(readAt, wokenAt[pool.id] ?? readAt)
            guard now.millisecondsSince(since) >= Self.busyPoolMilliseconds, await parts.book.hasBusyAgent(in: pool.id)
            else { continue }
            wokenAt[pool.id] = now
            wakePool(pool.name)
        }
    }

    private func report(_ launch: Launch, _ now: Timestamp) async throws(StoreError) {
        parts.logger.warning(
            "A launch is overdue: look at its agent task and its job",
            metadata: ["launch.id": "\(launch.id)", "launch.state": "\(launch.state.name)"])
        var facts = LedgerFacts()
        facts["state"] = .text(launch.state.name)
        if let problem = launch.lastProblem { facts["problem"] = .text(problem) }
        let entry = LedgerEntry(at: now, kind: "launch.overdue", subject: launch.id.rawValue, facts: facts)
        try await parts.store.commit(LaunchBatch(entries: [entry]))
    }
}
