import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")
private let job = JobRequestID(rawValue: 9)

private func seen(online: Bool, holding request: JobRequestID? = nil) -> PoolAgent {
    PoolAgent(
        id: AgentID(rawValue: 99), name: boundLaunch().agentName, isOnline: online, assignedRequest: request)
}

@Suite struct BoundLaunchTests {
    @Test func itsAgentIsRegisteredBeforeRunTaskIsCalled() {
        let permitted = boundLaunch(after: [.startPermitted])
        #expect(permitted.effect(at: after(60)) == .registerAgent)
        let registered = launch(permitted, after: [registered])
        #expect(registered.effect(at: after(60)) == .startAgentTask(attempt: 1))
        #expect(registered.agent == AgentID(rawValue: 99))
    }

    @Test func aRegistrationThatFailsIsTriedAgainAfterAPause() {
        let failed = boundLaunch(after: [.startPermitted, .registeringFailed("503")])
        #expect(failed.effect(at: failed.startNotBefore.adding(milliseconds: -1)) == nil)
        #expect(failed.effect(at: failed.startNotBefore) == .registerAgent)
        #expect(failed.lastProblem == "503")
    }

    @Test func anotherAgentOfItsNameEndsItWithoutACallOfRunTask() throws {
        let taken = boundLaunch(after: [.startPermitted, .agentNameTaken])
        #expect(taken.outcome?.kind == .failed)
        #expect(taken.effect(at: after(60)) == .removeRegistration)
        let closed = launch(taken, after: [.registrationGone])
        #expect(closed.state.name == "closed")
    }

    @Test func aJobThatIsGivenToItBeforeItComesIsNotHeldByIt() {
        let pending = boundLaunch(after: [.startPermitted, registered, accepted])
        #expect(launch(pending, after: [.agentObserved(seen(online: false, holding: job))]).state == .pending)
        let reserved = JobRequest(
            id: job, demands: [Demand(parsing: "Agent.Name -equals \(pending.agentName)")],
            reservation: .init(agentName: pending.agentName, isOnline: false))
        #expect(read(requests: [reserved], launches: [pending]).events.isEmpty)
        // Its deadline goes on, so that a container that never comes is replaced.
        let late = pending.applying(.timePassed, at: after(10_000), rules: LaunchRules())
        #expect(late?.launch.outcome?.kind == .failed)
        // Once it is there it holds it.
        #expect(launch(pending, after: [.agentObserved(seen(online: true, holding: job))]).state == .busy(job))
    }

