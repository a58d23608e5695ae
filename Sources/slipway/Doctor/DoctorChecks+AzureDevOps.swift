internal import SlipwayCore

extension DoctorChecks {
    var azureDevOpsChecks: [DoctorCheck] {
        [signInCheck] + configuration.pools.map(poolCheck) + [parallelJobsCheck, hookSubscriptionsCheck]
    }

    private static let signInName = "azure devops"

    private var signInCheck: DoctorCheck {
        let organization = configuration.azureDevOps.organization
        let mend =
            switch configuration.azureDevOps.signIn {
            case .token: "create a token at \(organization)/_usersSettings/tokens with Agent Pools (read, manage)"
            case .entra: "check the service principal, and that it is a member of \(organization)"
            }
        return DoctorCheck(name: Self.signInName, needs: ["secrets"], mend: mend, mendUnreachable: reachCommand) {
            guard let name = try await services.signIn() else {
                return [.failed("\(organization) does not know this sign-in", mend: mend)]
            }
            return [.ok("signed in to \(organization) as \(name)")]
        }
    }

    private func poolCheck(_ configured: SlipwayConfiguration.Pool) -> DoctorCheck {
        let name = configured.name
        let settings = "\(configuration.azureDevOps.organization)/_settings/agentpools"
        return DoctorCheck(
            name: "pool \(name)", needs: [Self.signInName], mend: "see \(settings)", mendUnreachable: reachCommand
        ) {
            guard let pool = try await services.pool(name) else {
                return [
                    .failed(
                        "there is no such pool, or the sign-in may not see it",
                        mend: "create it, or add the identity as its administrator: \(settings)")
                ]
            }
            guard !pool.isHosted else {
                return [.failed("pool \(pool.id) is Microsoft's own", mend: "name a self-hosted pool: \(settings)")]
            }
            let agents = try await services.agents(pool.id)
            let ours = agents.filter { $0.name.hasPrefix(LaunchID.agentNamePrefix) }.count
            let requests = try await services.unfinishedJobRequestCount(pool.id)
            return [
                .ok("pool \(pool.id): \(requests) unfinished job requests can be read"),
                .ok("\(agents.count) agents can be read, \(ours) of them Slipway's"),
            ]
                + RegistrationReview(
                    pool: configured, agents: agents, isServed: await isServed, settings: settings
                ).findings
        }
    }

    /// Not known counts as no: the store has a check of its own.
    private var isServed: Bool {
        get async { (try? await services.store(configuration.store.path))?.holder != nil }
    }

    /// Only warnings: where the limit can't be read, jobs are served without it.
    private var parallelJobsCheck: DoctorCheck {
        let key = "azureDevOps.respectParallelJobs"
        return DoctorCheck(
            name: "parallel jobs", needs: [Self.signInName],
            mend: "see \(configuration.azureDevOps.organization)/_settings/buildqueue", mendUnreachable: reachCommand
        ) {
            guard configuration.azureDevOps.respectParallelJobs else {
                return [.ok("not looked at, since \(key) is false")]
            }
            let use: ParallelJobsUse
            do {
                use = try await services.parallelJobs()
            } catch let error as PortError where error.code != .unavailable && error.code != .throttled {
                return [
                    .warning(
                        "the limit can't be read, so launches are made without it: \(error.message)",
                        mend: "give the token Agent Pools (read), or set \(key) to false")
                ]
            }
            guard let limit = use.limit else { return [.ok("Azure DevOps tells of no limit of self-hosted jobs")] }
            return [.ok("\(limit) self-hosted jobs may run at once, \(use.used) run now")]
        }
    }

    /// Only warnings: without any hook every job is still served.
    private var hookSubscriptionsCheck: DoctorCheck {
        DoctorCheck(
            name: "hook subscriptions", needs: [Self.signInName], mend: "see webhooks/README.md",
            mendUnreachable: reachCommand
        ) {
            guard let url = configuration.receiver.hookURL else {
                return [.ok("not looked at, since receiver.publicURL is not set")]
            }
            let listed: [ListedSubscription]
            do {
                listed = try await services.hookSubscriptions(url)
            } catch let error as PortError where error.code == .forbidden {
                return [
                    .warning(
                        "they can't be read: \(error.message)",
                        mend: "give the identity View Subscriptions in the projects, and its token Build (read)")
                ]
            }
            let enabled = listed.filter { $0.status == .enabled }.count
            return [.ok("\(listed.count) send to \(url), \(enabled) of them enabled")]
                + hookTroubles(listed: listed, known: []).map { .warning($0.text, mend: $0.advice) }
        }
    }
}
