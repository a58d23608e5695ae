import Foundation
import NIOHTTP1

/// The plans of runs, as server tasks use them: with the access token of the task's job. The forms are those of Microsoft's
/// samples (microsoft/azure-pipelines-extensions, ServerTaskHelper); the paths are in no published specification.
extension AzureDevOpsClient {
    /// Throws unless the plan's timeline can be read.
    public func checkPlanTimeline(_ plan: PlanReference, timeline: String) async throws {
        try await perform(.get(plan.path + ["timelines", timeline], "the timeline of a plan"))
    }

    public func postPlanEvent(_ event: PlanEvent, to plan: PlanReference) async throws {
        try await perform(
            .send(
                .POST, plan.path + ["events"], "\(event.name.rawValue) to be taken", body: event, isIdempotent: true))
    }

    /// Lines of a record's live log.
    public func feed(_ lines: [String], to plan: PlanReference, timeline: String, record: String) async throws {
        struct Body: Encodable, Sendable {
            var value: [String]
            var count: Int
        }
        try await perform(
            .send(
                .POST, plan.path + ["timelines", timeline, "records", record, "feed"],
                "lines of a live log to be taken",
                body: Body(value: lines, count: lines.count), isIdempotent: false
            ).versioned(.plans))
    }

    /// Makes a log that stays, and answers its id.
    public func createLog(_ path: String, of plan: PlanReference) async throws -> Int {
        struct Body: Encodable, Sendable { var path: String }
        struct Log: Decodable, Sendable { var id: Int }
        return try await object(
            Log.self,
            .send(.POST, plan.path + ["logs"], "a log to be made", body: Body(path: path), isIdempotent: false)
                .versioned(.plans)
        ).id
    }

    public func appendLog(_ text: String, to log: Int, of plan: PlanReference) async throws {
        var call = RESTCall(
            method: .POST, path: plan.path + ["logs", "\(log)"], body: Data(text.utf8), isIdempotent: false,
            subject: "the text of a log to be taken")
        call.contentType = "application/octet-stream"
        try await perform(call.versioned(.plans))
    }

    public func updateRecord(_ change: PlanRecordChange, of plan: PlanReference, timeline: String) async throws {
        struct Body: Encodable, Sendable {
            var value: [PlanRecordChange]
            var count = 1
        }
        try await perform(
            .send(
                .PATCH, plan.path + ["timelines", timeline, "records"], "a record of a timeline to be changed",
                body: Body(value: [change]), isIdempotent: true
            ).versioned(.plans))
    }

    /// The same organization, called by somebody else: each call once, with its own record of rate limits.
    ///
    /// - Parameter attemptTimeout: of each call.
    public func acting(as authenticator: any AzureDevOpsAuthenticator, attemptTimeout: Duration) -> AzureDevOpsClient {
        AzureDevOpsClient(
            self, authenticator: authenticator, gauge: RateLimitGauge(), attemptTimeout: attemptTimeout)
    }

    /// The same identity, each call once, with the same record of rate limits: the service counts them for each identity.
    public func once(attemptTimeout: Duration) -> AzureDevOpsClient {
        AzureDevOpsClient(self, authenticator: authenticator, gauge: gauge, attemptTimeout: attemptTimeout)
    }
}