    @Test func whatTheAgentOfAnEarlierLaunchOfItsNameHeldIsNotItsJob() {
        let pending = boundLaunch(after: [.startPermitted, registered, accepted])
        func request(of agent: Int, result: String? = nil) -> JobRequest {
            JobRequest(
                id: job, receivedAt: start, result: result,
                reservation: .init(agentName: pending.agentName, isOnline: true, agent: AgentID(rawValue: agent)))
        }
        #expect(read(vanished: job, as: request(of: 98, result: "succeeded"), launches: [pending]).isEmpty)
        #expect(read(requests: [request(of: 98)], launches: [pending]).events.isEmpty)
        // Nor when it was looked at before its own registration was there.
        let unregistered = boundLaunch(after: [.startPermitted])
        #expect(read(vanished: job, as: request(of: 98, result: "succeeded"), launches: [unregistered]).isEmpty)
        #expect(read(requests: [request(of: 98)], launches: [unregistered]).events.isEmpty)
        let ended = LaunchEvent.jobEnded(job, result: "succeeded")
        #expect(
            read(vanished: job, as: request(of: 99, result: "succeeded"), launches: [pending]) == [
                .init(launch: pending.id, event: ended)
            ])
        #expect(
            read(requests: [request(of: 99)], launches: [pending]).events == [
                .init(launch: pending.id, event: .jobObserved(job))
            ])
    }

    @Test func aRegistrationWhoseAnswerWasLostIsLookedForUntilItCannotAppearAnyMore() {
        let failed = boundLaunch(after: [.startPermitted, .registeringFailed("no answer"), .stopRequested("enough")])
        #expect(failed.outcome?.kind == .cancelled)
        let triedAt = failed.registeringFailedAt ?? start
        #expect(failed.effect(at: triedAt.adding(seconds: 59)) == nil)
        #expect(failed.effect(at: triedAt.adding(seconds: 60)) == .removeRegistration)
    }

    @Test func aTryBeforeTheOneThatWorkedMayStillTakeEffectWhenItsAgentIsGone() {
        let stop = AgentTaskStop(reason: "Essential container in task exited", exitCode: 1)
        let failed = boundLaunch(after: [.startPermitted, .registeringFailed("no answer")])
        let over = launch(failed, after: [registered, accepted, .agentTaskObserved(.stopped(stop))])
        let triedAt = failed.registeringFailedAt ?? start
        #expect(over.outcome?.kind == .failed)
        #expect(over.effect(at: triedAt.adding(seconds: 59)) == nil)
        #expect(over.effect(at: triedAt.adding(seconds: 60)) == .removeRegistration)
        // One that worked at once leaves nothing to wait for.
        let other = boundLaunch(after: [.startPermitted, registered, accepted, .agentTaskObserved(.stopped(stop))])
        #expect(other.effect(at: after(60)) == .removeRegistration)
    }

    @Test func aStartForgetsWhatItDidNotHear() {
        let asking = boundLaunch(after: [.startPermitted, .recovered, .stopRequested("enough")])
        let recoveredAt = asking.registeringFailedAt ?? start
        #expect(asking.effect(at: recoveredAt.adding(seconds: 59)) == nil)
        #expect(asking.effect(at: recoveredAt.adding(seconds: 60)) == .removeRegistration)
    }

    @Test func aRegistrationThatIsUnderWayWhenItEndsIsLookedForUntilItCannotAppearAnyMore() {
        let ended = boundLaunch(after: [.startPermitted, .stopRequested("enough")])
        let endedAt = ended.endedAt ?? start
        #expect(ended.effect(at: endedAt.adding(seconds: 59)) == nil)
        #expect(ended.effect(at: endedAt.adding(seconds: 60)) == .removeRegistration)
        // Its answer tells: then there is no more to wait for.
        let answered = launch(ended, after: [registered])
        #expect(answered.effect(at: endedAt.adding(seconds: 59)) == .removeRegistration)
        // The process may have ended under it.
        let recovered = ended.applying(.recovered, at: endedAt.adding(seconds: 50), rules: LaunchRules())?.launch
        #expect(recovered?.effect(at: endedAt.adding(seconds: 60)) == nil)
        let late = boundLaunch(after: [.startPermitted])
            .applying(.timePassed, at: after(100_000), rules: LaunchRules())?.launch
        #expect(late?.outcome?.kind == .failed)
        #expect(late?.effect(at: after(100_059)) == nil)
    }

    @Test func aRefusalToRegisterTouchesNoAgentOfItsName() {
        let refused = boundLaunch(after: [
            .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "403")),
        ])
        #expect(refused.outcome == LaunchOutcome(kind: .failed, reason: "403"))
        #expect(refused.effect(at: after(60)) == .removeRegistration)
        #expect(refused.isToBeRegistered)
    }

    @Test func anAgentOfItsNameIsAnybodysUntilItIsRegistered() {
        let starting = boundLaunch(after: [.startPermitted])
        for event in [
            LaunchEvent.agentObserved(seen(online: true, holding: job)), .jobObserved(job),
            .jobEnded(job, result: "succeeded"),
        ] { #expect(starting.applying(event, at: after(60), rules: LaunchRules()) == nil) }
    }

    @Test func whatAnotherJobOrALossTookFromItsBookingCountsAgainstANewOne() {
        let gone = [LaunchEvent.startPermitted, registered, accepted]
        let stop = AgentTaskStop(reason: "Essential container in task exited", exitCode: 137)
        var history = RequestHistory()
        history.add(boundLaunch(after: gone + [.jobObserved(job), .agentTaskObserved(.stopped(stop))]))
        #expect(history.failures == 1)
        let ended = boundLaunch(
            ordinal: 2,
            after: gone + [
                .jobObserved(job), .jobEnded(job, result: "succeeded"),
                .agentTaskObserved(.stopped(AgentTaskStop(reason: "done", exitCode: 0))),
            ])
        history.add(ended)
        #expect(history.failures == 2)
    }

    @Test func itsAgentTaskNamesItsAgentAndHasItsOwnSize() throws {
        let booking = newBooking(cpu: 2_048)
        let bound = boundLaunch(of: booking, after: [.startPermitted, registered])
        let order = try #require(
            AgentTaskOrder(bound, profile: profile(), pool: policy(), organizationURL: "https://dev.azure.com/fabrikam")
        )
        #expect(order.cpu == 2_048)
        #expect(order.environment.contains { $0.name == "AZP_AGENT_NAME" && $0.value == "slipway-run-42-agent" })
        #expect(order.startedBy == bound.startedBy)
        #expect(LaunchID(startedBy: order.startedBy) == bound.id)
        #expect(order.startedBy.utf8.count <= 128)
        #expect(order.clientToken.utf8.count <= 64)
        let sighting = try #require(AgentTaskSighting(id: arn, startedBy: order.startedBy))
        #expect(sighting.agentName == "slipway-run-42-agent")
        #expect(sighting.launch.isOf(policy()))
    }

    @Test func aStrayOfItsKindIsKnownByItsAgentsName() {
        let bound = boundLaunch()
        let agent = PoolAgent(id: AgentID(rawValue: 5), name: bound.agentName, isOnline: false)
        func seen(_ launches: [Launch], _ tasks: [AgentTaskSighting] = []) -> [Stray] {
            strays(policy: policy(), agentTasks: tasks, registrations: [agent], launches: launches)
        }
        #expect(seen([bound]).isEmpty)
        #expect(seen([]).map(\.kind) == [.registration(AgentID(rawValue: 5))])
        let running = AgentTaskSighting(id: arn, launch: bound.id, agentName: bound.agentName)
        #expect(seen([], [running]).map(\.kind) == [.agentTask(arn)])
        #expect(seen([], [running]).map(\.agentName) == [bound.agentName])
    }

    @Test(arguments: ["slipway-run-7-a", "slipway-run-7-a-b", "SLIPWAY-run-9223372036854775807-A1"])
    func namesReadBack(name: String) throws {
        let read = try #require(BoundAgentName(rawValue: name))
        #expect(read.rawValue == name.lowercased())
        #expect(BoundAgentName(run: read.run, key: String(name.split(separator: "-", maxSplits: 3)[3])) == read)
    }

    @Test(arguments: [
        "slipway-run-7", "slipway-run-7-", "slipway-run--a", "slipway-run-07-a", "slipway-run-x-a", "slipway-run-7-a-",
        "slipway-run-7-\(String(repeating: "a", count: 33))", "slipway-a1b2c3-12-run-1", "slipway-run-0-a",
    ])
    func othersAreNone(name: String) { #expect(BoundAgentName(rawValue: name) == nil) }
}
