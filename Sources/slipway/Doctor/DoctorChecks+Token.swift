internal import Foundation
internal import SlipwayCore

/// What the sign-in to Azure DevOps may do, and for how long, as far as that can be told.
extension DoctorChecks {
    /// The service tells a token neither its scopes nor its end. So for each scope that this configuration needs something is
    /// read that nothing else allows; what can't be told without writing is said to be so.
    var tokenCheck: DoctorCheck {
        let organization = configuration.azureDevOps.organization
        return DoctorCheck(
            name: "token", needs: [Self.signInName], mend: "see \(organization)/_usersSettings/tokens",
            mendUnreachable: reachCommand
        ) {
            [expiryFinding(at: services.now())] + (try await scopeFindings())
        }
    }

    private func scopeFindings() async throws -> [Finding] {
        var findings: [Finding] = []
        let pools = try await services.mayReadPools()
        findings.append(
            scope(
                "Agent Pools (read)", pools, for: "to see what waits",
                mend: "give the token the scope Agent Pools (read & manage)"))
        let tried =
            tries ? "the registration checks have tried it" : "slipway doctor --try registers an agent for a moment"
        findings.append(.ok("Agent Pools (manage): can't be told without writing; \(tried)"))
        if configuration.receiver.hookURL != nil || acts {
            let builds = try await services.mayReadBuilds()
            let use = acts ? "to look at runs, and for hooks" : "for hooks"
            findings.append(
                scope("Build (read)", builds, for: use, mend: "give the token the scope Build (read), or more"))
        }
        if acts {
            findings.append(
                .ok("Build (execute): can't be told without changing a run; whenGivenUp and whenInterrupted need it"))
        }
        return findings
    }

    /// Whether a pool's policy lets Slipway change runs.
    private var acts: Bool {
        configuration.pools.contains { $0.whenGivenUp != .leave || $0.whenInterrupted != .leave }
    }

    private func scope(_ name: String, _ may: Bool?, for use: String, mend: String) -> Finding {
        switch may {
        case true?: .ok("\(name): may be read")
        case false?: .failed("\(name): refused, and needed \(use)", mend: mend)
        case nil: .ok("\(name): can't be told, since no project is there to read in")
        }
    }

    /// With a token alone its end can't be asked for: the service's calls about tokens take a person's own sign-in.
    private func expiryFinding(at now: Date) -> Finding {
        let key = "azureDevOps.tokenExpires"
        let (what, place) =
            switch configuration.azureDevOps.signIn {
            case .token: ("token", "\(configuration.azureDevOps.organization)/_usersSettings/tokens")
            case .entra: ("client secret", "https://entra.microsoft.com, at the application's certificates & secrets")
            }
        guard let day = configuration.azureDevOps.tokenExpires else {
            return .ok(
                "when the \(what) expires can't be asked for with it; \(key) lets the doctor warn 14 days before")
        }
        let mend = "make a new one, put it in the old one's place, and correct \(key): \(place)"
        let days = day.days(from: now)
        if days < 0 { return .failed("the \(what) expired on \(day), as \(key) says", mend: mend) }
        if days <= 14 { return .warning("the \(what) expires on \(day), in \(days) days, as \(key) says", mend: mend) }
        return .ok("the \(what) expires on \(day), as \(key) says")
    }
}
