internal import SlipwayCore

/// Azure DevOps fails a job at once if no agent is registered that satisfies its demands, whether online or not. Slipway's
/// own agents don't count: they are gone when the next job comes.
struct RegistrationReview {
    var pool: SlipwayConfiguration.Pool
    var agents: [AgentFacts]
    /// Whether a server runs on the store, so that its placeholders should be there by now.
    var isServed: Bool
    var settings: String

    var findings: [Finding] { pool.profiles.map(finding) }

    private var lasting: [AgentFacts] { agents.filter { !$0.name.hasPrefix(LaunchID.agentNamePrefix) } }

    private func finding(_ profile: Profile) -> Finding {
        let placeholder = Placeholder(capabilities: profile.capabilities)
        let demands = placeholder.demands
        let words = demandText(demands)
        if let agent = lasting.first(where: { agent in demands.allSatisfy(agent.capabilities.satisfies) }) {
            return .ok("profile \(profile.name): registered agent \(agent.name) satisfies its jobs (\(words))")
        }
        let missing =
            "profile \(profile.name): no lasting agent is registered that satisfies its jobs (\(words)), so Azure DevOps "
            + "fails them at once"
        guard pool.placeholders == .manage else {
            return .failed(
                missing,
                mend: "register one with these capabilities and leave it offline, or set placeholders: manage: "
                    + "docs/agent-task.md")
        }
        if let other = lasting.first(where: { $0.name.lowercased() == placeholder.name }) {
            return .failed(
                missing + "; the name of its placeholder is taken by agent \(other.name), which is not Slipway's",
                mend: "remove that agent, or give it another name: \(settings)")
        }
        let permission =
            "give the token the scope Agent Pools (read & manage) and its owner the role Administrator on the pool: "
            + settings
        if isServed {
            return .failed(missing + ", although the server that runs should have made a placeholder", mend: permission)
        }
        return .warning(
            missing + "; Slipway registers a placeholder when it runs",
            mend: "slipway serve; if it still lacks then, \(permission)"
        )
    }
}
