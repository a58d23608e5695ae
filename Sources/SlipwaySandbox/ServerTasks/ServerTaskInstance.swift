import Foundation

/// A server task of one plan. Its own id follows from the job's and the step's names, so that it is the same in every
/// run of a pipeline.
struct ServerTaskID: Hashable, Sendable {
    let planID: String
    let instanceID: String
}

/// A server task as the service keeps it, from its job's start on.
struct ServerTaskInstance: Sendable {
    enum State: Sendable {
        /// The call to its endpoint has no answer yet.
        case calling
        /// Its endpoint has accepted; an event is to end it.
        case waiting
        case over(QueuedRun.Result)
    }

    /// Lines kept of a live log, and those of a log that stays.
    static let maximumLines = 10_000

    let id: ServerTaskID
    let specification: QueuedRun.ServerTask
    let key: JobKey
    let jobID: String
    let attempt: Int
    let token: String
    /// What macros stand for, by lower-case name.
    let values: [String: String]
    let startedAt: Date
    var finishedAt: Date?
    var state = State.calling
    var isCancelling = false
    var tokenHasExpired = false
    /// Names of the events that came in.
    var events: [String] = []
    var calls: [ServerTaskSnapshot.Call] = []
    private(set) var lines: [ServerTaskSnapshot.Line] = []
    var record = TaskRecord()

    init(
        id: ServerTaskID, specification: QueuedRun.ServerTask, key: JobKey, job: PipelineJob, token: String,
        values: [String: String], startedAt: Date
    ) {
        self.id = id
        self.specification = specification
        self.key = key
        jobID = job.id
        attempt = job.attempt
        self.token = token
        self.values = values
        self.startedAt = startedAt
    }

    var isOver: Bool {
        if case .over = state { true } else { false }
    }

    var isWaiting: Bool {
        if case .waiting = state { true } else { false }
    }

    var result: QueuedRun.Result? {
        if case .over(let result) = state { result } else { nil }
    }

    /// Beyond the limit lines are dropped.
    mutating func show(_ lines: [String], record: String? = nil, at now: Date) {
        let room = max(0, Self.maximumLines - self.lines.count)
        self.lines += lines.prefix(room).map { .init(at: now, recordID: record ?? id.instanceID, text: $0) }
    }
}

/// What callers have put into a server task's record of the timeline.
struct TaskRecord: Sendable {
    var percentComplete: Int?
    var currentOperation: String?
    var issues: [ServerTaskSnapshot.Issue] = []
    var variables: [String: ServerTaskSnapshot.Variable] = [:]
    /// Of the plan's logs.
    var logID: Int?
}

/// A log that stays, made by a caller.
struct PlanLog: Sendable {
    let id: Int
    let path: String
    let createdAt: Date
    var changedAt: Date
    var text = ""

    var lineCount: Int {
        let breaks = text.utf8.count { $0 == UInt8(ascii: "\n") }
        return text.isEmpty || text.hasSuffix("\n") ? breaks : breaks + 1
    }
}
