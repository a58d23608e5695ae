internal import AWSClient
internal import SlipwayCore

extension StartAnswer {
    /// HTTP 200 alone says nothing: what counts is whether an agent task is in the answer.
    init(_ result: RunTaskResult) {
        if let task = result.tasks.first {
            self = .accepted(AgentTaskID(rawValue: task.taskARN))
        } else if let failure = result.failures.first {
            self = .refused(StartRefusal(kind: .init(failure.placement), message: failure.sentence))
        } else {
            self = .refused(
                StartRefusal(kind: .unknown, message: "ECS answered RunTask with neither a task nor a failure"))
        }
    }

    init(_ error: AWSError) {
        if let task = error.resourceIDs.first {
            // The token is ours alone, so what it belongs to is this launch's agent task: it was started before a
            // change of the configuration altered the request.
            self = .accepted(AgentTaskID(rawValue: task))
            return
        }
        switch error.classification {
        case .throttle: self = .refused(StartRefusal(kind: .throttled, message: error.description))
        case .transient, .expiredCredentials, .clockSkew: self = .unanswered(error.description)
        case .accessDenied, .permanent:
            self =
                error.isOutcomeUnknown
                ? .unanswered(error.description)
                : .refused(StartRefusal(kind: .permanent, message: error.description))
        }
    }
}

extension StartRefusal.Class {
    init(_ placement: ECSFailure.Placement) {
        switch placement {
        case .capacity, .agent: self = .capacity
        case .quota: self = .quota
        case .configuration: self = .permanent
        case .unknown: self = .unknown
        }
    }
}
