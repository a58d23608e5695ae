extension HookSubject {
    public static let runEventType = "ms.vss-pipelines.run-state-changed-event"
    public static let stageEventType = "ms.vss-pipelines.stage-state-changed-event"

    /// What each project needs a subscription for. The one place that says so: the files of `webhooks/subscriptions`, for
    /// who creates them by hand, are held against it by a test.
    ///
    /// - Parameter project: the project's identifier.
    public static func needed(inProject project: String) -> [HookSubject] {
        // A filter takes one value, so the job's states are three subscriptions.
        let jobs = ["Waiting", "Running", "Completed"].map {
            HookSubject(eventType: jobEventType, filter: ["projectId": project, "jobStateId": $0])
        }
        return jobs
            + [runEventType, stageEventType].map { HookSubject(eventType: $0, filter: ["projectId": project]) }
    }

    /// The same subject in one spelling: the service takes the letters of a value in either case.
    public var folded: HookSubject {
        HookSubject(
            publisherID: publisherID.lowercased(), eventType: eventType.lowercased(),
            filter: filter.mapValues { $0.lowercased() })
    }
}
