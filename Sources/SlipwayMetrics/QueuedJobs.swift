internal import SlipwayCore

/// What is remembered of the job requests that a pool lists, so that waiting can be measured: when each was queued, when a
/// hook announced it, when a reading found it. Bounded; what finds no room is not measured. Pure.
struct QueuedJobs {
    /// What a hint and a job request have in common.
    struct Key: Hashable {
        var runID: Int
        var jobID: String?

        init?(_ hint: JobHint) {
            guard hint.scope == .job, hint.state == .waiting, let runID = hint.runID else { return nil }
            self.runID = runID
            jobID = hint.jobID?.lowercased()
        }

        init?(_ origin: JobOrigin) {
            guard let runID = origin.runID else { return nil }
            self.runID = runID
            jobID = origin.jobID?.lowercased()
        }
    }

    struct Job {
        var queuedAt: Timestamp?
        /// Nil where no profile serves it.
        var profile: String?
        /// When the reading that found it began.
        var foundAt: Timestamp
        /// When the delivery that announced it had been recorded.
        var announcedAt: Timestamp?
        var isWaiting: Bool
        fileprivate var key: Key?
        fileprivate var listedAt: Timestamp
    }

    /// One profile's, or those that none serves.
    struct Waiting: Hashable {
        var count = 0
        /// When the first of them was queued.
        var since: Timestamp?
    }

    private var jobs: [JobRequestID: Job] = [:]
    private var announced: [Key: Timestamp] = [:]
    private var tidiedAt: Timestamp?
    /// By profile; nil: those that none serves.
    private(set) var waiting: [String?: Waiting] = [:]

    static let maximumJobs = 20_000
    static let maximumAnnouncements = 20_000
    /// Of an announcement whose job isn't listed, and of a job that no longer is.
    static let rememberedMilliseconds: Int64 = 900_000

    subscript(id: JobRequestID) -> Job? { jobs[id] }

    /// A hook has announced a job. The first announcement counts.
    mutating func announce(_ key: Key, at now: Timestamp) {
        if announced.count >= Self.maximumAnnouncements { tidy(at: now) }
        guard announced[key] == nil, announced.count < Self.maximumAnnouncements else { return }
        announced[key] = now
    }

    /// Takes a reading in. Answers how long, in milliseconds, it took the hooks of jobs that are found to be announced only
    /// now.
    mutating func read(_ requests: [JobRequest], askedAt: Timestamp, profile: (JobRequest) -> String?) -> [Int64] {
        var lags: [Int64] = []
        waiting = [:]
        for request in requests {
            var job = jobs[request.id] ?? make(request, askedAt, profile)
            job.listedAt = askedAt
            job.isWaiting = request.isWaiting
            if job.announcedAt == nil, let announcedAt = job.key.flatMap({ announced[$0] }) {
                job.announcedAt = announcedAt
                if let queuedAt = job.queuedAt { lags.append(max(0, announcedAt.millisecondsSince(queuedAt))) }
            }
            if request.isWaiting { count(job) }
            if jobs.count < Self.maximumJobs || jobs[request.id] != nil { jobs[request.id] = job }
        }
        tidy(at: askedAt)
        return lags
    }

    private func make(_ request: JobRequest, _ askedAt: Timestamp, _ profile: (JobRequest) -> String?) -> Job {
        Job(
            queuedAt: request.queuedAt, profile: profile(request), foundAt: askedAt, isWaiting: request.isWaiting,
            key: Key(request.origin), listedAt: askedAt)
    }

    private mutating func count(_ job: Job) {
        let since = job.queuedAt ?? job.foundAt
        var waiting = waiting[job.profile] ?? Waiting()
        waiting.count += 1
        waiting.since = min(waiting.since ?? since, since)
        self.waiting[job.profile] = waiting
    }

    /// Once a minute: it goes through everything, and hooks may come in their thousands.
    private mutating func tidy(at now: Timestamp) {
        if let tidiedAt, (0..<60_000).contains(now.millisecondsSince(tidiedAt)) { return }
        tidiedAt = now
        jobs = jobs.filter { now.millisecondsSince($0.value.listedAt) < Self.rememberedMilliseconds }
        announced = announced.filter { now.millisecondsSince($0.value) < Self.rememberedMilliseconds }
    }
}
