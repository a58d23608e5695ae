import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")

private func decisions(
    _ requests: [JobRequest] = [], _ launches: [Launch] = [], bookings: [Booking] = [],
    policy value: PoolPolicy = policy(), history: [BookingID: RequestHistory] = [:]
) -> [Decision] {
    plan(
        PlanningInput(
            policy: value, requests: requests, launches: launches, bookings: bookings, bookingHistory: history),
        at: start)
}

private func launched(_ decisions: [Decision]) -> [Launch] {
    decisions.compactMap { if case .launch(let launch) = $0.action { launch } else { nil } }
}

private func stopped(_ decisions: [Decision]) -> [LaunchID] {
    decisions.compactMap { if case .stop(let id) = $0.action { id } else { nil } }
}

private func demanding(_ name: BoundAgentName = bookedName(), _ id: Int64 = 9) -> JobRequest {
    waiting(id, demands: ["Agent.Name -equals \(name.rawValue.uppercased())"])
}

@Suite struct BookingPlanTests {
    @Test func aBookingGetsOneLaunchThatIsBoundToIt() throws {
        let booking = newBooking(cpu: 2_048)
        let made = try #require(launched(decisions(bookings: [booking])).first)
        #expect(made.binding?.booking == booking.id)
        #expect(made.agentName == "slipway-run-42-agent")
        #expect(made.binding?.cpu == 2_048)
        #expect(made.id == LaunchID(organization: organization, pool: pool, booking: booking.id, ordinal: 1))
        #expect(launched(decisions([], [made], bookings: [booking])).isEmpty)
    }

    @Test func aBoundLaunchIsNoSupplyForItsClassAndIsNoSurplus() {
        let booking = newBooking()
        let bound = boundLaunch(of: booking, after: [.startPermitted, registered, accepted])
        let plan = decisions([waiting(1)], [bound], bookings: [booking])
        #expect(launched(plan).map(\.request?.rawValue) == [1])
        #expect(stopped(plan).isEmpty)
    }

