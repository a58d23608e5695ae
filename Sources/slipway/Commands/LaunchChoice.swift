internal import SlipwayCore

/// Which profile of which pool is meant, and the launch that is made of it.
struct LaunchChoice: Sendable {
    let pool: SlipwayConfiguration.Pool
    let profile: Profile

    init(_ configuration: SlipwayConfiguration, pool poolName: String?, profile name: String) throws(CommandFailure) {
        let pools = try Self.pools(configuration, named: poolName)
        let fitting = pools.compactMap { pool in pool.profiles.first { $0.name == name }.map { (pool, $0) } }
        guard let first = fitting.first else {
            let known = pools.flatMap(\.profiles).map(\.name)
            let near = NearestName.of(name, among: known).map { "write \($0)" }
            throw CommandFailure(
                .usage,
                "there is no profile “\(harmless(name))”; \(near ?? "there are \(known.joined(separator: ", "))")")
        }
        guard fitting.count == 1 else {
            throw CommandFailure(
                .usage,
                "several pools have a profile “\(name)”; give --pool, one of "
                    + fitting.map(\.0.name).joined(separator: ", "))
        }
        (pool, profile) = first
    }

    private static func pools(
        _ configuration: SlipwayConfiguration, named name: String?
    ) throws(CommandFailure) -> [SlipwayConfiguration.Pool] {
        guard let name else { return configuration.pools }
        guard let pool = configuration.pool(named: name) else {
            throw CommandFailure(
                .usage,
                "there is no pool “\(harmless(name))” in the configuration; there are "
                    + configuration.pools.map(\.name).joined(separator: ", "))
        }
        return [pool]
    }

    func launch(
        poolID: PoolID, organization: String, nonce: String, now: Timestamp
    ) throws(CommandFailure) -> Launch {
        guard let id = LaunchID(organization: OrganizationKey(url: organization), pool: poolID, nonce: nonce) else {
            throw CommandFailure(.bug, "no launch id can be made of the nonce \(harmless(nonce)): please report it")
        }
        return Launch(
            id: id, pool: poolID, profile: profile.name, request: nil, ordinal: 1, origin: JobOrigin(),
            reason: "an operator asked for it", createdAt: now)
    }

    /// By then the engine has given it up by its own deadlines, if there is an engine.
    var limitSeconds: Int { profile.deadlines.startSeconds + profile.deadlines.onlineSeconds + 120 }
}
