import Foundation

/// A run as the service keeps it.
struct PipelineRun: Sendable {
    enum State: String, Sendable {
        case inProgress, canceling, completed
    }

    let id: Int
    /// The build number.
    let name: String
    let planID: String
    let pipeline: QueuedRun.Pipeline
    let project: SandboxConfiguration.Project
    let createdAt: Date
    var finishedAt: Date?
    var state = State.inProgress
    var result: QueuedRun.Result?
    var stages: [PipelineStage]
    var tags: [String] = []
    var changeID = 1

    subscript(key: JobKey) -> PipelineJob {
        get { stages[key.stage].jobs[key.job] }
        set { stages[key.stage].jobs[key.job] = newValue }
    }
}

struct PipelineStage: Sendable {
    enum State: String, Sendable {
        case notStarted, waiting, running, completed
    }

    let name: String
    let displayName: String
    var gate: QueuedRun.Gate?
    var attempt = 1
    var state = State.notStarted
    var result: QueuedRun.Result?
    var startedAt: Date?
    var finishedAt: Date?
    var jobs: [PipelineJob]

    var id: String { InstanceName.id(InstanceName.stage(name, attempt: attempt)) }
}

struct PipelineJob: Sendable {
    enum State: String, Sendable {
        case notStarted, waiting, running, completed
    }

    let specification: QueuedRun.Job
    let stageName: String
    var attempt = 1
    var state = State.notStarted
    var result: QueuedRun.Result?
    var requestID: Int?
    var workerName: String?
    var queuedAt: Date?
    var startedAt: Date?
    var finishedAt: Date?
    /// What the timeline tells about a failure.
    var issue: String?
    var previousAttemptIDs: [String] = []
    /// Those of the specification, as they were when the job started.
    var variables: [String: String] = [:]
    /// What later jobs may read, by `step.name` in lower case.
    var outputs: [String: String] = [:]

    var instanceName: String { InstanceName.job(specification.name, stage: stageName, attempt: attempt) }
    var id: String { InstanceName.id(instanceName) }
}
