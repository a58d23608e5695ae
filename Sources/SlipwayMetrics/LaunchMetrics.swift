public import CoreMetrics
public import PrometheusText
public import SlipwayCore
internal import Synchronization

/// Measures jobs and launches from what the engine and the receiver tell.
public final class LaunchMetrics: LaunchObserver, PoolObserver, DeliveryListener {
    private struct State {
        var pools: [PoolID: Pool] = [:]
        /// Announcements name no pool, so each pool gets them all.
        var early: [(key: QueuedJobs.Key, at: Timestamp)] = []
    }

    private struct Pool {
        var name: String
        var jobs = QueuedJobs()
        var decided: [String: Int] = [:]
        var readAt: Timestamp?
    }

    /// The configured profiles, by their pool's name. Launches of others, left by an earlier configuration, count as those
    /// of `otherName`.
    private let profiles: [String: [String]]
    private let factory: any MetricsFactory
    private let time: any TimeSource
    private let state = Mutex(State())

    /// A profile or pool that isn't configured.
    public static let otherName = "other"
    /// Of job requests that no profile serves.
    public static let noProfile = "none"
    private static let maximumEarly = 1_000

    /// - Parameter profiles: the names of the configured profiles, by their pool's name.
    public init(profiles: [String: [String]], factory: any MetricsFactory, time: any TimeSource) {
        self.profiles = profiles
        self.factory = factory
        self.time = time
        makeZeros()
    }

    /// A rise from nothing is no rise to Prometheus: what alerts look at begins at 0.
    private func makeZeros() {
        for (pool, profiles) in profiles {
            for decision in Decision.metricNames where decision != Decision.servedName {
                count(SlipwayMetric.decisions, [pool, decision], by: 0)
            }
            for profile in profiles {
                count(SlipwayMetric.launchesMade, [pool, profile], by: 0)
                for outcome in LaunchOutcome.Kind.allCases {
                    count(SlipwayMetric.launchesClosed, [pool, profile, outcome.rawValue], by: 0)
                }
                for reason in Self.refusalReasons { count(SlipwayMetric.refusals, [pool, profile, reason], by: 0) }
            }
        }
    }

    // MARK: What is told

    public func poolResolved(_ policy: PoolPolicy) {
        state.withLock { state in
            guard state.pools[policy.id] == nil else { return }
            var pool = Pool(name: policy.name)
            for (key, at) in state.early { pool.jobs.announce(key, at: at) }
            state.pools[policy.id] = pool
            if state.pools.count >= profiles.count { state.early = [] }
        }
    }

    public func deliveryRecorded(_ hint: JobHint) {
        guard let key = QueuedJobs.Key(hint) else { return }
        let now = time.now()
        state.withLock { state in
            // Not over the keys themselves: while they are held, each change would copy all that is remembered.
            for id in Array(state.pools.keys) { state.pools[id]?.jobs.announce(key, at: now) }
            if state.pools.count < profiles.count, state.early.count < Self.maximumEarly {
                state.early.append((key, now))
            }
        }
    }

    public func poolRead(_ policy: PoolPolicy, requests: [JobRequest], askedAt: Timestamp) {
        let lags = state.withLock { state in
            state.pools[policy.id]?.readAt = askedAt
            return state.pools[policy.id]?.jobs.read(requests, askedAt: askedAt) { request in
                request.boundAgentName == nil ? policy.profile(serving: request.demands)?.name : nil
            } ?? []
        }
        for lag in lags { record(SlipwayMetric.hookLag, [policy.name], lag) }
    }

    public func planned(_ decisions: [Decision], new: [Decision], for policy: PoolPolicy) {
        var decided: [String: Int] = [:]
        for decision in decisions where decision.request != nil { decided[decision.metricName, default: 0] += 1 }
        let current = decided
        state.withLock { $0.pools[policy.id]?.decided = current }
        for decision in decisions {
            if case .launch = decision.action { count(SlipwayMetric.decisions, [policy.name, decision.metricName]) }
        }
        for decision in new { count(SlipwayMetric.decisions, [policy.name, decision.metricName]) }
    }

    public func launchChanged(from old: Launch?, to new: Launch) {
        let labels = labels(new.pool, new.profile)
        guard let old else {
            count(SlipwayMetric.launchesMade, labels)
            measureDecision(new, labels)
            return
        }
        for (phase, milliseconds) in phasesEnded(from: old, to: new) {
            record(SlipwayMetric.phase, [phase.rawValue] + labels, milliseconds)
        }
        measureWait(from: old, to: new, labels)
        if let reason = Self.refusal(from: old, to: new) { count(SlipwayMetric.refusals, labels + [reason]) }
        if old.isOpen, case .closed(let outcome) = new.state {
            count(SlipwayMetric.launchesClosed, labels + [outcome.kind.rawValue])
        }
    }

    // MARK: What is read

