/// The durable unit of work: one ephemeral agent, which is one registration in a pool and one agent task.
///
/// A launch is *for* a job request; the job it *ran* is observed, since the pool may hand its agent another one. It
/// changes only by `applying(_:at:rules:)`, and only a committed change has an effect: the outstanding effect is
/// a function of this value, so recovery is "do the outstanding effect of every open launch".
///
/// A copy is one reference: ten thousand launches are handed around at each sweep. A change makes its own copy of
/// what it changes first, so it is a value all the same.
public struct Launch: Sendable {
    private var storage: Storage

    public var id: LaunchID { storage.fields.id }
    public var pool: PoolID { storage.fields.pool }
    public var profile: String { storage.fields.profile }
    /// The job request it is for; nil for one made by hand, for a booking, and for one that is kept warm.
    public var request: JobRequestID? { storage.fields.request }
    /// The n-th launch for that job request, from 1.
    public var ordinal: Int { storage.fields.ordinal }
    public var origin: JobOrigin { storage.fields.origin }
    /// Why it was made, in a person's words.
    public var reason: String { storage.fields.reason }
    /// It is not placed on Spot capacity while its profile has another rung: its run has lost a job to an interruption.
    public var avoidsSpot: Bool? { storage.fields.avoidsSpot }
    /// The booking that it is made for, whose job alone its agent is for; nil: it is for whoever waits.
    public var binding: LaunchBinding? { storage.fields.binding }
    /// It was made ahead of the jobs that come: see `Profile.warm`.
    public var isWarm: Bool? { storage.fields.isWarm }
    public var createdAt: Timestamp { storage.fields.createdAt }

    /// Grows by one with each committed change; the store commits only over the version that was read.
    public internal(set) var version: Int {
        get { storage.fields.version }
        set { owned.fields.version = newValue }
    }
    public internal(set) var state: LaunchState {
        get { storage.fields.state }
        set { owned.fields.state = newValue }
    }
    public internal(set) var stateSince: Timestamp {
        get { storage.fields.stateSince }
        set { owned.fields.stateSince = newValue }
    }

