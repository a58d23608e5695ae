internal import SlipwayCore

extension DoctorChecks {
    var azureDevOpsChecks: [DoctorCheck] { [signInCheck] + configuration.pools.map { poolCheck($0.name) } }

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

    private func poolCheck(_ name: String) -> DoctorCheck {
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
            let agents = try await services.agentNames(pool.id)
            let ours = agents.filter { $0.hasPrefix(LaunchID.agentNamePrefix) }.count
            let requests = try await services.unfinishedJobRequestCount(pool.id)
            return [
                .ok("pool \(pool.id): \(requests) unfinished job requests can be read"),
                .ok("\(agents.count) agents can be read, \(ours) of them Slipway's"),
            ]
        }
    }
}
