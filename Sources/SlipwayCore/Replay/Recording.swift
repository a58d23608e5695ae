/// What a pool's launches of a span tell: the jobs that ran, how long agent tasks took, and what it came to.
public struct Recording: Sendable {
    public let pool: PoolID
    public let prices: PriceBook
    public private(set) var jobs: [RecordedJob] = []
    public private(set) var timesByProfile: [String: RecordedTimes] = [:]
    /// Of all profiles, for one that the span doesn't know.
    public private(set) var times = RecordedTimes()
    /// What really happened.
    public private(set) var outcome = ReplayOutcome()
    /// Launches that are bound to a booking: they come when a task asks, whatever the policy.
    public private(set) var booked = 0
    /// Launches that aren't closed: what they will have been is not known.
    public private(set) var open = 0
    /// Launches that can't be read.
    public var unreadable = 0
    /// Jobs of which it is known only when they were decided on, not when they were queued.
    public private(set) var withoutQueueTime = 0
    /// Jobs of which it isn't known when an agent had them, or for how long: they ran between two looks, or their agent was given
    /// a second one.
    public private(set) var unmeasured = 0

    private var firstLaunchOf: [JobRequestID: Timestamp] = [:]
    private var queuedAt: [JobRequestID: Timestamp] = [:]
    private var changes: [(at: Timestamp, by: Int)] = []

    private let start: Timestamp

    /// - Parameter start: of the span; what came before it came then.
    public init(pool: PoolID, prices: PriceBook, from start: Timestamp = Timestamp(milliseconds: 0)) {
        self.start = start
        self.pool = pool
        self.prices = prices
    }

    /// A profile's own, or those of all where the span doesn't know it.
    func times(of profile: String) -> RecordedTimes { timesByProfile[profile] ?? times }

    /// In any order, each once.
    public mutating func add(_ launch: Launch) {
        guard launch.pool == pool else { return }
        guard launch.binding == nil else {
            booked += 1
            return
        }
        guard !launch.isOpen else {
            open += 1
            return
        }
        timesByProfile[launch.profile, default: RecordedTimes()].add(launch)
        if let request = launch.request {
            firstLaunchOf[request] = min(firstLaunchOf[request] ?? launch.createdAt, launch.createdAt)
            if let queued = launch.origin.queuedAt { queuedAt[request] = queued }
        }
        if let ran = launch.ran, let queued = launch.ranOrigin?.queuedAt { queuedAt[ran] = queued }
        note(launch)
        guard let ran = launch.ran else { return }
        guard launch.leftBehind == nil, let busyAt = launch.busyAt, let end = launch.finishedAt ?? launch.endedAt else {
            unmeasured += 1
            return
        }
        jobs.append(
            RecordedJob(
                request: ran, profile: launch.profile, project: launch.jobOrigin.projectID, arrivedAt: busyAt,
                takenAt: busyAt, milliseconds: plausibleLength(from: busyAt, to: end)))
    }

    private mutating func note(_ launch: Launch) {
        outcome.launches += 1
        if launch.ran == nil { outcome.unused += 1 }
        changes.append((launch.createdAt, 1))
        changes.append((launch.stateSince, -1))
        if let onlineAt = launch.onlineAt {
            let end = launch.finishedAt ?? launch.endedAt ?? launch.stateSince
            outcome.agentMilliseconds += plausibleLength(from: onlineAt, to: end)
            outcome.idleMilliseconds += plausibleLength(from: onlineAt, to: launch.busyAt ?? end)
        }
        switch prices.cost(of: launch, at: launch.stateSince) {
        case .known(let amount), .soFar(let amount?): outcome.cost += amount
        case .unknown, .soFar(nil): outcome.withoutPrice += 1
        }
    }

    /// To be called once all are added.
    public mutating func finish() {
        for index in jobs.indices {
            let request = jobs[index].request
            if let queued = queuedAt[request] {
                // By the service's clock and ours.
                jobs[index].arrivedAt = min(max(queued, start), jobs[index].takenAt)
            } else {
                withoutQueueTime += 1
                jobs[index].arrivedAt = min(firstLaunchOf[request] ?? jobs[index].takenAt, jobs[index].takenAt)
            }
        }
        // One that its agent lost may have been run by another: that one's length counts.
        var last: [JobRequestID: Int] = [:]
        for (place, job) in jobs.enumerated() where last[job.request].map({ jobs[$0].takenAt <= job.takenAt }) ?? true {
            last[job.request] = place
        }
        jobs = last.values.map { jobs[$0] }
        jobs.sort { ($0.arrivedAt, $0.request) < ($1.arrivedAt, $1.request) }
        for name in timesByProfile.keys {
            if let own = timesByProfile[name] { times.add(own) }
            timesByProfile[name]?.sort()
        }
        times.sort()
        outcome.waits = jobs.map { $0.takenAt.millisecondsSince($0.arrivedAt) }.sorted()
        var (now, most) = (0, 0)
        // At one instant those that end go first.
        for change in changes.sorted(by: { ($0.at, $0.by) < ($1.at, $1.by) }) {
            now += change.by
            most = max(most, now)
        }
        outcome.mostAtOnce = most
        changes = []
    }
}

/// What a store tells may be damaged: no length is below nothing or beyond ten years, so that sums stay numbers.
func plausibleLength(from start: Timestamp, to end: Timestamp) -> Int64 {
    guard end > start else { return 0 }
    let (length, overflow) = end.milliseconds.subtractingReportingOverflow(start.milliseconds)
    return overflow ? UsageUnit.maximumSeconds * 1_000 : min(length, UsageUnit.maximumSeconds * 1_000)
}
