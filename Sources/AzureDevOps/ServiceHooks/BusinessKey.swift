/// What an event says, as a key: two deliveries with equal keys tell the same change of the same thing.
///
/// Azure DevOps delivers at least once, and two subscriptions may deliver one event twice under different identifiers, so
/// neither the event's nor the notification's identifier is enough.
public struct BusinessKey: Sendable, Hashable {
    /// `job`, `stage`, `run` or `build`.
    public var subject: String
    /// The organization, by identifier or URL; empty if the payload names none.
    public var account: String
    public var project: String
    public var runID: Int64
    /// The job or stage; empty for runs and builds.
    public var itemID: String
    public var attempt: Int64
    /// The state, or the service's own word for a state unknown to us.
    public var state: String
}

extension BusinessKey: CustomStringConvertible {
    /// One text for each key, fit for a unique column.
    public var description: String {
        [subject, account, project, String(runID), itemID, String(attempt), state].map(Self.escape).joined(
            separator: "|")
    }

    /// Without it, a bar inside a part could make two keys read alike.
    private static func escape(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "\\") }) else { return part }
        return String(part.flatMap { $0 == "|" || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}

extension ServiceHookEvent {
    /// The key of what this event says; nil if the payload lacks what identifies the thing, and for pools and other types.
    /// A missing attempt counts as the first. Nil for test samples too: their identifiers are made up and always the same.
    public var businessKey: BusinessKey? {
        guard !isTestSample else { return nil }
        switch kind {
        case .job(let job):
            guard let jobID = job.jobID else { return nil }
            return key("job", job.run, jobID, job.attempt, job.state, job.stateAsSent)
        case .stage(let stage):
            guard let stageID = stage.stageID else { return nil }
            return key("stage", stage.run, stageID, stage.attempt, stage.state, stage.stateAsSent)
        case .run(let run):
            return key("run", run.run, "", nil, run.state, run.stateAsSent)
        case .build(let build):
            return key("build", build.run, "", nil, .completed, nil)
        case .pool, .other:
            return nil
        }
    }

    /// Secondary key: the event, which two subscriptions may deliver. Nil if the payload has no `id`.
    public var eventKey: String? { isTestSample ? nil : id }

    /// Secondary key: the notification, which a resend repeats. Nil if either part is missing.
    public var notificationKey: String? {
        guard !isTestSample, let subscriptionID, let notificationID else { return nil }
        return "\(subscriptionID)#\(notificationID)"
    }

    private func key(
        _ subject: String,
        _ run: RunReference,
        _ itemID: String,
        _ attempt: Int64?,
        _ state: ReportedState,
        _ stateAsSent: String?
    ) -> BusinessKey? {
        guard let runID = run.id, let projectID else { return nil }
        return BusinessKey(
            subject: subject,
            account: accountID ?? accountBaseURL?.lowercased() ?? "",
            project: projectID,
            runID: runID,
            itemID: itemID,
            attempt: attempt ?? 1,
            state: state == .unknown ? stateAsSent?.lowercased() ?? "unknown" : state.rawValue
        )
    }
}
