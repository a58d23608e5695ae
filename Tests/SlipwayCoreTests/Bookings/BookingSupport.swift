@testable import SlipwayCore

let planID = "0a7c9a3e-1111-4222-8333-444455556666"
let jobID = "1b8d0b4f-2222-4333-8444-555566667777"

func identity(job: String = jobID, stage: Int = 1, attempt: Int = 1) -> BookingIdentity {
    BookingIdentity(
        plan: planID, job: job, instance: "2c9e1c50-3333-4444-8555-666677778888", stageAttempt: stage,
        jobAttempt: attempt)
}

func bookedName(_ key: String = "agent", run: Int = 42) -> BoundAgentName { BoundAgentName(run: run, key: key)! }

func newBooking(
    _ identity: BookingIdentity = identity(), key: String = "agent", profile: String = "small", cpu: Int? = nil,
    wait: BookedAgent.Wait = .registered, outcome: BookingOutcome? = nil, project: String = "p", accepted: Int = 0
) -> Booking {
    Booking(
        identity: identity, project: project, timeline: "3d0f2d61-4444-4555-8666-777788889999",
        origin: JobOrigin(projectID: project, runID: 42, jobID: identity.job), run: 42, inputs: BookingInputs(key: key),
        agent: BookedAgent(name: bookedName(key), pool: "ecs-linux", profile: profile, cpu: cpu, wait: wait),
        outcome: outcome, acceptedAt: after(accepted))
}

func boundLaunch(
    of booking: Booking = newBooking(), ordinal: Int = 1, after events: [LaunchEvent] = []
) -> Launch {
    let first = Launch(
        id: LaunchID(organization: organization, pool: pool, booking: booking.id, ordinal: ordinal), pool: pool,
        profile: booking.agent?.profile ?? "", request: nil, ordinal: ordinal, origin: booking.origin, reason: "a test",
        createdAt: start,
        binding: LaunchBinding(
            booking: booking.id, agentName: booking.agent?.name ?? bookedName(), cpu: booking.agent?.cpu))
    return launch(first, after: events)
}

let registered = LaunchEvent.agentRegistered(AgentID(rawValue: 99))
