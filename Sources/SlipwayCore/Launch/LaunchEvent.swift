/// Something that happened to a launch: an answer to an effect, an observation, or a decision.
public enum LaunchEvent: Hashable, Sendable {
    /// Its turn to call RunTask has come (limits and the token bucket allow it).
    case startPermitted
    /// The registration under which its agent will come was made, or found to be its own.
    case agentRegistered(AgentID)
    /// It could not be made, or whether it was is unknown.
    case registeringFailed(String)
    /// Another agent of the pool has its name.
    case agentNameTaken
    case agentTaskAccepted(AgentTaskID, placement: String)
    case startRefused(StartRefusal)
    /// The call may or may not have worked: repeat it with the same token.
    case startUnanswered(String)

    /// With what the cluster tells of it besides.
    case agentTaskObserved(AgentTaskStatus, AgentTaskFacts? = nil)
    /// Agent tasks that carry this launch's `startedBy`, as asked for at `lookedAt`.
    case agentTasksFound([AgentTaskID], lookedAt: Timestamp)
    /// They could not be asked for, and no cleaning waits for the answer.
    case searchFailed(String)
    /// What its agent task was started from was read.
    case agentTaskDescribed(AgentTaskDefinition)
    /// The run of its job was read: the one with this number, if it is said which.
    case runDescribed(RunFacts, run: Int? = nil)

    /// Its container asks for its registration, and the pool is about to be asked for it.
    case claimed(AgentClaim)
    /// The name of its agent is taken, so the pool is about to be asked to give that registration the key.
    case claimReplaces
    /// The pool registered its agent.
    case claimAnswered(AgentCredentials)
    /// The pool did not, as far as is known.
    case claimFailed(String)
    /// Its claim code was used once more, with another key.
    case claimMisused

    /// Its registration was seen in the pool.
    case agentObserved(PoolAgent)
    /// A job request was seen allotted to its agent. With whose it is, where it isn't the one that the launch is for.
    case jobObserved(JobRequestID, JobOrigin? = nil)
    /// Whose job it is that its agent has, or had.
    case jobDescribed(JobRequestID, JobOrigin)
    /// The job request it runs has ended; the result is nil where the service no longer tells.
    case jobEnded(JobRequestID, result: String?)
    /// The job request that its agent was given ended before the agent received it.
    case jobWithdrawn(JobRequestID)
    /// Its agent has ended well, and the job request that it was seen to hold was never received: it ran another before.
    case jobLeftBehind(JobRequestID)
    /// The job request that it holds was seen waiting again, without it.
    case jobReturned(JobRequestID)
    /// Its agent, which has a job, is given no second one.
    case agentDisabled
    case disablingFailed(String)
    /// The job request it is for no longer waits, and its agent doesn't run it.
    case requestGone
    /// The job request it is for waits (again).
    case requestWaits

    /// The agent was disabled, or isn't registered, and was then read to hold no job. What was seen counts from
    /// `lookedAt`, when the first of the questions was asked: the answers may have been long on their way.
    case quiesced(lookedAt: Timestamp)
    /// StopTask was answered; the stop itself is still to be observed.
    case stopCalled
    case registrationGone
    /// An effect of cleaning failed; it is repeated after a pause.
    case cleaningFailed(String)

    /// The planner ends it.
    case surplus
    case stopRequested(String)
    /// An operator ends it whatever its agent does: the one event that ends a busy launch.
    case stopForced(String)
    /// A process has just read the launch from the store. Who was at work on it before is gone, and nobody knows how long
    /// ago that was: the clock may have been set.
    case recovered
    /// Time has passed; whether a deadline has, the machine decides.
    case timePassed

    /// The event's name in the ledger.
    public var name: String {
        switch self {
        case .startPermitted: "startPermitted"
        case .agentRegistered: "agentRegistered"
        case .registeringFailed: "registeringFailed"
        case .agentNameTaken: "agentNameTaken"
        case .agentTaskAccepted: "agentTaskAccepted"
        case .startRefused: "startRefused"
        case .startUnanswered: "startUnanswered"
        case .agentTaskObserved: "agentTaskObserved"
        case .agentTasksFound: "agentTasksFound"
        case .searchFailed: "searchFailed"
        case .agentTaskDescribed: "agentTaskDescribed"
        case .runDescribed: "runDescribed"
        case .claimed: "claimed"
        case .claimReplaces: "claimReplaces"
        case .claimAnswered: "claimAnswered"
        case .claimFailed: "claimFailed"
        case .claimMisused: "claimMisused"
        case .agentObserved: "agentObserved"
        case .jobObserved: "jobObserved"
        case .jobDescribed: "jobDescribed"
        case .jobEnded: "jobEnded"
        case .jobWithdrawn: "jobWithdrawn"
        case .jobLeftBehind: "jobLeftBehind"
        case .jobReturned: "jobReturned"
        case .agentDisabled: "agentDisabled"
        case .disablingFailed: "disablingFailed"
        case .requestGone: "requestGone"
        case .requestWaits: "requestWaits"
        case .quiesced: "quiesced"
        case .stopCalled: "stopCalled"
        case .registrationGone: "registrationGone"
        case .cleaningFailed: "cleaningFailed"
        case .surplus: "surplus"
        case .stopRequested: "stopRequested"
        case .stopForced: "stopForced"
        case .recovered: "recovered"
        case .timePassed: "timePassed"
        }
    }
}

/// Why a cluster did not take an agent task.
public struct StartRefusal: Hashable, Sendable {
    public enum Class: String, Hashable, Codable, Sendable, CaseIterable {
        /// No room on this rung now: the next rung, then again later.
        case capacity
        /// The account's quota: the next rung, then again much later.
        case quota
        /// Too many calls: the same rung, a little later.
        case throttled
        /// Nothing will change by trying again: configuration or permission.
        case permanent
        /// Not understood: tried again a bounded number of times.
        case unknown
    }

    public var kind: Class
    /// For the operator: what the cluster said and what to do.
    public var message: String

    public init(kind: Class, message: String) {
        self.kind = kind
        self.message = message
    }
}
