/// What stands in a pool or runs in a cluster under a name of ours although no open launch answers for it: a call that
/// took effect after it was given up, a ledger that was lost, a container that died without cleaning.
public enum Stray: Hashable, Sendable {
    case agentTask(AgentTaskID, of: LaunchID)
    /// An offline registration without a job, whose agent task isn't running.
    case registration(AgentID, of: LaunchID)

    public var launch: LaunchID {
        switch self {
        case .agentTask(_, of: let launch), .registration(_, of: let launch): launch
        }
    }
}

/// An agent task that isn't stopped, by the launch that its `startedBy` names.
public struct AgentTaskSighting: Hashable, Sendable {
    public var id: AgentTaskID
    public var launch: LaunchID

    public init(id: AgentTaskID, launch: LaunchID) {
        self.id = id
        self.launch = launch
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
    let running = Set(agentTasks.map(\.launch))
    let tasks = agentTasks.compactMap { sighting -> Stray? in
        guard sighting.launch.isOf(policy), !answeredFor.contains(sighting.launch) else { return nil }
        return .agentTask(sighting.id, of: sighting.launch)
    }
    let agents = registrations.compactMap { agent -> Stray? in
        guard let launch = LaunchID(agentName: agent.name), launch.isOf(policy), !answeredFor.contains(launch),
            !running.contains(launch), !agent.isOnline, agent.assignedRequest == nil
        else { return nil }
        return .registration(agent.id, of: launch)
    }
    return tasks + agents
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
