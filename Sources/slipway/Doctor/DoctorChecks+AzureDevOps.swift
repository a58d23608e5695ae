internal import SlipwayCore

extension DoctorChecks {
    var azureDevOpsChecks: [DoctorCheck] {
        [signInCheck, tokenCheck] + configuration.pools.map(poolCheck)
            + configuration.pools.compactMap(registrationCheck) + startChecks
            + [parallelJobsCheck, hookSubscriptionsCheck]
    }

    static let signInName = "azure devops"

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
                + (try await versionFindings(pool, agents))
        }
    }

    private func versionFindings(_ pool: PoolFacts, _ agents: [AgentFacts]) async throws -> [Finding] {
        let ours = agents.filter { $0.name.hasPrefix(LaunchID.agentNamePrefix) }
        return AgentVersionReview(
            registered: ours.compactMap(\.version), offered: try await services.newestAgentVersion(),
            demanded: try await services.demandedAgentVersions(pool.id)
        ).findings
    }

    /// Whether the organization takes an agent that is registered by REST, and tells what it signs in with: that is read from
    /// the agent's source and nowhere promised, so it is tried.
    private func registrationCheck(_ configured: SlipwayConfiguration.Pool) -> DoctorCheck? {
        guard configured.profiles.contains(where: { $0.registration == .byClaim }) else { return nil }
        let needed =
            "make the identity an administrator of the pool: "
            + "\(configuration.azureDevOps.organization)/_settings/agentpools"
        return DoctorCheck(
            name: "registration \(configured.name)", needs: ["pool \(configured.name)"], mend: needed,
            mendUnreachable: reachCommand
        ) {
            guard tries else {
                return [.ok("preregistered; whether the organization takes it is told by slipway doctor --try")]
            }
            guard let pool = try await services.pool(configured.name) else { return [] }
            let organization = OrganizationKey(url: configuration.azureDevOps.organization)
            let nonce = "doctor\(UInt32.random(in: 0 ... .max))"
            // As the server names what it makes by hand, so that its sweep would find what was left.
            guard let id = LaunchID(organization: organization, pool: PoolID(rawValue: pool.id), nonce: nonce) else {
                return []
            }
            do {
                try await services.tryRegistration(configured.name, id.agentName)
                return [.ok("an agent was registered with a key and removed: preregistered works here")]
            } catch let error as PortError where error.code == .forbidden || error.code == .invalid {
                return [.failed(error.message, mend: "\(needed); or set registration: self")]
            }
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
            name: "hook subscriptions", needs: [Self.signInName], mend: "slipway hooks list",
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
