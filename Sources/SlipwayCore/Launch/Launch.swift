/// The durable unit of work: one ephemeral agent, which is one registration in a pool and one agent task.
///
/// A launch is *for* a job request; the job it *ran* is observed, since the pool may hand its agent another one. It
/// changes only by `applying(_:at:rules:)`, and only a committed change has an effect: the outstanding effect is
/// a function of this value, so recovery is "do the outstanding effect of every open launch".
public struct Launch: Hashable, Codable, Sendable {
    public let id: LaunchID
    public let pool: PoolID
    public let profile: String
    /// The job request it is for; nil for one made by hand, for a booking, and for one that is kept warm.
    public let request: JobRequestID?
    /// The n-th launch for that job request, from 1.
    public let ordinal: Int
    public let origin: JobOrigin
    /// Why it was made, in a person's words.
    public let reason: String
    /// It is not placed on Spot capacity while its profile has another rung: its run has lost a job to an interruption.
    public let avoidsSpot: Bool?
    /// The booking that it is made for, whose job alone its agent is for; nil: it is for whoever waits.
    public let binding: LaunchBinding?
    /// It was made ahead of the jobs that come: see `Profile.warm`.
    public let isWarm: Bool?
    public let createdAt: Timestamp

    /// Grows by one with each committed change; the store commits only over the version that was read.
    public internal(set) var version = 0
    public internal(set) var state: LaunchState = .planned
    public internal(set) var stateSince: Timestamp

    /// Calls of RunTask with different tokens, so far.
    public internal(set) var attempt = 0
    /// The rung of the present attempt: an index of the profile's placements.
    public internal(set) var rung: Int?
    /// Times that all rungs there were to try refused.
    public internal(set) var rounds: Int?
    /// The next RunTask waits until then: a refusal or an unanswered call set it.
    public internal(set) var startNotBefore: Timestamp
    /// The rung that took the agent task.
    public internal(set) var placement: String?
    public internal(set) var agentTask: AgentTaskID?
    public internal(set) var agentTaskStop: AgentTaskStop?
    /// What its agent task is, as the cluster tells it. Absent in launches of older versions.
    public internal(set) var agentTaskFacts: AgentTaskFacts?
    /// What its agent task was started from: roles, network, names of secrets.
    public internal(set) var definition: AgentTaskDefinition?
    /// Who queued the run of its job request, and of which commit.
    public internal(set) var run: RunFacts?
    public internal(set) var agent: AgentID?
    /// When its agent was registered before its agent task was started; nil: it is not, or comes by itself.
    public internal(set) var registeredAt: Timestamp?
    /// When it was last tried and not heard of, or may have been under way: the registration may appear for a while yet.
    public internal(set) var registeringFailedAt: Timestamp?
    /// What its container asked for and got; nil: nothing, or it registers by itself.
    public internal(set) var claim: LaunchClaim?
    /// The job request that its agent took. Kept when the job is over.
    public internal(set) var ran: JobRequestID?
    public internal(set) var ranResult: String?
    /// Whose job its agent took, where that isn't the one that it is for.
    public internal(set) var ranOrigin: JobOrigin?
    public internal(set) var onlineAt: Timestamp?
    public internal(set) var busyAt: Timestamp?
    public internal(set) var finishedAt: Timestamp?
    /// What its agent ran before it was given a second job request; see `leftBehind`.
    public internal(set) var earlierRan: JobRequestID?
    public internal(set) var earlierResult: String?
    public internal(set) var earlierOrigin: JobOrigin?
    /// A second job request that its agent was given after its one job, and left behind. It goes back to the queue.
    public internal(set) var leftBehind: JobRequestID?
    /// Since when its job request no longer waits for it: cancelled, or taken by another agent.
    public internal(set) var orphanedAt: Timestamp?
    /// Refusals and unanswered calls of RunTask in a row: the pause before the next grows with it.
    public internal(set) var startFailures = 0
    /// Of these, the ones that nobody understood.
    public internal(set) var unknownRefusals = 0
    /// The last refusal's class; `permanent` also where so many weren't understood that the launch was given up.
    public internal(set) var refusal: StartRefusal.Class?
    /// When a call of RunTask last went without an answer: it may take effect for a while yet.
    public internal(set) var unansweredAt: Timestamp?
    /// When its agent, busy with its one job, was disabled. Between the end of its job and that of its session it would be
    /// given another otherwise, which it leaves behind.
    public internal(set) var agentDisabledAt: Timestamp?
    public internal(set) var disablingFailures: Int?
    /// The next try to disable it waits until then.
    public internal(set) var disableNotBefore: Timestamp?
    /// Since when the job request that it holds is seen waiting again.
    public internal(set) var jobReturnedAt: Timestamp?
    /// Times that the agent task under its busy agent was sought and not found.
    public internal(set) var searches: Int?
    /// When its useful life ended and cleaning began.
    public internal(set) var endedAt: Timestamp?
    /// What last went wrong, for the person who waits.
    public internal(set) var lastProblem: String?
    /// When its agent task was first seen running: scheduling and pull are over.
    public internal(set) var runningAt: Timestamp?
    /// Since when the cluster says that it doesn't know the agent task.
    public internal(set) var missingSince: Timestamp?

    public init(
        id: LaunchID, pool: PoolID, profile: String, request: JobRequestID?, ordinal: Int, origin: JobOrigin,
        reason: String, createdAt: Timestamp, avoidsSpot: Bool = false, binding: LaunchBinding? = nil,
        isWarm: Bool = false
    ) {
        self.id = id
        self.pool = pool
        self.profile = profile
        self.request = request
        self.ordinal = ordinal
        self.origin = origin
        self.reason = reason
        self.avoidsSpot = avoidsSpot ? true : nil
        self.binding = binding
        self.isWarm = isWarm ? true : nil
        self.createdAt = createdAt
        stateSince = createdAt
        startNotBefore = createdAt
    }

    public var isOpen: Bool { if case .closed = state { false } else { true } }

    /// How it ended, or will once it is cleaned; nil before that.
    public var outcome: LaunchOutcome? {
        switch state {
        case .cleaning(let cleaning): cleaning.cause.outcome
        case .closed(let outcome): outcome
        case .planned, .starting, .pending, .online, .busy, .finished: nil
        }
    }

    /// Whether its agent is still free for a job: on the way, or online and idle.
    public var canTakeJob: Bool {
        switch state {
        case .planned, .starting, .pending, .online: true
        case .busy, .finished, .cleaning, .closed: false
        }
    }

    /// Whose job it was used for: the one that its agent took, or else the one that it is for.
    public var jobOrigin: JobOrigin { ranOrigin ?? origin }

    /// Whether it counts as an agent for whatever job of its profile waits. One that is bound is for its own job.
    public var isSupply: Bool { canTakeJob && binding == nil }
}
