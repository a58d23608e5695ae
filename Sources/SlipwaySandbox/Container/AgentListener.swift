import Foundation
import NIOHTTP1

/// `run.sh --once`: a session, one job, the end of the session.
struct AgentListener: Sendable {
    /// How the listener departs from `--once`.
    struct Manner: Sendable {
        var jobs = 1
        /// Whether the end of the last job tells the service that the agent leaves.
        var announcesLeaving = true
        var lingering: Duration?
    }

    let api: AgentAPI
    let clock: any SandboxClock
    let timing: SandboxConfiguration.Timing
    let poolID: Int
    let agentID: Int
    let agentName: String
    let version: String
    let capabilities: [String: String]
    let manner: Manner
    let progress: ListenerProgress

    private static let conflictRetry = Duration.seconds(30)
    private static let maximumConflictRetries = 8
    private static let errorRetry = Duration.seconds(15)
    private static let maximumErrors = 20

    private var base: String { "_apis/distributedtask/pools/\(poolID)" }

    /// Returns when the listener ends by itself. Throws ``ScriptFailure`` when it ends with an error, and when
    /// cancelled.
    func run(as activity: ActivityID, whenOnline: @Sendable () -> Void) async throws {
        progress.change { $0.listener = self }
        let session = try await createSession(as: activity)
        progress.change { $0.session = session }
        whenOnline()
        var lastMessageID = 0
        var jobsLeft = manner.jobs
        while jobsLeft > 0 {
            guard let message = try await nextMessage(of: session, after: lastMessageID, as: activity) else { return }
            lastMessageID = message.messageId
            try await acknowledge(message, session, as: activity)
            guard message.messageType == "PipelineAgentJobRequest", let job = message.job else { continue }
            jobsLeft -= 1
            progress.change { $0.job = job }
            try await run(job, session, lastMessageID, isLast: jobsLeft == 0, as: activity)
            progress.change { $0.job = nil }
        }
        if let lingering = manner.lingering { try await clock.sleep(for: lingering, as: activity) }
        try await clock.sleep(for: duration(of: timing.agentStop), as: activity)
        _ = try await api.send(.DELETE, "\(base)/sessions/\(session)", as: activity)
    }

    /// SIGTERM, when ``run(as:whenOnline:)`` was cancelled: tells a running job to cancel, reports it, and ends the session.
    /// True when a job ran.
    func shutDown(as activity: ActivityID) async throws -> Bool {
        let reached = progress.current
        if let job = reached.job {
            try await clock.sleep(for: duration(of: timing.agentStop), as: activity)
            try await report(job, "canceled", isLeaving: true, as: activity)
        }
        if let session = reached.session {
            _ = try? await api.send(.DELETE, "\(base)/sessions/\(session)", as: activity)
        }
        try Task.checkCancellation()
        return reached.job != nil
    }

    // MARK: Session

    private func createSession(as activity: ActivityID) async throws -> String {
        let body: JSONValue = [
            "ownerName": .string(agentName),
            "agent": [
                "id": .integer(agentID), "name": .string(agentName), "version": .string(version),
                "osDescription": "Linux 6.1.0 #1 SMP (sandbox)",
            ],
            "systemCapabilities": .object(capabilities.mapValues(JSONValue.string)),
        ]
        for _ in 0...Self.maximumConflictRetries {
            let answer = try await api.send(.POST, "\(base)/sessions", body, as: activity)
            if let session = answer.decode(Session.self) { return session.sessionId }
            guard answer.status == 409 else { throw ScriptFailure("no session: HTTP \(answer.status)") }
            try await clock.sleep(for: Self.conflictRetry, as: activity)
        }
        throw ScriptFailure("the agent has another session")
    }

    /// `nil` when the listener is to end: its registration or session is gone.
    private func nextMessage(
        of session: String, after lastMessageID: Int, as activity: ActivityID
    ) async throws -> Message? {
        var errors = 0
        while errors < Self.maximumErrors {
            try Task.checkCancellation()
            let path = "\(base)/messages?sessionId=\(session)&lastMessageId=\(lastMessageID)"
            let answer = try? await api.send(.GET, path, isPoll: true, as: activity)
            switch answer?.status {
            case 200:
                if let message = answer?.decode(Message.self) { return message }
                errors += 1
            case 202: errors = 0
            case 401, 404: return nil
            default:
                errors += 1
                try await clock.sleep(for: Self.errorRetry, as: activity)
            }
        }
        throw ScriptFailure("the server gave no messages")
    }

