internal import SlipwayCore

/// A launch in words.
enum LaunchWords {
    /// ` (pipeline fabrikam-fiber, run 20261127.1, job Build)`, or nothing.
    static func job(_ origin: JobOrigin) -> String {
        let parts = [
            (origin.pipelineName ?? origin.pipelineID.map { "#\($0)" }).map { "pipeline \($0)" },
            (origin.runName ?? origin.runID.map(String.init)).map { "run \($0)" },
            (origin.jobName ?? origin.jobID).map { "job \($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
    }

    /// The same as the end of a sentence: ` pipeline fabrikam-fiber, run 20261127.1, job Build`, or nothing.
    static func whichJob(_ origin: JobOrigin) -> String {
        job(origin).replacing(" (", with: " ").replacing(")", with: "")
    }

    static func summary(_ launch: Launch, now: Timestamp) -> String {
        let id = "Launch \(launch.id)"
        let age = DurationText.from(launch.stateSince, to: now)
        switch launch.state {
        case .planned:
            return "\(id) waits for its turn to start, for \(age) by now." + problem(launch)
        case .starting:
            return "\(id) asks the cluster for an agent task, for \(age) by now." + problem(launch)
        case .pending:
            return "\(id): the cluster has taken its agent task, and its agent is not online yet, for \(age) by now."
        case .online: return "\(id): its agent is online and has had no job for \(age)."
        case .busy(let request): return "\(id): its agent runs job request \(request), for \(age) by now."
        case .finished: return "\(id): its job is over, and its agent is leaving."
        case .cleaning:
            let why = launch.outcome?.reason ?? "its useful life has ended"
            return "\(id) is over (\(why)), and is being removed, for \(age) by now." + problem(launch)
        case .closed(let outcome):
            let total = DurationText.from(launch.createdAt, to: launch.stateSince)
            return "\(id) \(verb(outcome.kind)): \(outcome.reason). It was closed after \(total)."
        }
    }

    private static func problem(_ launch: Launch) -> String {
        launch.lastProblem.map { " The last problem: \($0)." } ?? ""
    }

    static func verb(_ kind: LaunchOutcome.Kind) -> String {
        switch kind {
        case .ran: "served a job"
        case .unused: "was not used"
        case .failed: "failed"
        case .lost: "was lost under its job"
        case .cancelled: "was cancelled"
        }
    }

    /// How long each phase took, of those that are over.
    static func phases(_ launch: Launch) -> [String] {
        let facts = launch.agentTaskFacts
        let steps: [(String, Timestamp?, Timestamp?)] = [
            ("from the decision to the cluster's acceptance", launch.createdAt, facts?.createdAt),
            ("until the image's download began", facts?.createdAt, facts?.pullStartedAt),
            ("until the container ran", facts?.pullStartedAt, facts?.startedAt),
            ("until the agent was online", facts?.startedAt ?? launch.runningAt, launch.onlineAt),
            ("until it had its job", launch.onlineAt, launch.busyAt),
            ("for the job", launch.busyAt, launch.finishedAt),
            ("until the agent task had stopped", launch.finishedAt ?? launch.endedAt, facts?.stoppedAt),
        ]
        return steps.compactMap { name, start, end in
            guard let start, let end, end >= start else { return nil }
            return "\(DurationText.from(start, to: end)) \(name)"
        }
    }
}
