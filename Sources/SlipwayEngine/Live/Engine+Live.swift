public import SlipwayCore

extension Engine: LivePort {
    public func live() async -> LiveState {
        var launches: [PoolID: [String: [String: Int]]] = [:]
        for group in await openLaunches() {
            launches[group.pool, default: [:]][group.profile, default: [:]][group.state, default: 0] += group.count
        }
        let holds = await desk.holds
        return LiveState(
            pools: configuration.pools.map { pool($0, launches, holds, at: now) }, hooks: hookState,
            parallelJobs: parallelJobs,
            holds: holds, budgets: budgetReading)
    }

    private func pool(
        _ configured: EngineConfiguration.Pool, _ launches: [PoolID: [String: [String: Int]]], _ holds: OperatorHolds,
        at now: Timestamp
    ) -> LiveState.Pool {
        let id = poolNames.first { $0.value == configured.name }?.key
        let open = id.flatMap { launches[$0] } ?? [:]
        var profiles = configured.profiles.map { profile in
            LiveState.Profile(
                name: profile.name, maximumAgents: profile.maximumAgents,
                warm: holds.warmAgents(of: profile, in: configured.name, at: now),
                launches: open[profile.name] ?? [:],
                rungs: profile.placements.map {
                    LiveState.Rung(placement: $0.name, leftOutUntil: leftOutUntil($0))
                })
        }
        // Launches that an earlier configuration left behind.
        for name in open.keys.sorted() where !profiles.contains(where: { $0.name == name }) {
            profiles.append(LiveState.Profile(name: name, launches: open[name] ?? [:]))
        }
        var pool = LiveState.Pool(
            name: configured.name, id: id, problem: problem(ofPool: configured.name),
            placeholderNote: placeholderNote(ofPool: configured.name), maximumAgents: configured.maximumAgents,
            profiles: profiles)
        readings.complete(&pool)
        return pool
    }
}
