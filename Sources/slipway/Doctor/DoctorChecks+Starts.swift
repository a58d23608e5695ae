internal import SlipwayCore

/// What the ledger tells of the agents that were started.
extension DoctorChecks {
    var startChecks: [DoctorCheck] { configuration.pools.map(startCheck) }

    private func startCheck(_ configured: SlipwayConfiguration.Pool) -> DoctorCheck {
        DoctorCheck(
            name: "agents \(configured.name)", needs: ["store"], timeLimitSeconds: 10,
            mend: "slipway launches list", mendUnreachable: reachCommand
        ) {
            let store = try await services.store(configuration.store.path)
            guard store.exists, !store.isOutdated else {
                return [.ok("not looked at: the server makes the store first")]
            }
            // Only where pools may have profiles of one name. That the pool is there has a check of its own.
            let pool = configuration.pools.count == 1 ? nil : try? await services.pool(configured.name)
            var findings: [Finding] = []
            for profile in configured.profiles {
                let launches = try await services.launches(
                    configuration.store.path, pool.map { PoolID(rawValue: $0.id) }, profile.name)
                findings.append(
                    StartReview(profile: profile, launches: launches, now: Timestamp(services.now())).finding)
            }
            return findings
        }
    }
}
