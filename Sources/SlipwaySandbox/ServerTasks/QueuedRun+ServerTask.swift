extension QueuedRun {
    /// The one step of an agentless job (`pool: server`).
    public struct ServerTask: Sendable {
        public var definition: ServerTaskDefinition
        /// The step's name in YAML, by which later jobs find its output variables.
        public var step: String
        /// Name of a service connection, see ``Sandbox/connect(_:)``.
        public var connection: String
        /// By name; macros in their values are replaced. What is left out has its default.
        public var inputs: [String: String]
        /// The job's timeout, in simulated time. The service's own default is an hour.
        public var timeout: Duration

        public init(
            _ definition: ServerTaskDefinition = .slipwayAgent, step: String = "slipway",
            connection: String = "slipway", inputs: [String: String], timeout: Duration = .seconds(3_600)
        ) {
            self.definition = definition
            self.step = step
            self.connection = connection
            self.inputs = inputs
            self.timeout = timeout
        }
    }

    /// A check that is made before a stage begins (`ServerGate`).
    public struct Gate: Sendable {
        /// Its step and timeout mean nothing here.
        public var serverTask: ServerTask
        /// Simulated time between two evaluations. Zero: it is evaluated once.
        public var interval: Duration
        /// Simulated time after which the stage is given up.
        public var timeout: Duration

        public init(
            _ serverTask: ServerTask, every interval: Duration = .seconds(300), timeout: Duration = .seconds(43_200)
        ) {
            self.serverTask = serverTask
            self.interval = interval
            self.timeout = timeout
        }
    }
}

extension QueuedRun.Job {
    /// An agentless job.
    public static func agentless(
        _ name: String, _ serverTask: QueuedRun.ServerTask, dependsOn: [String] = [], variables: [String: String] = [:]
    ) -> Self {
        var job = Self(name: name, dependsOn: dependsOn, variables: variables)
        job.serverTask = serverTask
        return job
    }
}
