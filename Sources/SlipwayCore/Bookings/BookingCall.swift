/// A call of a pipeline's server task, of the right form: who calls, for what plan, and what it wants.
public struct BookingCall: Sendable {
    public var identity: BookingIdentity
    /// As it came; nothing is ever sent there.
    public var planURL: String
    public var project: String
    public var timeline: String
    public var run: Int
    public var inputs: BookingInputs
    public var token: JobToken
    /// The address that it came from.
    public var source: String

    public init(
        identity: BookingIdentity, planURL: String, project: String, timeline: String, run: Int,
        inputs: BookingInputs = BookingInputs(), token: JobToken, source: String = ""
    ) {
        self.identity = identity
        self.planURL = planURL
        self.project = project.lowercased()
        self.timeline = timeline.lowercased()
        self.run = run
        self.inputs = inputs
        self.token = token
        self.source = source
    }
}

/// What a gate asks: whether an agent of a profile can be had now.
public struct GateCall: Sendable {
    public var planURL: String
    public var project: String
    public var plan: String
    public var inputs: BookingInputs
    public var source: String

    public init(planURL: String, project: String, plan: String, inputs: BookingInputs, source: String = "") {
        self.planURL = planURL
        self.project = project
        self.plan = plan
        self.inputs = inputs
        self.source = source
    }
}

/// What a gate is told.
public struct GateAnswer: Hashable, Sendable {
    public var isAvailable: Bool
    public var reason: String
    public var pool: String
    public var profile: String

    public init(isAvailable: Bool, reason: String, pool: String, profile: String) {
        self.isAvailable = isAvailable
        self.reason = reason
        self.pool = pool
        self.profile = profile
    }
}

/// Why a call is refused by a status. What is wrong with the inputs is told to the task instead.
public enum BookingRefusal: String, Error, Hashable, Sendable, CaseIterable {
    case organizationForeign = "organization_foreign"
    case planRefused = "plan_refused"
    case planOver = "plan_over"
    case tokenRefused = "token_refused"
    case callChanged = "call_changed"
    case callCancelled = "call_cancelled"
    case planUnreachable = "plan_unreachable"
    case storeUnavailable = "store_unavailable"
    case stopping

    /// For the pipeline's author.
    public var message: String {
        switch self {
        case .organizationForeign: "This server serves another organization. Choose a service connection of this one."
        case .planRefused: "The run that the call names isn't one of this organization, project and plan."
        case .planOver: "The run is over or being cancelled."
        case .tokenRefused: "Azure DevOps doesn't accept the job's access token for this plan."
        case .callChanged: "The same task asked before with other inputs."
        case .callCancelled: "The task was cancelled before it asked."
        case .planUnreachable: "Azure DevOps can't be asked about the run at the moment. Try again."
        case .storeUnavailable: "The request can't be stored at the moment. Try again."
        case .stopping: "The server is starting or stopping. Try again."
        }
    }
}

/// What a cancellation found.
public enum BookingCancellation: String, Hashable, Sendable {
    case cancelled
    case over
    case unknown
}
