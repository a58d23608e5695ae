@testable import SlipwayCore

let replayPrices = PriceBook(
    currency: "USD", asOf: "2026-03-31",
    prices: [
        .init(
            region: "eu-west-1", platform: .linuxX86, vCPUHour: Money(decimal: "1")!, gigabyteHour: .zero),
        .init(
            region: "eu-west-1", platform: .linuxX86, isSpot: true, vCPUHour: Money(decimal: "0.25")!,
            gigabyteHour: .zero),
    ])

/// A job as it was, in seconds after the start.
struct PastJob {
    var request: Int64
    var at: Int
    /// From the decision until its agent was online, and for its job.
    var startup = 40
    var seconds = 100
    var profile = "small"
    var project = "p"
    /// Of the job that its agent took.
    var ran: Int64?
    /// Before the decision.
    var queuedSecondsBefore: Int?
    var capacity = "FARGATE"

    /// The launch for it, whole: a second until its agent has the job, five until its agent task stops, ten until it is closed.
    var launch: Launch {
        let id = JobRequestID(rawValue: request)
        let now = after(at)
        let origin = JobOrigin(projectID: project, queuedAt: queuedSecondsBefore.map { now.adding(seconds: -$0) })
        let first = Launch(
            id: LaunchID(organization: organization, pool: pool, request: id, ordinal: 1), pool: pool, profile: profile,
            request: id, ordinal: 1, origin: origin, reason: "a test", createdAt: now)
        return closed(first, job: ran ?? request, origin: ran == nil ? nil : JobOrigin(projectID: "another"))
    }

    /// The same of one that was kept warm, which idled for so long.
    func warm(idle: Int, queuedAt: Timestamp?) -> Launch {
        let first = Launch(
            id: LaunchID(organization: organization, pool: pool, warmOf: profile, at: after(at), number: 1), pool: pool,
            profile: profile, request: nil, ordinal: 1, origin: JobOrigin(), reason: "a test", createdAt: after(at),
            isWarm: true)
        return closed(first, job: request, origin: JobOrigin(projectID: project, queuedAt: queuedAt), idle: idle)
    }

    private func closed(_ first: Launch, job: Int64, origin: JobOrigin?, idle: Int = 1) -> Launch {
        let online = at + startup
        let end = online + idle + seconds
        var facts = AgentTaskFacts()
        facts.region = "eu-west-1"
        facts.capacityProvider = capacity
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.createdAt = after(at)
        facts.pullStartedAt = after(at + 10)
        facts.stoppedAt = after(end + 5)
        let id = JobRequestID(rawValue: job)
        let stop = AgentTaskStop(reason: "Essential container in task exited", exitCode: 0)
        let life: [(Int, LaunchEvent)] = [
            (at, .startPermitted),
            (at, .agentTaskAccepted(AgentTaskID(rawValue: "arn:\(request)"), placement: capacity)),
            (online, .agentObserved(agent(of: first))), (online + idle, .jobObserved(id, origin)),
            (end, .jobEnded(id, result: "succeeded")), (end + 5, .agentTaskObserved(.stopped(stop), facts)),
            (end + 10, .registrationGone),
        ]
        return life.reduce(first) { launch, step in
            launch.applying(step.1, at: after(step.0), rules: LaunchRules())?.launch ?? launch
        }
    }
}

func recording(_ launches: [Launch]) -> Recording {
    var recording = Recording(pool: pool, prices: replayPrices)
    for launch in launches { recording.add(launch) }
    recording.finish()
    return recording
}
