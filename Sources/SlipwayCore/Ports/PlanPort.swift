/// The plan of a pipeline's run, to whose server tasks the outcome is told.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol PlanPort: Sendable {
    /// The run, read with the server's own credential; nil: the project has none of that number.
    func run(_ run: Int, project: String) async throws(PortError) -> PlanRun?

    /// Whether the job's token opens the plan's timeline.
    func opens(_ task: PlanTask, _ token: JobToken) async throws(PortError) -> Bool

    func tell(_ word: PlanWord, to task: PlanTask, as credential: PlanCredential) async -> PlanReception
}

/// A pipeline run, as far as a booking needs it.
public struct PlanRun: Hashable, Sendable {
    public var project: String
    public var plans: Set<String>
    /// Completed, or being cancelled.
    public var isOver: Bool
    public var pipelineID: Int?
    public var pipelineName: String?
    public var runName: String?

    public init(
        project: String, plans: Set<String>, isOver: Bool, pipelineID: Int? = nil, pipelineName: String? = nil,
        runName: String? = nil
    ) {
        self.project = project
        self.plans = plans
        self.isOver = isOver
        self.pipelineID = pipelineID
        self.pipelineName = pipelineName
        self.runName = runName
    }
}

/// A task of a job of a plan.
public struct PlanTask: Hashable, Sendable {
    public var project: String
    public var plan: String
    public var timeline: String
    public var job: String
    public var instance: String

    public init(project: String, plan: String, timeline: String, job: String, instance: String) {
        self.project = project
        self.plan = plan
        self.timeline = timeline
        self.job = job
        self.instance = instance
    }

    public init(_ booking: Booking) {
        self.init(
            project: booking.project, plan: booking.identity.plan, timeline: booking.timeline,
            job: booking.identity.job, instance: booking.identity.instance)
    }
}

/// Who tells.
public enum PlanCredential: Sendable {
    case job(JobToken)
    /// The server's own: after a start the job's token is gone.
    case server
}

/// What a task is told.
public enum PlanWord: Hashable, Sendable {
    case started
    /// Lines of the live log.
    case lines([String])
    case progress(percent: Int, operation: String)
    /// The log that stays, with the outcome on the timeline. Without lines: the outcome alone.
    case outcome(BookingOutcome, log: [String])
    /// The last: the token may end with it.
    case completed(BookingOutcome.Result)
}

/// How it was received.
public enum PlanReception: Hashable, Sendable {
    case taken
    /// The plan is over, or the credential is not (any longer) good for it.
    case refused(String)
    /// To be told again.
    case unheard(String, retryAfterSeconds: Int?)
}
