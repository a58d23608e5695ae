internal import SlipwayCore

/// How much the configured limits can come to at once.
struct AgentDemand: Hashable, Sendable {
    /// Agents of the profiles that `isCounted` holds for: no more than each profile and each pool allows.
    static func agents(
        in pools: [SlipwayConfiguration.Pool], where isCounted: (Profile) -> Bool
    ) -> Int {
        pools.map { pool in
            min(pool.maximumAgents, pool.profiles.filter(isCounted).map(\.maximumAgents).reduce(0, +))
        }
        .reduce(0, +)
    }

    /// CPU units of the same: the largest agents first, since these can all run at once.
    static func cpuUnits(
        in pools: [SlipwayConfiguration.Pool], cpu: (Profile) -> Int, where isCounted: (Profile) -> Bool
    ) -> Int {
        pools.map { pool in
            var left = pool.maximumAgents
            var units = 0
            for profile in pool.profiles.filter(isCounted).sorted(by: { cpu($0) > cpu($1) }) {
                let agents = min(left, profile.maximumAgents)
                units += agents * cpu(profile)
                left -= agents
            }
            return units
        }
        .reduce(0, +)
    }
}
