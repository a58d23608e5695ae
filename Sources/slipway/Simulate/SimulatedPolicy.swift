internal import SlipwayCore

/// A configuration whose policy for one pool is tried.
struct SimulatedPolicy {
    /// Its file's name, as it was given.
    var name: String
    var policy: ReplayPolicy

    /// - Parameters:
    ///   - path: how it was given.
    ///   - poolName: needed where the configuration has several pools.
    init(
        _ configuration: SlipwayConfiguration, path: String, pool poolName: String?, id: PoolID, hasHooks: Bool
    ) throws(CommandFailure) {
        let known = configuration.pools.map(\.name).joined(separator: ", ")
        let pool: SlipwayConfiguration.Pool
        if let poolName {
            guard let named = configuration.pool(named: poolName) else {
                throw CommandFailure(.usage, "\(harmless(path)) has no pool “\(harmless(poolName))”; it has \(known)")
            }
            pool = named
        } else {
            guard configuration.pools.count == 1 else {
                throw CommandFailure(.usage, "\(harmless(path)) has several pools: give --pool, one of \(known)")
            }
            pool = configuration.pools[0]
        }
        name = path
        policy = ReplayPolicy(
            pool: PoolPolicy(
                id: id, name: pool.name,
                organization: OrganizationKey(url: configuration.azureDevOps.organization), profiles: pool.profiles,
                maximumAgents: pool.maximumAgents, maximumAgentsPerProject: pool.maximumAgentsPerProject),
            sweepSeconds: pool.sweepSeconds, startsPerSecond: configuration.aws.startsPerSecond,
            startBurst: configuration.aws.startBurst, hasHooks: hasHooks)
    }

    func requireProfiles(of recording: Recording) throws(CommandFailure) {
        let missing = policy.missing(recording)
        guard !missing.isEmpty else { return }
        let known = policy.pool.profiles.map(\.name).joined(separator: ", ")
        throw CommandFailure(
            .usage,
            "jobs ran on profiles that \(harmless(name)) lacks: \(harmless(missing.joined(separator: ", "))); it has \(known). "
                + "Which demands a job had is not recorded, so a profile keeps its jobs by its name")
    }
}
