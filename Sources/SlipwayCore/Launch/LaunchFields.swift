/// What a launch consists of, and how it stands in the store: see `Launch` for what each means.
///
/// The store's rows hold it as JSON: a name is for ever, and what is added is optional.
struct LaunchFields: Hashable, Codable, Sendable {
    let id: LaunchID
    let pool: PoolID
    let profile: String
    let request: JobRequestID?
    let ordinal: Int
    let origin: JobOrigin
    let reason: String
    let avoidsSpot: Bool?
    let binding: LaunchBinding?
    let isWarm: Bool?
    let createdAt: Timestamp
    var version: Int = 0
    var state: LaunchState = .planned
    var stateSince: Timestamp
    var attempt: Int = 0
    var rung: Int?
    var rounds: Int?
    var startNotBefore: Timestamp
    var placement: String?
    var agentTask: AgentTaskID?
    var agentTaskStop: AgentTaskStop?
    var agentTaskFacts: AgentTaskFacts?
    var definition: AgentTaskDefinition?
    var run: RunFacts?
    var agent: AgentID?
    var registeredAt: Timestamp?
    var registeringFailedAt: Timestamp?
    var claim: LaunchClaim?
    var ran: JobRequestID?
    var ranResult: String?
    var ranOrigin: JobOrigin?
    var onlineAt: Timestamp?
    var busyAt: Timestamp?
    var finishedAt: Timestamp?
    var earlierRan: JobRequestID?
    var earlierResult: String?
    var earlierOrigin: JobOrigin?
    var leftBehind: JobRequestID?
    var orphanedAt: Timestamp?
    var startFailures: Int = 0
    var unknownRefusals: Int = 0
    var refusal: StartRefusal.Class?
    var unansweredAt: Timestamp?
    var agentDisabledAt: Timestamp?
    var disablingFailures: Int?
    var disableNotBefore: Timestamp?
    var jobReturnedAt: Timestamp?
    var searches: Int?
    var endedAt: Timestamp?
    var lastProblem: String?
    var wasPassedOver: Bool?
    var isWithinKnownLimit: Bool?
    var runningAt: Timestamp?
    var missingSince: Timestamp?
}
