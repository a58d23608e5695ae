import Foundation
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// A store with a job that waited, was announced and ran; with names that try to steer a terminal.
struct AuditStore {
    let directory: TemporaryDirectory
    var path: String { directory.path("slipway.db") }
    let launch: Launch

    static let start = Timestamp(milliseconds: 1_764_000_000_000)
    static let job = "12f1170f-54f2-53f3-20dd-22fc7dff55f9"
    static let hostile = "build\u{1B}[31m\u{202E}"

    /// - Parameters:
    ///   - isOpen: its agent task still runs.
    ///   - projectName: as its run told it.
    init(isOpen: Bool = false, projectName: String? = nil) async throws {
        directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.path("slipway.db"))
        for state in [JobHint.State.waiting, .waiting, .completed] { _ = try await store.record(Self.delivery(state)) }
        _ = try await store.record(
            Delivery(
                receivedAt: Self.start, disposition: .rejected, reason: "no JSON\u{1B}[2J",
                bodyDigest: LedgerChain.genesis, bodyBytes: 3, source: "203.0.113.7"))
        var hold = LedgerFacts()
        hold["pool"] = .integer(7)
        hold["reason"] = .text("profile small has its maximum of 50 agents")
        try await store.commit(
            LaunchBatch(entries: [
                LedgerEntry(
                    at: Self.start.adding(seconds: 1), kind: "decision.hold", subject: "request-4711", facts: hold)
            ]))
        launch = try await Self.launch(in: store, isOpen: isOpen, projectName)
        await store.close()
    }

    private static func delivery(_ state: JobHint.State) -> Delivery {
        Delivery(
            receivedAt: start, disposition: .accepted, eventType: "ms.vss-pipelines.job-state-changed-event",
            account: "fabrikam",
            hint: JobHint(scope: .job, state: state, projectID: "p", runID: 4_177, jobID: job),
            bodyDigest: LedgerChain.genesis, bodyBytes: 2_348, source: "203.0.113.7")
    }

    private static func launch(in store: SQLiteStore, isOpen: Bool, _ projectName: String?) async throws -> Launch {
        let request = JobRequestID(rawValue: 4_711)
        var launch = Launch(
            id: LaunchID(
                organization: OrganizationKey(rawValue: "abcdef"), pool: PoolID(rawValue: 7), request: request,
                ordinal: 1),
            pool: PoolID(rawValue: 7), profile: "small", request: request, ordinal: 1,
            origin: JobOrigin(
                projectID: "p", pipelineID: 12, pipelineName: hostile, runID: 4_177, runName: "20261124.3",
                jobID: job.uppercased(), jobName: "Build", queuedAt: start.adding(seconds: -2)),
            reason: "job request 4711 waits and profile small has no free agent", createdAt: start.adding(seconds: 30))
        try await store.commit(LaunchBatch(inserts: [launch], entries: [launch.openingEntry()]))
        var facts = AgentTaskFacts()
        facts.region = "us-east-1"
        facts.capacityProvider = "FARGATE"
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.image = "azp-agent:1"
        facts.imageDigest = "sha256:9f86d081"
        facts.createdAt = launch.createdAt.adding(seconds: 2)
        facts.pullStartedAt = launch.createdAt.adding(seconds: 12)
        facts.startedAt = launch.createdAt.adding(seconds: 30)
        var stopped = facts
        stopped.stoppedAt = launch.createdAt.adding(seconds: 90)
        let life: [LaunchEvent] = [
            .startPermitted, .startRefused(StartRefusal(kind: .capacity, message: "no room on FARGATE_SPOT")),
            .agentTaskAccepted(AgentTaskID(rawValue: "arn:aws:ecs:us-east-1:1:task/a/b"), placement: "FARGATE"),
            .runDescribed(
                RunFacts(
                    requestedFor: "6ad1a6c6", branch: "refs/heads/main\u{7}", commit: "f0e1d2",
                    projectName: projectName)),
            .agentTaskObserved(.running, facts),
            .agentObserved(PoolAgent(id: AgentID(rawValue: 9), name: "slipway-abcdef-7-4711-1", isOnline: true)),
            .jobObserved(request), .jobEnded(request, result: "succeeded"),
            .agentTaskObserved(.stopped(AgentTaskStop(reason: "Essential container exited", exitCode: 0)), stopped),
            // Two tokens were used, so a second agent task is looked for.
            .agentTasksFound([], lookedAt: launch.createdAt.adding(seconds: 95)), .registrationGone,
        ]
        for (index, event) in life.prefix(isOpen ? 7 : life.count).enumerated() {
            let now = launch.createdAt.adding(seconds: (index + 1) * 10)
            guard let step = launch.applying(event, at: now, rules: LaunchRules(rungs: 2)) else { continue }
            try await store.commit(LaunchBatch(step))
            launch = step.launch
        }
        return launch
    }

    /// A task of a run asked for an agent, which came and took the job request 5000.
    func book(run: Int, pool number: Int = 7) async throws -> Launch {
        let store = try SQLiteStore(path: path)
        let pool = PoolID(rawValue: number)
        let at = Self.start.adding(seconds: 600)
        let name = try #require(BoundAgentName(run: run, key: "large"))
        let booking = Booking(
            identity: BookingIdentity(plan: "plan-\(run)-\(number)", job: Self.job, instance: "instance"), project: "p",
            timeline: "timeline",
            origin: JobOrigin(projectID: "p", pipelineID: 12, pipelineName: Self.hostile, runID: run, jobID: Self.job),
            run: run, inputs: BookingInputs(pool: "pool-\(number)", profile: "small"),
            agent: BookedAgent(name: name, pool: "pool-\(number)", profile: "small"), acceptedAt: at)
        let id = LaunchID(
            organization: OrganizationKey(rawValue: "abcdef"), pool: pool, booking: booking.id, ordinal: 1)
        var launch = Launch(
            id: id, pool: pool, profile: "small", request: nil, ordinal: 1, origin: booking.origin, reason: "a test",
            createdAt: at.adding(seconds: 1), binding: LaunchBinding(booking: booking.id, agentName: name))
        try await store.commit(
            LaunchBatch(
                inserts: [launch], entries: [booking.openingEntry(from: "203.0.113.9"), launch.openingEntry()],
                bookings: [booking]))
        let life: [LaunchEvent] = [
            .startPermitted, .agentRegistered(AgentID(rawValue: 9)),
            .agentTaskAccepted(AgentTaskID(rawValue: "arn:aws:ecs:us-east-1:1:task/a/c"), placement: "FARGATE"),
            .agentObserved(PoolAgent(id: AgentID(rawValue: 9), name: name.rawValue, isOnline: true)),
            .jobObserved(JobRequestID(rawValue: 5_000)),
        ]
        for (index, event) in life.enumerated() {
            let now = at.adding(seconds: 2 + index)
            guard let step = launch.applying(event, at: now, rules: LaunchRules()) else { continue }
            try await store.commit(LaunchBatch(step))
            launch = step.launch
        }
        let outcome = BookingOutcome(.succeeded, BookingMessage(.online, name.rawValue), launch: id)
        let decided = try #require(booking.deciding(outcome, at: at.adding(seconds: 9)))
        let closed = try #require(decided.booking.closing(.told, at: at.adding(seconds: 10)))
        try await store.commit(LaunchBatch(entries: [decided.entry], bookings: [decided.booking]))
        try await store.commit(LaunchBatch(entries: [closed.entry], bookings: [closed.booking]))
        var late = LedgerFacts()
        late["code"] = .text("cancelled_over")
        try await store.commit(
            LaunchBatch(entries: [
                LedgerEntry(
                    at: at.adding(seconds: 11), kind: "booking.refused", subject: booking.id.ledgerSubject, facts: late)
            ]))
        await store.close()
        return launch
    }

    /// The agent of a launch for one run's job was given the job of another run. A delivery told of each.
    func handOver() async throws -> Launch {
        let store = try SQLiteStore(path: path)
        let pool = PoolID(rawValue: 7)
        let at = Self.start.adding(seconds: 1_200)
        func origin(_ run: Int, _ pipeline: String) -> JobOrigin {
            JobOrigin(
                projectID: "p", pipelineName: pipeline, runID: run, runName: "run-\(run)", jobID: "job-\(run)",
                jobName: "Build", queuedAt: at)
        }
        for run in [4_180, 4_181] {
            _ = try await store.record(
                Delivery(
                    receivedAt: at, disposition: .accepted, eventType: "ms.vss-pipelines.job-state-changed-event",
                    account: "fabrikam",
                    hint: JobHint(scope: .job, state: .waiting, projectID: "p", runID: run, jobID: "job-\(run)"),
                    bodyDigest: LedgerChain.genesis, bodyBytes: 2_348, source: "203.0.113.7"))
        }
        let request = JobRequestID(rawValue: 4_800)
        var launch = Launch(
            id: LaunchID(organization: OrganizationKey(rawValue: "abcdef"), pool: pool, request: request, ordinal: 1),
            pool: pool, profile: "small", request: request, ordinal: 1, origin: origin(4_180, "first"),
            reason: "a test", createdAt: at.adding(seconds: 2))
        try await store.commit(LaunchBatch(inserts: [launch], entries: [launch.openingEntry()]))
        let life: [LaunchEvent] = [
            .startPermitted,
            .runDescribed(RunFacts(requestedFor: "person-1", commit: "c0ffee"), run: 4_180),
            .jobObserved(JobRequestID(rawValue: 4_801), origin(4_181, "second")),
            .runDescribed(RunFacts(requestedFor: "person-2", commit: "decade", projectName: "Fabrikam"), run: 4_181),
        ]
        for (index, event) in life.enumerated() {
            let now = launch.createdAt.adding(seconds: index + 1)
            guard let step = launch.applying(event, at: now, rules: LaunchRules()) else { continue }
            try await store.commit(LaunchBatch(step))
            launch = step.launch
        }
        await store.close()
        return launch
    }
}
