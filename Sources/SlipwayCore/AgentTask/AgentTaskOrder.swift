/// What is asked of the cluster for one attempt of a launch.
///
/// A function of launch, attempt, profile and pool: no clock value and no secret, so a repeated call is the same call,
/// and Amazon ECS answers it with the agent task that it already started.
public struct AgentTaskOrder: Hashable, Sendable {
    public var launch: LaunchID
    public var attempt: Int
    /// At most 64 characters.
    public var clientToken: String
    public var startedBy: String
    public var taskDefinition: String
    public var container: String
    public var cpu: Int?
    public var memory: Int?
    public var ephemeralStorageGiB: Int?
    public var placement: Placement
    /// For the agent's container, sorted by name. Never a secret that lasts: overrides are readable in DescribeTasks and
    /// CloudTrail. A claim code is worth nothing once it was used.
    public var environment: [Variable]
    /// On the agent task, sorted by key.
    public var tags: [Variable]

    public struct Variable: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The order for the launch's present attempt; nil when the profile has no placement.
    ///
    /// - Parameter claims: for profiles whose agents are registered beforehand; without it they can't come.
    public init?(
        _ launch: Launch, profile: Profile, pool: PoolPolicy, organizationURL: String, claims: ClaimOffer? = nil
    ) {
        guard !profile.placements.isEmpty else { return nil }
        self.launch = launch.id
        attempt = launch.attempt
        clientToken = "\(launch.id)-\(launch.attempt)"
        startedBy = launch.startedBy
        taskDefinition = launch.binding?.taskDefinition ?? profile.taskDefinition
        container = profile.container
        cpu = launch.binding?.cpu ?? profile.cpu
        memory = launch.binding?.memory ?? profile.memory
        ephemeralStorageGiB = launch.binding?.ephemeralStorageGiB ?? profile.ephemeralStorageGiB
        placement = profile.placements[launch.rung(of: profile)]
        environment = Self.environment(launch, profile, pool, organizationURL, claims)
        tags = Self.tags(launch, pool)
    }

    /// SLIPWAY_IDLE_MINUTES of deploy/agent, where nothing says otherwise.
    private static let imageIdleSeconds = 1_800

    /// The official container contract (AZP_URL, AZP_POOL, AZP_AGENT_NAME), and the profile's capabilities, which an
    /// agent takes from its environment. AZP_TOKEN comes from the task definition's `secrets` alone.
    private static func environment(
        _ launch: Launch, _ profile: Profile, _ pool: PoolPolicy, _ organizationURL: String, _ claims: ClaimOffer?
    ) -> [Variable] {
        var variables = profile.capabilities
        if profile.registration == .byClaim, let claims {
            variables.merge(claims.environment(launch: launch.id, attempt: launch.attempt)) { $1 }
        }
        variables["AZP_URL"] = organizationURL
        variables["AZP_POOL"] = pool.name
        variables["AZP_AGENT_NAME"] = launch.agentName
        // The image lets an agent go that gets no job for half an hour. Where Slipway itself waits for less, nothing is
        // said, and what the task definition says holds.
        let idle = launch.isWarm == true ? profile.deadlines.warmLimitSeconds : profile.deadlines.idleSeconds
        if launch.isWarm == true || idle >= imageIdleSeconds {
            variables["SLIPWAY_IDLE_MINUTES"] = "\(idle / 60 + 30)"
        }
        return variables.sorted { $0.key < $1.key }.map(Variable.init)
    }

    /// For search and cost allocation: launch, pool, project, pipeline, run.
    private static func tags(_ launch: Launch, _ pool: PoolPolicy) -> [Variable] {
        var tags = ["slipway:launch": launch.id.rawValue, "slipway:pool": pool.name, "slipway:profile": launch.profile]
        tags["slipway:project"] = launch.origin.projectID
        tags["slipway:pipeline"] = launch.origin.pipelineName ?? launch.origin.pipelineID.map(String.init)
        if let binding = launch.binding { tags["slipway:agent"] = binding.agentName.rawValue }
        tags["slipway:run"] = launch.origin.runID.map(String.init)
        return tags.sorted { $0.key < $1.key }.map { Variable(name: $0.key, value: tagValue($0.value)) }
    }

    /// AWS takes letters, digits, spaces and `_.:/=+-@` in a tag's value, 256 characters at most.
    private static func tagValue(_ text: String) -> String {
        let accepted = text.map { character in
            character.isLetter || character.isNumber || " _.:/=+-@".contains(character) ? character : "_"
        }
        return String(accepted.prefix(256))
    }
}

extension Launch {
    /// The index of the placement that its present attempt is for. The profile may have been shortened since.
    public func rung(of profile: Profile) -> Int {
        rung(amongst: profile.placements.count)
    }

    func rung(amongst rungs: Int) -> Int { min(rung ?? max(0, attempt - 1) % rungs, rungs - 1) }
}

extension AgentTaskOrder.Variable {
    fileprivate init(_ pair: (key: String, value: String)) {
        self.init(name: pair.key, value: pair.value)
    }
}