    @Test func aJobThatDemandsItsAgentIsServedByItAloneInAnyLetterCase() {
        let booking = newBooking(outcome: .init(.succeeded, BookingMessage(.registered, "x")))
        let bound = boundLaunch(of: booking, after: [.startPermitted, registered])
        let plan = decisions([demanding()], [bound], bookings: [booking])
        #expect(plan.map(\.name) == ["served"])
        // An idle agent of the class is none for it.
        let free = launch(newLaunch(for: 1), after: [.startPermitted, accepted])
        #expect(
            launched(decisions([demanding()], [free], bookings: [booking])).map(\.agentName) == [bookedName().rawValue])
    }

    @Test func whatNobodyBookedIsRefusedWithAReason() {
        let plan = decisions([demanding(bookedName("other"))], bookings: [newBooking(outcome: nil)])
        #expect(plan.contains { $0.name == "refuse" && $0.reason.contains("no task of its run has asked") })
        let foreign = decisions([waiting(1, demands: ["Agent.Name -equals big-iron"])])
        #expect(foreign.map(\.name) == ["refuse"])
    }

    @Test func aPromisedAgentThatIsGoneIsReplacedAsLongAsItsJobWaits() {
        let booking = newBooking(outcome: .init(.succeeded, BookingMessage(.registered, "x")))
        let history = [booking.id: RequestHistory(lastOrdinal: 1, failures: 1)]
        #expect(launched(decisions([], bookings: [booking], history: history)).isEmpty)
        let plan = launched(decisions([demanding()], bookings: [booking], history: history))
        #expect(plan.map(\.ordinal) == [2])
        let spent = [booking.id: RequestHistory(lastOrdinal: 4, failures: 4, lastFailure: "no image")]
        let refused = decisions([demanding()], bookings: [booking], history: spent)
        #expect(refused.contains { $0.name == "refuse" && $0.isGivenUp && $0.booking == booking.id })
    }

    @Test func anAgentThatWasGivenAnotherJobIsExplainedAndFollowedByANewOne() {
        let booking = newBooking(outcome: .init(.succeeded, BookingMessage(.registered, "x")))
        let taken = boundLaunch(
            of: booking, after: [.startPermitted, registered, accepted, .jobObserved(JobRequestID(rawValue: 3))])
        let plan = decisions([demanding()], [taken], bookings: [booking])
        #expect(plan.map(\.name) == ["hold"])
        #expect(plan[0].reason.contains("job request 3"))
    }

    @Test func aCancelledBookingsLaunchIsStoppedButNeverABusyOne() {
        let booking = newBooking(outcome: .cancelled(newBooking()))
        let pending = boundLaunch(of: booking, after: [.startPermitted, registered, accepted])
        #expect(stopped(decisions([], [pending], bookings: [booking])) == [pending.id])
        let busy = launch(pending, after: [.jobObserved(JobRequestID(rawValue: 9))])
        #expect(stopped(decisions([], [busy], bookings: [booking])).isEmpty)
        let refused = decisions([demanding()], bookings: [booking])
        #expect(refused.map(\.name) == ["refuse"])
    }

    @Test func aLaterAttemptWaitsUntilTheEarlierOnesAgentIsGone() {
        let earlier = newBooking(outcome: .init(.succeeded, BookingMessage(.registered, "x")))
        let later = newBooking(identity(attempt: 2))
        let old = boundLaunch(of: earlier, after: [.startPermitted, registered, accepted])
        let plan = decisions([], [old], bookings: [later, earlier])
        #expect(stopped(plan) == [old.id])
        #expect(launched(plan).isEmpty)
        #expect(launched(decisions([], [], bookings: [later, earlier])).map(\.binding?.booking) == [later.id])
        // The job demands the name, and the latest attempt answers for it.
        #expect(
            launched(decisions([demanding()], [], bookings: [later, earlier])).map(\.binding?.booking) == [later.id])
    }

    @Test func ofTwoBookingsOfOneNameTheOneThatWasAcceptedLastSpeaksForIt() {
        let told = BookingOutcome(.succeeded, BookingMessage(.registered, "x"))
        // Another stage's, which was run twice, and whose agent is gone.
        let first = newBooking(identity(job: "first", attempt: 3), outcome: told)
        let second = newBooking(identity(job: "second"), outcome: told, accepted: 60)
        for bookings in [[first, second], [second, first]] {
            #expect(launched(decisions([demanding()], bookings: bookings)).map(\.binding?.booking) == [second.id])
        }
        // Of one instant and attempt the order in the input decides nothing.
        let twins = [newBooking(identity(job: "a"), outcome: told), newBooking(identity(job: "b"), outcome: told)]
        let one = launched(decisions([demanding()], bookings: twins)).map(\.binding?.booking)
        let other = launched(decisions([demanding()], bookings: twins.reversed())).map(\.binding?.booking)
        #expect(one == other)
        // Nor does what was overruled stop the other's launch.
        let overruled = newBooking(identity(job: "first"))
        let launch = boundLaunch(of: second, after: [.startPermitted, registered, accepted])
        #expect(stopped(decisions([], [launch], bookings: [overruled, second])).isEmpty)
    }

    @Test func bookingsCountAgainstEveryLimit() {
        let booking = newBooking()
        let full = policy([profile(maximum: 1)])
        let other = launch(newLaunch(for: 1), after: [.startPermitted, accepted])
        let plan = decisions([], [other], bookings: [booking], policy: full)
        #expect(plan.map(\.name) == ["hold"])
        #expect(plan[0].booking == booking.id)
        var shared = policy()
        shared.maximumAgentsPerProject = 1
        #expect(decisions([], [other], bookings: [booking], policy: shared).map(\.name) == ["hold"])
    }
}
