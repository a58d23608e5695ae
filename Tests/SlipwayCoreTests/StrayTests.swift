import Testing

@testable import SlipwayCore

@Suite struct StrayTests {
    private let ours = newLaunch(for: 1)
    private let gone = newLaunch(for: 2)
    private var agentTask: Stray {
        Stray(.agentTask(arn), pool: pool, agentName: gone.agentName, launch: gone.id)
    }
    private var registration: Stray {
        Stray(.registration(AgentID(rawValue: 99)), pool: pool, agentName: gone.agentName, launch: gone.id)
    }

    private func seen(
        _ agentTasks: [LaunchID] = [], _ registrations: [PoolAgent] = [], launches: [Launch] = []
    ) -> [Stray] {
        strays(
            policy: policy(), agentTasks: agentTasks.map { AgentTaskSighting(id: arn, launch: $0) },
            registrations: registrations, launches: launches)
    }

    @Test func whatAnOpenLaunchAnswersForIsNoStray() {
        #expect(seen([ours.id], [agent(online: false, of: ours)], launches: [ours]).isEmpty)
        #expect(seen([gone.id], launches: [ours]) == [agentTask])
    }

    @Test func onlyAnOfflineRegistrationWithoutJobAndAgentTaskIsAStray() {
        #expect(seen([], [agent(online: false, of: gone)]) == [registration])
        #expect(seen([], [agent(online: true, of: gone)]).isEmpty)
        #expect(seen([], [agent(online: false, holding: 7, of: gone)]).isEmpty)
        #expect(seen([gone.id], [agent(online: false, of: gone)]) == [agentTask])
    }

    @Test func whatAnotherOrganizationOrPoolOrAPersonMadeIsLeftAlone() {
        let others = [
            LaunchID(
                organization: OrganizationKey(rawValue: "000000"), pool: pool, request: JobRequestID(rawValue: 1),
                ordinal: 1),
            LaunchID(
                organization: organization, pool: PoolID(rawValue: 1), request: JobRequestID(rawValue: 1), ordinal: 1),
        ]
        #expect(seen(others).isEmpty)
        let standing = PoolAgent(id: AgentID(rawValue: 1), name: "slipway-standing agent", isOnline: false)
        #expect(seen([], [standing, PoolAgent(id: AgentID(rawValue: 2), name: "big-iron", isOnline: false)]).isEmpty)
    }

    @Test func aStrayIsBelievedAfterAMinuteWithoutABreak() {
        var suspicions = StraySuspicions()
        let stray = agentTask
        #expect(suspicions.confirmed([stray], at: start).isEmpty)
        #expect(suspicions.confirmed([stray], at: after(59)).isEmpty)
        #expect(suspicions.confirmed([stray], at: after(60)) == [stray])
        #expect(suspicions.confirmed([], at: after(61)).isEmpty)
        #expect(suspicions.confirmed([stray], at: after(120)).isEmpty)
    }

    @Test func namesReadBackAsTheLaunchTheyWereMadeOf() {
        #expect(LaunchID(agentName: ours.id.agentName) == ours.id)
        #expect(LaunchID(startedBy: ours.id.startedBy) == ours.id)
        #expect(LaunchID(startedBy: "ecs-svc/1234") == nil)
    }
}
