internal import Logging
internal import SlipwayCore

/// Lets time pass for the open launches: deadlines, pauses that are over, turns to start, and what other processes
/// wrote.
struct Timekeeper: Sendable {
    let parts: EngineParts
    /// Called when another process has changed launches: they may be under way from now on.
    let onForeignChange: @Sendable () -> Void
    static let tickMilliseconds: Int64 = 1_000

    func run() async {
        var overdue: Set<LaunchID> = []
        var lastMinute: Int64 = 0
        let recoveredAt = parts.time.now()
        while !Task.isCancelled {
            var pause = Self.tickMilliseconds
            do {
                // Each by itself: one may have read anew already, or be read while the store fails for the other.
                let isNewToBook = try await parts.book.loadIfChangedByOthers()
                let isNewToDesk = try await parts.desk.loadIfChangedByOthers()
                if isNewToBook || isNewToDesk { onForeignChange() }
                pause = try await tick(&overdue, &lastMinute, recoveredAt)
            } catch {
                parts.logger.error("The store does not answer", metadata: ["error": "\(error)"])
            }
            try? await parts.time.sleep(milliseconds: pause)
        }
    }

    /// Answers the milliseconds until the next tick.
    private func tick(
        _ overdue: inout Set<LaunchID>, _ lastMinute: inout Int64, _ recoveredAt: Timestamp
    ) async throws(StoreError) -> Int64 {
        let now = parts.time.now()
        // The busy ones have no deadline but the one that is reported: once a minute is soon enough for it.
        let isMinute = lastMinute != now.milliseconds / 60_000
        lastMinute = now.milliseconds / 60_000
        let all = await isMinute ? parts.book.all() : parts.book.moving()
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
        return try await permitStarts(launches.filter { $0.state == .planned }, now)
    }

    /// Oldest first, as many as the bucket allows.
    private func permitStarts(_ planned: [Launch], _ now: Timestamp) async throws(StoreError) -> Int64 {
        var events: [PoolReading.Event] = []
        var pause = Self.tickMilliseconds
        for launch in planned.sorted(by: { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }) {
            if let next = parts.gate.permit(launch.id, at: now) {
                pause = min(pause, max(1, next.millisecondsSince(now)))
                break
            }
            events.append(.init(launch: launch.id, event: .startPermitted))
        }
        let started = try await parts.book.apply(events)
        for launch in started { parts.effects.enqueue(launch.id) }
        // One that has ended meanwhile has no use for its turn.
        for id in Set(events.map(\.launch)).subtracting(started.map(\.id)) { parts.gate.forget(id) }
        return pause
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