    private func acknowledge(_ message: Message, _ session: String, as activity: ActivityID) async throws {
        _ = try await api.send(.DELETE, "\(base)/messages/\(message.messageId)?sessionId=\(session)", as: activity)
    }

    // MARK: Job

    private func run(
        _ job: Job, _ session: String, _ lastMessageID: Int, isLast: Bool, as activity: ActivityID
    ) async throws {
        // While the worker works, the listener goes on listening: for a cancellation.
        let listening = clock.activities.begin()
        defer { clock.activities.end(listening) }
        let end = try await withThrowingTaskGroup(of: JobEnd.self) { group in
            group.addTask { try await work(on: job, as: activity) }
            group.addTask { try await awaitCancellation(of: session, after: lastMessageID, as: listening) }
            defer { group.cancelAll() }
            return try await group.next() ?? .gone
        }
        guard case .ended(let result) = end else { return }
        try await report(job, result, isLeaving: isLast && manner.announcesLeaving, as: activity)
    }

    private enum JobEnd: Sendable {
        case ended(String)
        /// The service no longer knows the job.
        case gone
    }

    /// Renews the lock at once, which tells that the job was received, and then again and again.
    private func work(on job: Job, as activity: ActivityID) async throws -> JobEnd {
        var remaining = job.duration
        while true {
            let answer = try await api.send(
                .PATCH, "\(base)/jobrequests/\(job.requestId)?lockToken=00000000-0000-0000-0000-000000000000",
                ["requestId": .integer(job.requestId)], as: activity
            )
            if answer.status == 404 { return .gone }
            guard remaining > .zero else { return .ended(job.result) }
            let slice = min(remaining, timing.lockRenewal)
            try await clock.sleep(for: slice, as: activity)
            remaining -= slice
            if remaining <= .zero { return .ended(job.result) }
        }
    }

    private func awaitCancellation(
        of session: String, after lastMessageID: Int, as activity: ActivityID
    ) async throws -> JobEnd {
        var last = lastMessageID
        while let message = try await nextMessage(of: session, after: last, as: activity) {
            last = message.messageId
            if message.messageType == "JobCancellation" {
                try await acknowledge(message, session, as: activity)
                return .ended("canceled")
            }
            // A second job stays unanswered.
        }
        return .gone
    }

    private func report(_ job: Job, _ result: String, isLeaving: Bool, as activity: ActivityID) async throws {
        let path = "\(job.plan.scopeIdentifier)/_apis/distributedtask/hubs/build/plans/\(job.plan.planId)/events"
        let body: JSONValue = [
            "name": "JobCompleted", "jobId": .string(job.jobId), "requestId": .integer(job.requestId),
            "result": .string(result), "agentShuttingDown": .bool(isLeaving),
        ]
        for _ in 0..<5 {
            if let answer = try? await api.send(.POST, path, body, as: activity), answer.status < 500,
                answer.status != 429
            {
                return
            }
            try await clock.sleep(for: Self.errorRetry, as: activity)
        }
    }

    private func duration(of range: ClosedRange<Duration>) -> Duration {
        var generator = SeededGenerator(seed: UInt64(agentID))
        return generator.duration(in: range)
    }
}

extension AgentListener {
    private struct Session: Decodable, Sendable {
        let sessionId: String
    }

    fileprivate struct Message: Decodable, Sendable {
        let messageId: Int
        let messageType: String
        let body: String

        var job: Job? {
            try? JSONDecoder().decode(Job.self, from: Data(body.utf8))
        }
    }

    struct Job: Decodable, Sendable {
        struct Plan: Decodable, Sendable {
            let scopeIdentifier: String
            let planId: String
        }

        struct Variable: Decodable, Sendable {
            let value: String
        }

        let requestId: Int
        let jobId: String
        let plan: Plan
        let variables: [String: Variable]

        var duration: Duration { .seconds(Double(variables["sandbox.seconds"]?.value ?? "") ?? 0) }
        var result: String { variables["sandbox.result"]?.value ?? "succeeded" }
    }
}
