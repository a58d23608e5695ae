internal import SlipwayCore

/// The interrupted jobs whose stage has not been decided on. Pure.
struct InterruptedStages {
    struct Item: Hashable, Sendable {
        var job: InterruptedJob
        /// Which run it is a job of; read from the pool.
        var origin: JobOrigin?
        /// Half a minute after its agent was gone its job was not over.
        var outlivedItsAgent = false
        /// Since when its stage is seen to be over. Its siblings may be told of as interrupted some time later.
        var isStageOverSince: Timestamp?
        /// The stage that a retry was called for, where it isn't known whether it had an effect.
        var calledFor: String?
        var calledAt: Timestamp?
        /// Why its run or its request could not be read, last time.
        var problem: String?
        /// Looks in a row that failed.
        var failures = 0
    }

    private(set) var items: [JobRequestID: Item] = [:]

    /// Beyond so many a stage is left as it is: so much capacity is not taken back from one installation at once.
    static let maximum = 1_000
    static let seconds = 86_400

    /// Answers whether there was room.
    mutating func add(_ job: InterruptedJob, calledFor stage: String? = nil) -> Bool {
        guard items[job.request] == nil else { return true }
        guard items.count < Self.maximum else { return false }
        items[job.request] = Item(job: job, calledFor: stage)
        return true
    }

    /// Those that have waited for a day.
    func tooOld(at now: Timestamp) -> [Item] {
        items.values.filter { now >= $0.job.at.adding(seconds: Self.seconds) }
    }

    mutating func update(_ item: Item) {
        if items[item.job.request] != nil { items[item.job.request] = item }
    }

    mutating func remove(_ request: JobRequestID) { items[request] = nil }

    /// First those that could be read last time: what can't be must not keep the others from being looked at.
    var unknown: [Item] {
        items.values.filter { $0.origin == nil }.sorted {
            ($0.failures, $0.job.request) < ($1.failures, $1.job.request)
        }
    }

    /// By pipeline run, those whose run is known; in the same order.
    var byRun: [[Item]] {
        Dictionary(grouping: items.values.filter { $0.origin != nil }) { $0.origin?.runID }.values
            .map { $0.sorted { $0.job.request < $1.job.request } }
            .sorted { ($0[0].failures, $0[0].origin?.runID ?? 0) < ($1[0].failures, $1[0].origin?.runID ?? 0) }
    }
}

extension InterruptedStages.Item {
    /// The timeline's identifiers are in small letters.
    var timelineID: String? { origin?.jobID?.lowercased() }

    /// Why its stage is none to run again, as its finished job request tells; nil: the job ended by the interruption, as far
    /// as can be told.
    func reasonToLeave(_ request: JobRequest) -> String? {
        guard request.origin.runID != nil, request.origin.projectID != nil, request.origin.jobID != nil else {
            return "the service does not tell which run it was a job of"
        }
        let isElsewhere = request.reservation.map { $0.agentName != job.agentName } ?? false
        guard request.receivedAt != nil, !isElsewhere else { return "the interrupted agent had not received it" }
        // An agent that cancels its job tells so before it ends. Later it was a person.
        guard request.result != "canceled" || !outlivedItsAgent else {
            return "it was cancelled after the interruption"
        }
        return nil
    }
}
