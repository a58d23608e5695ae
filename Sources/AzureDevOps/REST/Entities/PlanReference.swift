/// An orchestration plan of a pipeline run.
public struct PlanReference: Sendable, Hashable {
    /// GUIDs, or a project's name.
    public var project: String
    /// `build` for pipelines.
    public var hub: String
    public var plan: String

    public init(project: String, hub: String = "build", plan: String) {
        self.project = project
        self.hub = hub
        self.plan = plan
    }

    var path: [String] { [project, "_apis", "distributedtask", "hubs", hub, "plans", plan] }
}

/// An event that a server task tells its plan.
public struct PlanEvent: Sendable, Hashable, Encodable {
    public enum Name: String, Sendable, Hashable, Encodable {
        case started = "TaskStarted"
        case completed = "TaskCompleted"
    }

    public var name: Name
    /// The task's instance.
    public var taskId: String
    public var jobId: String
    /// `succeeded`, `failed` or `canceled`; with `completed` alone.
    public var result: String?

    public init(_ name: Name, task: String, job: String, result: String? = nil) {
        self.name = name
        taskId = task
        jobId = job
        self.result = result
    }
}

/// What changes in a timeline's record; what is nil stays.
public struct PlanRecordChange: Sendable, Equatable, Encodable {
    public struct Issue: Sendable, Equatable, Encodable {
        /// `error` or `warning`.
        public var type: String
        public var category = "General"
        public var message: String

        public init(type: String, message: String) {
            self.type = type
            self.message = message
        }
    }

    public struct Variable: Sendable, Equatable, Encodable {
        public var value: String
        public var isSecret = false

        public init(_ value: String) { self.value = value }
    }

    public struct Log: Sendable, Equatable, Encodable {
        public var id: Int

        public init(id: Int) { self.id = id }
    }

    public var id: String
    public var percentComplete: Int?
    public var currentOperation: String?
    public var issues: [Issue]?
    public var log: Log?
    /// The task's output variables.
    public var variables: [String: Variable]?

    public init(
        id: String, percentComplete: Int? = nil, currentOperation: String? = nil, issues: [Issue]? = nil,
        log: Log? = nil, variables: [String: Variable]? = nil
    ) {
        self.id = id
        self.percentComplete = percentComplete
        self.currentOperation = currentOperation
        self.issues = issues
        self.log = log
        self.variables = variables
    }
}
