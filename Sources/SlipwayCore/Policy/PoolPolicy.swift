/// A pool and the profiles that serve its job requests.
public struct PoolPolicy: Hashable, Sendable {
    public var id: PoolID
    public var name: String
    public var organization: OrganizationKey
    public var profiles: [Profile]
    /// Launches of this pool that may be open at once, over all profiles.
    public var maximumAgents: Int
    /// Launches that may be open at once on behalf of one project; nil: no limit but the pool's.
    public var maximumAgentsPerProject: Int?

    public init(
        id: PoolID, name: String, organization: OrganizationKey, profiles: [Profile], maximumAgents: Int = 1_000,
        maximumAgentsPerProject: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.organization = organization
        self.profiles = profiles
        self.maximumAgents = maximumAgents
        self.maximumAgentsPerProject = maximumAgentsPerProject
    }

    public func profile(named name: String) -> Profile? { profiles.first { $0.name == name } }

    /// The profile whose agents serve these demands: of those that satisfy all, the one with the fewest capabilities
    /// of its own, so that an ordinary job doesn't get the large machine; of equals, the first configured.
    public func profile(serving demands: [Demand]) -> Profile? {
        var best: Profile?
        for profile in profiles where profile.unmet(demands).isEmpty {
            if let current = best, current.capabilities.count <= profile.capabilities.count { continue }
            best = profile
        }
        return best
    }
}

extension LaunchID {
    /// Whether it names this organization and pool.
    public func isOf(_ policy: PoolPolicy) -> Bool {
        rawValue.hasPrefix("\(policy.organization.rawValue)-\(policy.id.rawValue)-")
    }
}
