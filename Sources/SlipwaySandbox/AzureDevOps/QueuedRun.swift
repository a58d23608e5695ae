/// A pipeline run to queue.
public struct QueuedRun: Sendable {
    public var pipeline: Pipeline
    /// Name of a project of the configuration; `nil` is the first.
    public var project: String?
    /// Run one after the other; the next begins when all jobs of one succeeded.
    public var stages: [Stage]

    public init(pipeline: Pipeline = Pipeline(), project: String? = nil, stages: [Stage]) {
        self.pipeline = pipeline
        self.project = project
        self.stages = stages
    }

    /// A pipeline without stages.
    public init(pipeline: Pipeline = Pipeline(), jobs: [Job]) {
        self.init(pipeline: pipeline, stages: [Stage(jobs: jobs)])
    }

    public struct Pipeline: Sendable, Equatable {
        public var id: Int
        public var name: String

        public init(id: Int = 7, name: String = "shipyard-ci") {
            self.id = id
            self.name = name
        }
    }

    public struct Stage: Sendable {
        /// `__default` for a pipeline without stages.
        public var name: String
        public var displayName: String
        /// Run at the same time, as far as none depends on another.
        public var jobs: [Job]
        /// Must pass before the stage begins.
        public var gate: Gate?

        public init(name: String = "__default", displayName: String? = nil, jobs: [Job], gate: Gate? = nil) {
            self.name = name
            self.displayName = displayName ?? name
            self.jobs = jobs
            self.gate = gate
        }
    }

    public struct Job: Sendable {
        /// The name in YAML; the job's id derives from it.
        public var name: String
        public var displayName: String
        /// Name of a pool of the configuration; `nil` is the first.
        public var pool: String?
        /// As on the wire: `name`, `name -equals value` or `name -gtVersion 1.2.3`. Macros such as `$(Build.BuildId)`, and
        /// `$[ dependencies.JOB.outputs['STEP.NAME'] ]`, are replaced when the job is queued.
        public var demands: [String]
        /// Simulated time on an agent.
        public var duration: Duration
        /// What its agent reports.
        public var result: Result
        /// Names of jobs of the stage: it begins when all of them succeeded, and is skipped when one didn't.
        public var dependsOn: [String]
        /// Outputs of the jobs that it depends on are put into their values when it starts.
        public var variables: [String: String]
        /// Makes it an agentless job, for which pool, demands, duration and result mean nothing.
        public var serverTask: ServerTask?

        public init(
            name: String, displayName: String? = nil, pool: String? = nil, demands: [String] = [],
            duration: Duration = .seconds(30), result: Result = .succeeded, dependsOn: [String] = [],
            variables: [String: String] = [:]
        ) {
            self.name = name
            self.displayName = displayName ?? name
            self.pool = pool
            self.demands = demands
            self.duration = duration
            self.result = result
            self.dependsOn = dependsOn
            self.variables = variables
        }
    }

    /// How a job ends, as spelled on the wire.
    public enum Result: String, Sendable, Equatable {
        case succeeded, succeededWithIssues, failed, canceled, skipped, abandoned
    }
}
