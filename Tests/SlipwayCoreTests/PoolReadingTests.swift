import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")
private let one = JobRequestID(rawValue: 1)

@Suite struct PoolReadingTests {
    private let pending = launch(newLaunch(for: 1), after: [.startPermitted, accepted])

    @Test func aReservationForOurAgentIsItsJob() {
        let request = waiting(2, reservation: .init(agentName: pending.id.agentName, isOnline: true))
        let reading = read(requests: [request, waiting(1)], launches: [pending])
        #expect(reading.events == [.init(launch: pending.id, event: .jobObserved(JobRequestID(rawValue: 2)))])
        #expect(reading.vanished.isEmpty)
    }

    @Test func absenceFromTheListIsOnlyAReasonToReadMoreClosely() {
        let busy = launch(
            newLaunch(for: 2), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 2))])
        let reading = read(requests: [], launches: [pending, busy])
        #expect(reading.events.isEmpty)
        #expect(reading.vanished == [one, JobRequestID(rawValue: 2)])
    }

    @Test func aRequestTakenByAStrangerOrphansItsLaunchAndComingBackUndoesIt() {
        let taken = JobRequest(id: one, receivedAt: start, reservation: .init(agentName: "standing-1", isOnline: true))
        let reading = read(requests: [taken], launches: [pending])
        #expect(reading.events == [.init(launch: pending.id, event: .requestGone)])
        let orphan = launch(pending, after: [.requestGone])
        #expect(
            read(requests: [waiting(1)], launches: [orphan]).events == [
                .init(launch: orphan.id, event: .requestWaits)
            ])
    }

    @Test func theEndOfAJobGoesToTheLaunchThatRanItNotToTheOneItWasFor() {
        let thief = launch(newLaunch(for: 2), after: [.startPermitted, accepted])
        let ended = JobRequest(
            id: one, result: "succeeded", reservation: .init(agentName: thief.id.agentName, isOnline: true))
        let events = read(vanished: one, as: ended, launches: [pending, thief])
        #expect(
            events == [
                .init(launch: pending.id, event: .requestGone),
                .init(launch: thief.id, event: .jobEnded(one, result: "succeeded")),
            ])
    }

    @Test func aRequestThatIsStillUnfinishedWhenReadByItselfChangesNothing() {
        #expect(read(vanished: one, as: waiting(1), launches: [pending]).isEmpty)
    }

    @Test func aRequestThatTheServiceForgotEndsTheBusyLaunchWithoutAResult() {
        let busy = launch(newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(one)])
        #expect(
            read(vanished: one, as: nil, launches: [busy]) == [
                .init(launch: busy.id, event: .jobEnded(one, result: nil))
            ])
    }

    @Test func aJobThatWasTakenBackAndGivenToAnotherAgentIsNotTheFirstOnes() {
        let busy = launch(newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(one)])
        let returned = [PoolReading.Event(launch: busy.id, event: .jobReturned(one))]
        let elsewhere = JobRequest.Reservation(agentName: "another", isOnline: true)
        #expect(read(requests: [waiting(1, reservation: elsewhere)], launches: [busy]).events == returned)
        let done = JobRequest(id: one, receivedAt: start, result: "succeeded", reservation: elsewhere)
        #expect(read(vanished: one, as: done, launches: [busy]) == returned)
    }

    /// It was given to the agent while that was on its way out, after a job that nobody saw.
    @Test func aJobThatAnAgentEndedWellWithoutReceivingWasNotItsJob() throws {
        let busy = launch(newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(one)])
        let held = JobRequest(id: one, reservation: .init(agentName: busy.id.agentName, isOnline: false))
        let ended = AgentTaskStop(reason: "exited", code: "EssentialContainerExited", exitCode: 0)
        let events = read(lastWord: one, as: held, of: busy, after: ended)
        #expect(events == [.init(launch: busy.id, event: .jobLeftBehind(one))])
        let over = launch(busy, after: events.map(\.event) + [.agentTaskObserved(.stopped(ended))])
        #expect(over.ran == nil)
        #expect(over.leftBehind == one)
        #expect(over.outcome?.kind == .ran)
        let killed = AgentTaskStop(reason: "killed", exitCode: 137)
        #expect(read(lastWord: one, as: held, of: busy, after: killed).map(\.event) == [.jobObserved(one)])
    }

    @Test func aRequestThatEndedBeforeItsAgentReceivedItIsTold() {
        let busy = launch(newLaunch(for: 1), after: [.startPermitted, accepted, .jobObserved(one)])
        var request = JobRequest(
            id: one, result: "canceled", reservation: .init(agentName: busy.id.agentName, isOnline: true))
        #expect(read(vanished: one, as: request, launches: [busy]).map(\.event) == [.jobWithdrawn(one)])
        request.receivedAt = start
        #expect(read(vanished: one, as: request, launches: [busy]).map(\.event) == [.jobEnded(one, result: "canceled")])
    }
}