    /// Calls of RunTask with different tokens, so far.
    public internal(set) var attempt: Int {
        get { storage.fields.attempt }
        set { owned.fields.attempt = newValue }
    }
    /// The rung of the present attempt: an index of the profile's placements.
    public internal(set) var rung: Int? {
        get { storage.fields.rung }
        set { owned.fields.rung = newValue }
    }
    /// Times that all rungs there were to try refused.
    public internal(set) var rounds: Int? {
        get { storage.fields.rounds }
        set { owned.fields.rounds = newValue }
    }
    /// The next RunTask waits until then: a refusal or an unanswered call set it.
    public internal(set) var startNotBefore: Timestamp {
        get { storage.fields.startNotBefore }
        set { owned.fields.startNotBefore = newValue }
    }
    /// The rung that took the agent task.
    public internal(set) var placement: String? {
        get { storage.fields.placement }
        set { owned.fields.placement = newValue }
    }
    public internal(set) var agentTask: AgentTaskID? {
        get { storage.fields.agentTask }
        set { owned.fields.agentTask = newValue }
    }
    public internal(set) var agentTaskStop: AgentTaskStop? {
        get { storage.fields.agentTaskStop }
        set { owned.fields.agentTaskStop = newValue }
    }
    /// What its agent task is, as the cluster tells it. Absent in launches of older versions.
    public internal(set) var agentTaskFacts: AgentTaskFacts? {
        get { storage.fields.agentTaskFacts }
        set { owned.fields.agentTaskFacts = newValue }
    }
    /// What its agent task was started from: roles, network, names of secrets.
    public internal(set) var definition: AgentTaskDefinition? {
        get { storage.fields.definition }
        set { owned.fields.definition = newValue }
    }
    /// Who queued the run of its job request, and of which commit.
    public internal(set) var run: RunFacts? {
        get { storage.fields.run }
        set { owned.fields.run = newValue }
    }
    public internal(set) var agent: AgentID? {
        get { storage.fields.agent }
        set { owned.fields.agent = newValue }
    }
    /// When its agent was registered before its agent task was started; nil: it is not, or comes by itself.
    public internal(set) var registeredAt: Timestamp? {
        get { storage.fields.registeredAt }
        set { owned.fields.registeredAt = newValue }
    }
    /// When it was last tried and not heard of, or may have been under way: the registration may appear for a while yet.
    public internal(set) var registeringFailedAt: Timestamp? {
        get { storage.fields.registeringFailedAt }
        set { owned.fields.registeringFailedAt = newValue }
    }
    /// What its container asked for and got; nil: nothing, or it registers by itself.
    public internal(set) var claim: LaunchClaim? {
        get { storage.fields.claim }
        set { owned.fields.claim = newValue }
    }
    /// The job request that its agent took. Kept when the job is over.
    public internal(set) var ran: JobRequestID? {
        get { storage.fields.ran }
        set { owned.fields.ran = newValue }
    }
    public internal(set) var ranResult: String? {
        get { storage.fields.ranResult }
        set { owned.fields.ranResult = newValue }
    }
    /// Whose job its agent took, where that isn't the one that it is for.
    public internal(set) var ranOrigin: JobOrigin? {
        get { storage.fields.ranOrigin }
        set { owned.fields.ranOrigin = newValue }
    }
    public internal(set) var onlineAt: Timestamp? {
        get { storage.fields.onlineAt }
        set { owned.fields.onlineAt = newValue }
    }
    public internal(set) var busyAt: Timestamp? {
        get { storage.fields.busyAt }
        set { owned.fields.busyAt = newValue }
    }
    public internal(set) var finishedAt: Timestamp? {
        get { storage.fields.finishedAt }
        set { owned.fields.finishedAt = newValue }
    }
    /// What its agent ran before it was given a second job request; see `leftBehind`.
    public internal(set) var earlierRan: JobRequestID? {
        get { storage.fields.earlierRan }
        set { owned.fields.earlierRan = newValue }
    }
    public internal(set) var earlierResult: String? {
        get { storage.fields.earlierResult }
        set { owned.fields.earlierResult = newValue }
    }
    public internal(set) var earlierOrigin: JobOrigin? {
        get { storage.fields.earlierOrigin }
        set { owned.fields.earlierOrigin = newValue }
    }
    /// A second job request that its agent was given after its one job, and left behind. It goes back to the queue.
    public internal(set) var leftBehind: JobRequestID? {
        get { storage.fields.leftBehind }
        set { owned.fields.leftBehind = newValue }
    }
    /// Since when its job request no longer waits for it: cancelled, or taken by another agent.
    public internal(set) var orphanedAt: Timestamp? {
        get { storage.fields.orphanedAt }
        set { owned.fields.orphanedAt = newValue }
    }
    /// Refusals and unanswered calls of RunTask in a row: the pause before the next grows with it.
    public internal(set) var startFailures: Int {
        get { storage.fields.startFailures }
        set { owned.fields.startFailures = newValue }
    }
    /// Of these, the ones that nobody understood.
    public internal(set) var unknownRefusals: Int {
        get { storage.fields.unknownRefusals }
        set { owned.fields.unknownRefusals = newValue }
    }
    /// The last refusal's class; `permanent` also where so many weren't understood that the launch was given up.
    public internal(set) var refusal: StartRefusal.Class? {
        get { storage.fields.refusal }
        set { owned.fields.refusal = newValue }
    }
    /// When a call of RunTask last went without an answer: it may take effect for a while yet.
    public internal(set) var unansweredAt: Timestamp? {
        get { storage.fields.unansweredAt }
        set { owned.fields.unansweredAt = newValue }
    }
    /// When its agent, busy with its one job, was disabled. Between the end of its job and that of its session it would be
    /// given another otherwise, which it leaves behind.
    public internal(set) var agentDisabledAt: Timestamp? {
        get { storage.fields.agentDisabledAt }
        set { owned.fields.agentDisabledAt = newValue }
    }
    public internal(set) var disablingFailures: Int? {
        get { storage.fields.disablingFailures }
        set { owned.fields.disablingFailures = newValue }
    }
    /// The next try to disable it waits until then.
    public internal(set) var disableNotBefore: Timestamp? {
        get { storage.fields.disableNotBefore }
        set { owned.fields.disableNotBefore = newValue }
    }
    /// Since when the job request that it holds is seen waiting again.
    public internal(set) var jobReturnedAt: Timestamp? {
        get { storage.fields.jobReturnedAt }
        set { owned.fields.jobReturnedAt = newValue }
    }
    /// Times that the agent task under its busy agent was sought and not found.
    public internal(set) var searches: Int? {
        get { storage.fields.searches }
        set { owned.fields.searches = newValue }
    }
    /// When its useful life ended and cleaning began.
    public internal(set) var endedAt: Timestamp? {
        get { storage.fields.endedAt }
        set { owned.fields.endedAt = newValue }
    }
    /// It ended since its agent was given no job while its job request waited.
    public internal(set) var wasPassedOver: Bool? {
        get { storage.fields.wasPassedOver }
        set { owned.fields.wasPassedOver = newValue }
    }
    /// When it was made it was known that the organization might run another job.
    public internal(set) var isWithinKnownLimit: Bool? {
        get { storage.fields.isWithinKnownLimit }
        set { owned.fields.isWithinKnownLimit = newValue }
    }
    /// What last went wrong, for the person who waits.
    public internal(set) var lastProblem: String? {
        get { storage.fields.lastProblem }
        set { owned.fields.lastProblem = newValue }
    }
    /// When its agent task was first seen running: scheduling and pull are over.
    public internal(set) var runningAt: Timestamp? {
        get { storage.fields.runningAt }
        set { owned.fields.runningAt = newValue }
    }
    /// Since when the cluster says that it doesn't know the agent task.
    public internal(set) var missingSince: Timestamp? {
        get { storage.fields.missingSince }
        set { owned.fields.missingSince = newValue }
    }

