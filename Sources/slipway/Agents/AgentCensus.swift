internal import SlipwayCore

/// All that stands in the configured pools and runs in the cluster under a name of ours, by the launch that it names. Pure.
struct AgentCensus: Sendable {
    /// What stands for one agent.
    struct Member: Sendable {
        var pool: String
        var agentName: String
        /// Nil: that doesn't follow from what was seen.
        var launch: LaunchID?
        var registration: PoolAgent?
        var agentTasks: [AgentTaskID] = []
        /// The open launch that answers for it; nil: none does.
        var answeredBy: Launch?
        var strays: [Stray] = []
    }

    /// One pool, as it was read.
    struct Pool: Sendable {
        var policy: PoolPolicy
        var registrations: [PoolAgent]
        var placeholders: [RegisteredAgent] = []
    }

    /// A registration that is never started, and so never a stray.
    struct PlaceholderMember: Sendable {
        var pool: String
        var agent: RegisteredAgent
        var demands: [Demand]
    }

    /// In the order of pools and agents.
    private(set) var members: [Member] = []
    private(set) var placeholders: [PlaceholderMember] = []
    /// Agent tasks of another organization or pool: perhaps another Slipway answers for them.
    private(set) var agentTasksOfOthers = 0

    var strays: [Stray] { members.flatMap(\.strays) }

    /// - Parameter launches: the open ones; newer than what was sighted.
    init(_ pools: [Pool], agentTasks: [AgentTaskSighting], launches: [Launch]) {
        for pool in pools {
            let own = agentTasks.filter { $0.launch.isOf(pool.policy) }
            let open = launches.filter { $0.pool == pool.policy.id }
            let strays = SlipwayCore.strays(
                policy: pool.policy, agentTasks: own, registrations: pool.registrations, launches: open)
            members += Self.members(of: pool, own, open, strays)
            placeholders += pool.placeholders.sorted { $0.name < $1.name }.compactMap { agent in
                agent.placeholderDemands.map {
                    PlaceholderMember(pool: pool.policy.name, agent: agent, demands: $0)
                }
            }
        }
        agentTasksOfOthers = agentTasks.filter { sighting in !pools.contains { sighting.launch.isOf($0.policy) } }.count
    }

    private static func members(
        of pool: Pool, _ agentTasks: [AgentTaskSighting], _ launches: [Launch], _ strays: [Stray]
    ) -> [Member] {
        var members: [String: Member] = [:]
        func member(_ name: String, _ launch: LaunchID?) -> Member {
            var member = members[name] ?? Member(pool: pool.policy.name, agentName: name)
            member.launch = member.launch ?? launch
            return member
        }
        for agent in pool.registrations {
            guard let owner = owner(ofAgentNamed: agent.name, in: pool.policy) else { continue }
            var known = member(owner.name, owner.launch)
            known.registration = agent
            members[owner.name] = known
        }
        for sighting in agentTasks {
            var known = member(sighting.agentName, sighting.launch)
            known.agentTasks.append(sighting.id)
            members[sighting.agentName] = known
        }
        for launch in launches where members[launch.agentName] != nil {
            members[launch.agentName]?.answeredBy = launch
            members[launch.agentName]?.launch = launch.id
        }
        for stray in strays { members[stray.agentName]?.strays.append(stray) }
        return members.values.sorted { $0.agentName < $1.agentName }
    }
}