    /// The gauges, at this moment. Waiting jobs are those of the latest reading of each pool.
    public func samples() -> [MetricSample] {
        let now = time.now()
        // Not the pools themselves: a copy that is held would be copied whole by the next change.
        let pools = state.withLock {
            $0.pools.values.map {
                (name: $0.name, waiting: $0.jobs.waiting, decided: $0.decided, readAt: $0.readAt)
            }
        }
        var samples: [MetricSample] = []
        for pool in pools {
            for profile in (profiles[pool.name] ?? []).map(Optional.some) + [nil] {
                let waiting = pool.waiting[profile] ?? QueuedJobs.Waiting()
                let labels = [pool.name, profile ?? Self.noProfile]
                let longest = waiting.since.map { max(0, now.millisecondsSince($0)) } ?? 0
                samples.append(MetricSample(SlipwayMetric.jobsWaiting, labels, waiting.count))
                samples.append(MetricSample(SlipwayMetric.longestWait, labels, Double(longest) / 1_000))
            }
            for decision in Decision.metricNames where decision != Decision.stopName {
                let count = pool.decided[decision] ?? 0
                samples.append(MetricSample(SlipwayMetric.jobsDecided, [pool.name, decision], count))
            }
            if let readAt = pool.readAt {
                samples.append(
                    MetricSample(SlipwayMetric.poolRead, [pool.name], Double(readAt.milliseconds) / 1_000))
            }
        }
        return samples
    }

    /// The gauges of the open launches, as they are counted by whoever holds them.
    public func samples(open: [OpenLaunches]) -> [MetricSample] {
        var counts: [[String]: [String: Int]] = [:]
        for (pool, profiles) in profiles { for profile in profiles { counts[[pool, profile]] = [:] } }
        for item in open { counts[labels(item.pool, item.profile), default: [:]][item.state, default: 0] += item.count }
        return counts.flatMap { labels, states in
            let starting = ["planned", "starting", "pending"].reduce(0) { $0 + (states[$1] ?? 0) }
            return [
                MetricSample(SlipwayMetric.agentsStarting, labels, starting),
                MetricSample(SlipwayMetric.agentsOnline, labels, states["online"] ?? 0),
                MetricSample(SlipwayMetric.agentsBusy, labels, states["busy"] ?? 0),
            ]
                + OpenLaunches.states.map {
                    MetricSample(SlipwayMetric.launchesOpen, labels + [$0], states[$0] ?? 0)
                }
        }
    }
}

// MARK: Measuring

extension LaunchMetrics {
    /// From when it could be known that the job waits. Only its first launch: the next ones follow from that one's failure.
    private func measureDecision(_ launch: Launch, _ labels: [String]) {
        guard launch.ordinal == 1, let job = job(launch.request, of: launch.pool) else { return }
        let knownAt = min(job.announcedAt ?? job.foundAt, job.foundAt)
        record(
            SlipwayMetric.phase, [LaunchPhase.decide.rawValue] + labels, max(0, time.now().millisecondsSince(knownAt)))
    }

    private func measureWait(from old: Launch, to new: Launch, _ labels: [String]) {
        guard old.busyAt == nil, let busyAt = new.busyAt, let queuedAt = job(new.ran, of: new.pool)?.queuedAt else {
            return
        }
        record(SlipwayMetric.jobWait, labels, max(0, busyAt.millisecondsSince(queuedAt)))
    }

    private func job(_ request: JobRequestID?, of pool: PoolID) -> QueuedJobs.Job? {
        request.flatMap { request in state.withLock { $0.pools[pool]?.jobs[request] } }
    }

    static let unanswered = "unanswered"
    static let refusalReasons = StartRefusal.Class.allCases.map(\.rawValue) + [unanswered]

    /// Why a call of RunTask led to nothing; nil: the change tells of none.
    static func refusal(from old: Launch, to new: Launch) -> String? {
        guard new.startFailures > old.startFailures else { return nil }
        if let unansweredAt = new.unansweredAt, unansweredAt != old.unansweredAt { return unanswered }
        return new.refusal?.rawValue
    }

    private func labels(_ pool: PoolID, _ profile: String) -> [String] {
        guard let name = state.withLock({ $0.pools[pool]?.name }) else { return [Self.otherName, Self.otherName] }
        return [name, profiles[name]?.contains(profile) == true ? profile : Self.otherName]
    }

    private func count(_ family: MetricFamily, _ labels: [String], by amount: Int = 1) {
        Counter(family, labels, factory).increment(by: amount)
    }

    private func record(_ family: MetricFamily, _ labels: [String], _ milliseconds: Int64) {
        Timer(family, labels, factory).recordMilliseconds(milliseconds)
    }
}

extension Counter {
    /// - Parameter labels: in the order of the family's.
    public convenience init(_ family: MetricFamily, _ labels: [String] = [], _ factory: any MetricsFactory) {
        self.init(label: family.name, dimensions: Array(zip(family.labels, labels)), factory: factory)
    }
}

extension Timer {
    /// - Parameter labels: in the order of the family's.
    public convenience init(_ family: MetricFamily, _ labels: [String] = [], _ factory: any MetricsFactory) {
        self.init(label: family.name, dimensions: Array(zip(family.labels, labels)), factory: factory)
    }
}
