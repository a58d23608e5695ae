/// Where a launch stands. `closed` is reachable only through `cleaning`.
public enum LaunchState: Hashable, Codable, Sendable {
    /// Decided and committed; waits for its turn to call RunTask.
    case planned
    /// RunTask may have been called, with the token of `Launch.attempt`.
    case starting
    /// The cluster has accepted the agent task; its agent is not online yet.
    case pending
    /// The agent is online in the pool and has no job.
    case online
    /// The agent holds a job. Not to be touched.
    case busy(JobRequestID)
    /// The job is over; the agent is leaving by itself.
    case finished
    /// Agent and agent task are being removed, for the cause.
    case cleaning(Cleaning)
    /// The registration is gone and the agent task stopped, both observed.
    case closed(LaunchOutcome)

    /// The state's name in the ledger and in the store.
    public var name: String {
        switch self {
        case .planned: "planned"
        case .starting: "starting"
        case .pending: "pending"
        case .online: "online"
        case .busy: "busy"
        case .finished: "finished"
        case .cleaning: "cleaning"
        case .closed: "closed"
        }
    }
}

/// Why a launch is cleaned, and what of it has been observed.
public struct Cleaning: Hashable, Codable, Sendable {
    public var cause: CleaningCause
    /// When the agent was disabled, or found absent, and then read to hold no job. Soon after that its agent task may be
    /// stopped; later it must be looked at again, since a container that still starts may have registered meanwhile.
    public var quiescedAt: Timestamp?
    /// StopTask was answered.
    public var isStopCalled = false
    /// The agent task is stopped, or was found never to have existed.
    public var isAgentTaskGone = false
    /// The next try of the outstanding effect waits until then.
    public var notBefore: Timestamp
    public var failures = 0
    /// When no further agent task of this launch was found, after its own was gone. Asked only where RunTask was called
    /// with more than one token: a call that was given up may have taken effect later.
    public var othersSoughtAt: Timestamp?
    /// An operator stops it whatever its agent does, so the agent is not looked at before. Nil: no.
    public var isForced: Bool?

    public init(cause: CleaningCause, notBefore: Timestamp) {
        self.cause = cause
        self.notBefore = notBefore
    }
}

/// What ended a launch's useful life.
public enum CleaningCause: Hashable, Codable, Sendable {
    case jobFinished
    /// Online for `idleSeconds` without a job, and none waited for it.
    case idle
    /// Online for `idleSeconds` without a job, although its job request waited.
    case passedOver
    /// The job that its agent was given ended before it began.
    case withdrawn
    /// More agents than job requests.
    case surplus
    /// It was kept warm, and fewer are wanted, or a fresh one has taken its place.
    case warmNoMore
    /// Not accepted by the cluster within `startSeconds`, or refused for good.
    case notStarted(String)
    /// Not online within `onlineSeconds`.
    case neverOnline
    /// The agent task stopped before its agent took a job.
    case stoppedEarly(String)
    /// The agent task is stopping by itself, and no job was seen on its agent. Why is told by its end.
    case leaving
    /// Its agent ended well, as after one job, which came, ran and went between two looks.
    case leftUnseen
    /// The agent task ended under a running job.
    case lost(String)
    /// Its claim code was used twice, with two keys.
    case claimMisused
    /// The name that its agent was to have belongs to an agent that Slipway didn't make.
    case agentNameTaken(String)
    /// An operator asked for it.
    case operatorRequest(String)

    /// How the launch will be reported when both are gone.
    var outcome: LaunchOutcome {
        switch self {
        case .jobFinished: LaunchOutcome(kind: .ran, reason: "its agent ran one job")
        case .idle: LaunchOutcome(kind: .unused, reason: "its agent was online and got no job in time")
        case .passedOver:
            LaunchOutcome(
                kind: .failed,
                reason:
                    "its agent was online and was not given the job that waited; compare the job's demands with the "
                    + "agent's capabilities, Agent.Version among them")
        case .surplus: LaunchOutcome(kind: .unused, reason: "its job request was gone and no other needed its agent")
        case .warmNoMore: LaunchOutcome(kind: .unused, reason: "its agent was kept warm, and got no job in that time")
        case .notStarted(let why): LaunchOutcome(kind: .failed, reason: why)
        case .withdrawn:
            LaunchOutcome(kind: .unused, reason: "the job that its agent was given ended before it began")
        case .neverOnline:
            LaunchOutcome(
                kind: .failed,
                reason:
                    "its agent did not come online in time; read the agent task's log, and check that the container "
                    + "reaches Azure DevOps, and that its token may register agents or that it reaches Slipway to claim"
            )
        case .stoppedEarly(let why): LaunchOutcome(kind: .failed, reason: why)
        case .leaving: LaunchOutcome(kind: .unused, reason: "its agent task is stopping by itself")
        case .leftUnseen:
            LaunchOutcome(kind: .ran, reason: "its agent ended well, as after one job; which one was not seen")
        case .lost(let why): LaunchOutcome(kind: .lost, reason: why)
        case .claimMisused:
            LaunchOutcome(
                kind: .failed,
                reason: "its claim code was used twice, with two keys: somebody may have read it; look at who may call "
                    + "ecs:DescribeTasks, and whether the container was restarted within its agent task")
        case .agentNameTaken(let name):
            LaunchOutcome(
                kind: .failed,
                reason: "the pool has an agent \(name) that Slipway didn't make; delete it, or choose another key")
        case .operatorRequest(let why): LaunchOutcome(kind: .cancelled, reason: why)
        }
    }
}

/// The end of a launch.
public struct LaunchOutcome: Hashable, Codable, Sendable {
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// Its agent ran a job, whatever the job's result.
        case ran
        /// Its agent got no job.
        case unused
        /// No agent came of it.
        case failed
        /// Its agent task ended under a running job.
        case lost
        case cancelled
    }

    public var kind: Kind
    /// For a person: why.
    public var reason: String

    public init(kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
