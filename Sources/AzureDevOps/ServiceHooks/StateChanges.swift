/// The state of a job, stage or run as an event reports it.
public enum ReportedState: String, Sendable, Hashable {
    case notStarted, waiting, running, canceling, completed, unknown

    /// Reads the service's word in any letter case. It writes both `running` and `inProgress` for the same state.
    init(_ word: String?) {
        switch word?.lowercased() {
        case "notstarted": self = .notStarted
        case "waiting": self = .waiting
        case "running", "inprogress": self = .running
        case "canceling", "cancelling": self = .canceling
        case "completed": self = .completed
        default: self = .unknown
        }
    }
}

/// The pipeline run that an event is about. A run is a build: the identifiers are the same.
public struct RunReference: Sendable, Equatable {
    public var id: Int64?
    /// The run's number, such as `20250905.4`.
    public var name: String?
    public var pipelineID: Int64?
    public var pipelineName: String?
}

/// A job started to wait for an agent, started to run, or finished.
public struct JobStateChange: Sendable, Equatable {
    public var run: RunReference
    /// Derived from the job's name by the service: it repeats in every run of a pipeline. Never a key without the run.
    public var jobID: String?
    public var jobName: String?
    /// Counts from 1; nil if the payload has none.
    public var attempt: Int64?
    public var state: ReportedState
    /// The service's word for the state, which tells unknown states apart.
    public var stateAsSent: String?
    /// The service's word for the result; nil before the job is completed.
    public var result: String?
    public var stageName: String?
    public var stageAttempt: Int64?
}

/// A stage changed its state.
public struct StageStateChange: Sendable, Equatable {
    public var run: RunReference
    public var stageID: String?
    public var stageName: String?
    public var attempt: Int64?
    public var state: ReportedState
    public var stateAsSent: String?
    public var result: String?
}

/// A pipeline run started, is being canceled, or completed.
public struct RunStateChange: Sendable, Equatable {
    public var run: RunReference
    public var state: ReportedState
    public var stateAsSent: String?
    public var result: String?
}

/// `build.complete`, of resource version 1.0 or 2.0.
public struct BuildCompletion: Sendable, Equatable {
    public var run: RunReference
    /// Version 1.0 has the result in the field `status`.
    public var result: String?
    /// The orchestration plan, which job requests name too; absent in version 1.0.
    public var planID: String?
}

/// An elastic pool was resized, or a project's queue for a pool was created or updated.
public struct PoolChange: Sendable, Equatable {
    public enum Change: Sendable, Equatable {
        case resized(from: Int64?, to: Int64?)
        case queueCreated
        case queueUpdated
    }

    public var change: Change
    public var poolID: Int64?
    public var poolName: String?
    public var queueID: Int64?
    public var queueName: String?
}
