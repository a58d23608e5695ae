internal import SlipwayCore

/// A part of a launch's life whose length is measured. They follow one another.
public enum LaunchPhase: String, CaseIterable, Sendable {
    case decide
    case runTask = "run_task"
    case pending
    case registering
    case waitingForJob = "waiting_for_job"
    case run
    case clean

    /// From when to when, for the page of metrics.
    public var meaning: String {
        switch self {
        case .decide:
            "From the delivery that announced the job, or else from the first reading that found it waiting, until its first "
                + "launch is committed. Time held for a limit counts."
        case .runTask:
            "From then until ECS has accepted the agent task: waiting for a turn, refusals and other rungs included."
        case .pending:
            "From then until the agent task is seen running: placement, network, image. Where the agent was seen online "
                + "first, until that."
        case .registering:
            "From then until the agent is seen online: its claim or its configuration, and its session. Not measured where "
                + "the agent was seen online first."
        case .waitingForJob: "From then until the agent is seen to hold a job; not of agents that are kept warm."
        case .run: "From then until the job is seen to be over."
        case .clean:
            "From the end of its job, or else of its use, until registration and agent task are seen to be gone."
        }
    }
}

/// The phases that a change of a launch ends, with their lengths in milliseconds. Not `decide`, which ends with the launch's
/// making. Lengths are by our clock, so one that was set in between makes them wrong, but never negative.
func phasesEnded(from old: Launch, to new: Launch) -> [(phase: LaunchPhase, milliseconds: Int64)] {
    var ended: [(phase: LaunchPhase, milliseconds: Int64)] = []
    func end(_ phase: LaunchPhase, _ start: Timestamp?, _ end: Timestamp?) {
        guard let start, let end else { return }
        ended.append((phase, max(0, end.millisecondsSince(start))))
    }
    if old.isBeforeAcceptance, new.isAtWork { end(.runTask, new.createdAt, new.stateSince) }
    if old.state == .pending {
        // Accepted when it became pending; what is seen first ends it.
        if old.runningAt == nil { end(.pending, old.stateSince, new.runningAt ?? new.onlineAt) }
        if old.onlineAt == nil { end(.registering, new.runningAt, new.onlineAt) }
    }
    if old.busyAt == nil, new.isWarm != true { end(.waitingForJob, new.onlineAt, new.busyAt) }
    if old.finishedAt == nil { end(.run, new.busyAt, new.finishedAt) }
    if old.isOpen, !new.isOpen { end(.clean, new.finishedAt ?? new.endedAt, new.stateSince) }
    return ended
}

extension Launch {
    fileprivate var isBeforeAcceptance: Bool {
        switch state {
        case .planned, .starting: true
        case .pending, .online, .busy, .finished, .cleaning, .closed: false
        }
    }

    fileprivate var isAtWork: Bool {
        switch state {
        case .pending, .online, .busy, .finished: true
        case .planned, .starting, .cleaning, .closed: false
        }
    }
}