    public init(
        id: LaunchID, pool: PoolID, profile: String, request: JobRequestID?, ordinal: Int, origin: JobOrigin,
        reason: String, createdAt: Timestamp, avoidsSpot: Bool = false, binding: LaunchBinding? = nil,
        isWarm: Bool = false
    ) {
        storage = Storage(
            LaunchFields(
                id: id, pool: pool, profile: profile, request: request, ordinal: ordinal, origin: origin,
                reason: reason,
                avoidsSpot: avoidsSpot ? true : nil, binding: binding, isWarm: isWarm ? true : nil,
                createdAt: createdAt, stateSince: createdAt, startNotBefore: createdAt))
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

    /// The project of `jobOrigin`, without a copy of the rest.
    public var projectID: String? {
        if let ranOrigin = storage.fields.ranOrigin { return ranOrigin.projectID }
        return storage.fields.origin.projectID
    }

    /// Whether it counts as an agent for whatever job of its profile waits. One that is bound is for its own job.
    public var isSupply: Bool { canTakeJob && binding == nil }

    /// The name under which its agent is registered in the pool.
    public var agentName: String { storage.agentName }

    // MARK: Storage

    /// Sendable although it can be changed: only `owned` hands it out for a change, and only when this launch alone
    /// refers to it; a change needs exclusive access to this launch, so nobody else reads or copies it meanwhile.
    private final class Storage: @unchecked Sendable {
        var fields: LaunchFields
        /// Of what never changes. Each reading of a pool asks for it, and to put it together is costly.
        let agentName: String

        init(_ fields: LaunchFields) {
            self.fields = fields
            agentName = fields.binding?.agentName.rawValue ?? fields.id.agentName
        }

        init(copying other: Storage) {
            fields = other.fields
            agentName = other.agentName
        }
    }

    /// The storage for a change.
    private var owned: Storage {
        mutating get {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(copying: storage) }
            return storage
        }
    }
}

extension Launch: Hashable {
    public static func == (left: Launch, right: Launch) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }
}

/// A launch is stored as its fields.
extension Launch: Codable {
    public init(from decoder: any Decoder) throws { storage = Storage(try LaunchFields(from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try storage.fields.encode(to: encoder) }
}
