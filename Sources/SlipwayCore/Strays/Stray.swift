/// What stands in a pool or runs in a cluster under a name of ours although no open launch answers for it: a call that
/// took effect after it was given up, a ledger that was lost, a container that died without cleaning.
public struct Stray: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case agentTask(AgentTaskID)
        /// An offline registration without a job, whose agent task isn't running.
        case registration(AgentID)
    }

    public var kind: Kind
    public var pool: PoolID
    /// Of the agent that it is, or runs.
    public var agentName: String
    /// Nil: that doesn't follow from a booked agent's name.
    public var launch: LaunchID?

    public init(_ kind: Kind, pool: PoolID, agentName: String, launch: LaunchID?) {
        self.kind = kind
        self.pool = pool
        self.agentName = agentName
        self.launch = launch
    }

    /// What the ledger's records of it are about.
    public var subject: String { launch?.rawValue ?? agentName }
}

/// An agent task that isn't stopped, by the launch that its `startedBy` names.
public struct AgentTaskSighting: Hashable, Sendable {
    public var id: AgentTaskID
    public var launch: LaunchID
    /// Of the agent that it runs.
    public var agentName: String

    public init(id: AgentTaskID, launch: LaunchID, agentName: String? = nil) {
        self.id = id
        self.launch = launch
        self.agentName = agentName ?? launch.agentName
    }

    /// Nil: what it was started by is none of ours.
    public init?(id: AgentTaskID, startedBy: String) {
        guard let launch = LaunchID(startedBy: startedBy) else { return nil }
        let parts = startedBy.dropFirst(LaunchID.startedByPrefix.count).split(separator: "/")
        let bound = parts.count > 1 ? BoundAgentName(rawValue: LaunchID.agentNamePrefix + parts[1]) : nil
        self.init(id: id, launch: launch, agentName: bound?.rawValue)
    }
}

/// The strays of one pool. Pure. The launches must be newer than what was sighted: else one that has just been started
/// looks like a stray.
///
/// An online registration is no stray, whatever the ledger says: it goes when its agent task does. Names of another
/// organization or pool are left alone, since another Slipway may answer for them.
public func strays(
    policy: PoolPolicy, agentTasks: [AgentTaskSighting], registrations: [PoolAgent], launches: [Launch]
) -> [Stray] {
    let answeredFor = Set(launches.map(\.id))
    let answeredNames = Set(launches.map(\.agentName))
    // A booked agent's name may be in another pool too.
    let running = Set(agentTasks.filter { $0.launch.isOf(policy) }.map(\.agentName))
    let tasks = agentTasks.compactMap { sighting -> Stray? in
        guard sighting.launch.isOf(policy), !answeredFor.contains(sighting.launch) else { return nil }
        return Stray(
            .agentTask(sighting.id), pool: policy.id, agentName: sighting.agentName, launch: sighting.launch)
    }
    let agents = registrations.compactMap { agent -> Stray? in
        guard let owner = owner(ofAgentNamed: agent.name, in: policy), !answeredNames.contains(owner.name),
            !running.contains(owner.name), !agent.isOnline, agent.assignedRequest == nil
        else { return nil }
        return Stray(.registration(agent.id), pool: policy.id, agentName: owner.name, launch: owner.launch)
    }
    return tasks + agents
}

/// Whether an agent of a pool is one of ours by its name, and whose. A booked agent's tells no launch.
public func owner(ofAgentNamed text: String, in policy: PoolPolicy) -> (name: String, launch: LaunchID?)? {
    if let name = BoundAgentName(rawValue: text) { return (name.rawValue, nil) }
    guard let launch = LaunchID(agentName: text), launch.isOf(policy) else { return nil }
    return (text, launch)
}

/// Strays are believed on the second sight, a while after the first: both services answer late at times.
public struct StraySuspicions: Sendable {
    private var since: [Stray: Timestamp] = [:]

    public init() {}

    /// Those that were seen at each look since `LaunchRules.consistencySeconds` or longer.
    public mutating func confirmed(_ seen: [Stray], at now: Timestamp) -> [Stray] {
        var still: [Stray: Timestamp] = [:]
        for stray in seen { still[stray] = since[stray] ?? now }
        since = still
        return seen.filter { stray in
            guard let first = still[stray] else { return false }
            return now >= first.adding(seconds: LaunchRules.consistencySeconds)
        }
    }
}
