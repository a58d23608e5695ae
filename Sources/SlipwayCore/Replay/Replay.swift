/// Runs recorded arrivals against a policy: the real planner and the real launch machine, over a pool that hands each job to
/// the first agent of its profile that is free, and a cluster whose agent tasks take as long as was measured.
///
/// No placement refuses, no agent task fails and no capacity is taken back. The same recording and policy give the same
/// outcome.
public struct Replay {
    private enum Event {
        case arrival(Int)
        case plan
        case start(LaunchID)
        case online(LaunchID)
        case jobOver(LaunchID)
        case closed(LaunchID)
        case sweep
    }

    /// What the launch machine doesn't keep.
    private struct Course {
        var number: Int
        var acceptedAt: Timestamp?
        var onlineAt: Timestamp?
    }

    /// All that a plan depends on while no job waits.
    private struct Sight: Equatable {
        var changes: Int
        var warm: [Int]
        var isLeavingSoon: Bool
        var worn: Int
    }

    /// `engine.activeSweepMilliseconds`, if nothing else is configured.
    private static let activeSeconds = 2

    private let recording: Recording
    private let policy: ReplayPolicy
    private let start: Timestamp
    private let firstSweep: Timestamp
    private let end: Timestamp
    /// How many the jobs are of.
    private let projects: Int
    private var agenda = ReplayAgenda<Event>()
    private var bucket: TokenBucket
    private var now: Timestamp
    private var open: [LaunchID: Launch] = [:]
    private var courses: [LaunchID: Course] = [:]
    /// Online and without a job, by profile.
    private var free: [String: Set<LaunchID>] = [:]
    /// The open launch that is for a job request, and how many it has had.
    private var launchOf: [JobRequestID: LaunchID] = [:]
    private var ordinals: [JobRequestID: Int] = [:]
    /// Places in the recording's jobs, the oldest first, by profile.
    private var waiting: [String: WaitingJobs] = [:]
    private var planAt: Timestamp?
    /// What the last plan of a sweep saw, and how many changes of launches there have been.
    private var planned: Sight?
    private var changes = 0
    private var isSweeping = true
    private let keepsWarm: Bool
    private var outcome = ReplayOutcome()

    private init(_ recording: Recording, _ policy: ReplayPolicy, from start: Timestamp, to end: Timestamp) {
        self.recording = recording
        self.policy = policy
        projects = Set(recording.jobs.map(\.project)).count
        self.end = max(end, recording.jobs.last?.arrivedAt ?? end)
        self.start = start
        keepsWarm = policy.pool.profiles.contains { !$0.warm.isEmpty }
        now = min(start, recording.jobs.first?.arrivedAt ?? start)
        firstSweep = now
        bucket = TokenBucket(capacity: policy.startBurst, perSecond: policy.startsPerSecond, at: now)
    }

    /// - Parameters:
    ///   - start, end: the span that the recording is of; agents are kept warm in it alone.
    ///   - progress: called now and then with how many jobs have come.
    public static func run(
        _ recording: Recording, _ policy: ReplayPolicy, from start: Timestamp, to end: Timestamp,
        progress: (Int) -> Void = { _ in }
    ) -> ReplayOutcome {
        var replay = Replay(recording, policy, from: start, to: end)
        replay.run(progress)
        return replay.outcome
    }

    private mutating func run(_ progress: (Int) -> Void) {
        if !recording.jobs.isEmpty { agenda.add(.arrival(0), at: recording.jobs[0].arrivedAt) }
        agenda.add(.sweep, at: now)
        // What no agent has had a day after the last job came will never have one.
        let last = end.adding(seconds: 86_400)
        while let next = agenda.popFirst(), next.at <= last {
            now = max(now, next.at)
            handle(next.event)
            if case .arrival(let place) = next.event, place % 1_000 == 0 { progress(place) }
            if now > end, open.isEmpty, waiting.values.allSatisfy(\.isEmpty) { break }
        }
        outcome.unserved = waiting.values.reduce(0) { $0 + $1.count }
        outcome.waits.sort()
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .arrival(let place): arrive(place)
        case .plan:
            guard planAt == now else { return }
            planAt = nil
            plan()
        case .start(let id): start(id)
        case .online(let id): comeOnline(id)
        case .jobOver(let id): endJob(id)
        case .closed(let id): close(id)
        case .sweep: sweep()
        }
    }

    // MARK: Jobs

    private mutating func arrive(_ place: Int) {
        let job = recording.jobs[place]
        if place + 1 < recording.jobs.count { agenda.add(.arrival(place + 1), at: recording.jobs[place + 1].arrivedAt) }
        waiting[job.profile, default: WaitingJobs()].append(place)
        if !isSweeping {
            isSweeping = true
            agenda.add(.sweep, at: nextSweep)
        }
        if let free = free[job.profile]?.min() { give(free) }
        // Without hooks the next sweep finds it.
        if policy.hasHooks { planSoon(recording.times.notice) }
    }

    /// The oldest job of its profile that waits.
    private mutating func give(_ id: LaunchID) {
        guard let launch = open[id], let place = waiting[launch.profile]?.popFirst() else { return }
        let job = recording.jobs[place]
        let takenAt = now.adding(milliseconds: recording.times(of: launch.profile).take)
        free[launch.profile]?.remove(id)
        apply(.jobObserved(job.request, JobOrigin(projectID: job.project)), to: id)
        outcome.waits.append(takenAt.millisecondsSince(job.arrivedAt))
        if let onlineAt = courses[id]?.onlineAt {
            outcome.idleMilliseconds += takenAt.millisecondsSince(onlineAt)
            outcome.agentMilliseconds += takenAt.millisecondsSince(onlineAt) + job.milliseconds
        }
        agenda.add(.jobOver(id), at: takenAt.adding(milliseconds: job.milliseconds))
        if let other = launchOf[job.request], other != id { apply(.requestGone, to: other) }
    }

    private mutating func endJob(_ id: LaunchID) {
        guard let launch = open[id], case .busy(let request) = launch.state else { return }
        apply(.jobEnded(request, result: "succeeded"), to: id)
        leave(id)
    }

    // MARK: Planning

    private mutating func planSoon(_ milliseconds: Int64) {
        let at = now.adding(milliseconds: max(0, milliseconds))
        if let planAt, planAt <= at, planAt >= now { return }
        planAt = at
        agenda.add(.plan, at: at)
    }

    private mutating func plan() {
        let decisions = SlipwayCore.plan(
            PlanningInput(policy: pool, requests: requests, launches: Array(open.values), history: histories), at: now)
        for decision in decisions {
            switch decision.action {
            case .launch(let launch):
                guard open[launch.id] == nil else { continue }
                outcome.launches += 1
                if let request = launch.request {
                    launchOf[request] = launch.id
                    ordinals[request] = launch.ordinal
                }
                open[launch.id] = launch
                courses[launch.id] = Course(number: outcome.launches)
                outcome.mostAtOnce = max(outcome.mostAtOnce, open.count)
                agenda.add(.start(launch.id), at: now)
            case .stop(let id):
                apply(.surplus, to: id)
                leaveUnused(id)
            case .served, .hold, .refuse: break
            }
        }
    }

    /// Of those that have had a launch whose agent took another's job.
    private var histories: [JobRequestID: RequestHistory] {
        var histories: [JobRequestID: RequestHistory] = [:]
        for places in waiting.values {
            for place in places.all {
                let request = recording.jobs[place].request
                if let ordinal = ordinals[request] { histories[request] = RequestHistory(lastOrdinal: ordinal) }
            }
        }
        return histories
    }

    /// Nothing is kept warm but in the span.
    private var pool: PoolPolicy {
        guard now < start || now >= end else { return policy.pool }
        var pool = policy.pool
        for index in pool.profiles.indices { pool.profiles[index].warm = [] }
        return pool
    }

    /// With demands that lead to the profile that they were served by. Of each project the oldest, as many as its profile may
    /// have agents: those behind them change no plan, and there may be thousands.
    private var requests: [JobRequest] {
        waiting.flatMap { name, places in
            guard let profile = policy.pool.profile(named: name) else { return [JobRequest]() }
            let demands = profile.capabilities.sorted { $0.key < $1.key }.map {
                Demand(name: $0.key, .equals($0.value))
            }
            var taken: [String?: Int] = [:]
            var full = 0
            var requests: [JobRequest] = []
            for place in places.all {
                let job = recording.jobs[place]
                guard taken[job.project, default: 0] < profile.maximumAgents else { continue }
                taken[job.project, default: 0] += 1
                if taken[job.project] == profile.maximumAgents { full += 1 }
                requests.append(
                    JobRequest(
                        id: job.request, queuedAt: job.arrivedAt, demands: demands,
                        origin: JobOrigin(projectID: job.project)))
                if full == projects { break }
            }
            return requests
        }
    }

    /// Where the regular sweeps would be by now.
    private var nextSweep: Timestamp {
        let period = Int64(policy.sweepSeconds) * 1_000
        let since = max(0, now.millisecondsSince(firstSweep))
        return firstSweep.adding(milliseconds: (since / period + 1) * period)
    }

    private func isWorn(_ launch: Launch) -> Bool {
        policy.pool.profile(named: launch.profile).map { launch.isWorn($0.deadlines, at: now) } ?? false
    }

    private mutating func sweep() {
        for launch in open.values where launch.state == .online {
            guard let deadlines = pool.profile(named: launch.profile)?.deadlines,
                let deadline = launch.deadline(deadlines),
                deadline <= now
            else { continue }
            apply(.timePassed, to: launch.id)
            leaveUnused(launch.id)
        }
        // Of a year's million sweeps nearly all would decide what the last plan did.
        let sight = Sight(
            changes: changes, warm: pool.profiles.map { $0.warmAgents(at: now) },
            isLeavingSoon: open.values.contains { $0.orphanedAt != nil && $0.canTakeJob },
            worn: open.values.count { isWorn($0) })
        if sight != planned || sight.isLeavingSoon || waiting.values.contains(where: { !$0.isEmpty }) {
            planned = sight
            plan()
        }
        // Without hooks the engine looks as often while anything is under way; with them, a plan comes by itself.
        let isActive = !policy.hasHooks && open.values.contains(where: \.isMoving)
        // Nothing is there and nothing comes by itself: the next job takes the sweeps up again.
        isSweeping = !open.isEmpty || waiting.values.contains { !$0.isEmpty } || keepsWarm
        guard isSweeping else { return }
        agenda.add(.sweep, at: now.adding(seconds: isActive ? Self.activeSeconds : policy.sweepSeconds))
    }

    // MARK: Agents

    private mutating func start(_ id: LaunchID) {
        guard let launch = open[id], launch.state == .planned else { return }
        if let next = bucket.take(at: now) { return agenda.add(.start(id), at: next) }
        apply(.startPermitted, to: id)
        apply(.agentTaskAccepted(AgentTaskID(rawValue: id.rawValue), placement: placement(of: launch)), to: id)
        courses[id]?.acceptedAt = now
        let times = recording.times(of: launch.profile)
        let startup = (times.startups.isEmpty ? recording.times : times).startup(ofNumber: courses[id]?.number ?? 1)
        agenda.add(.online(id), at: now.adding(milliseconds: startup))
    }

    private mutating func comeOnline(_ id: LaunchID) {
        guard let launch = open[id], launch.state == .pending else { return }
        apply(.agentObserved(PoolAgent(id: AgentID(rawValue: 1), name: launch.agentName, isOnline: true)), to: id)
        courses[id]?.onlineAt = now
        free[launch.profile, default: []].insert(id)
        give(id)
    }

    private mutating func leaveUnused(_ id: LaunchID) {
        guard let launch = open[id], launch.outcome != nil else { return }
        outcome.unused += 1
        if let onlineAt = courses[id]?.onlineAt {
            outcome.idleMilliseconds += now.millisecondsSince(onlineAt)
            outcome.agentMilliseconds += now.millisecondsSince(onlineAt)
        }
        leave(id)
    }

    private mutating func leave(_ id: LaunchID) {
        guard let launch = open[id] else { return }
        free[launch.profile]?.remove(id)
        let times = recording.times(of: launch.profile)
        if let acceptedAt = courses[id]?.acceptedAt {
            bill(launch, from: acceptedAt.adding(milliseconds: times.pull), to: now.adding(milliseconds: times.stop))
        }
        agenda.add(.closed(id), at: courses[id]?.acceptedAt == nil ? now : now.adding(milliseconds: times.closing))
    }

    private mutating func close(_ id: LaunchID) {
        if let request = open[id]?.request, launchOf[request] == id { launchOf[request] = nil }
        open[id] = nil
        courses[id] = nil
        changes += 1
        // A limit may have held what waits.
        if waiting.values.contains(where: { !$0.isEmpty }) { planSoon(0) }
    }

    private mutating func bill(_ launch: Launch, from start: Timestamp, to end: Timestamp) {
        let times = recording.timesByProfile[launch.profile]
        guard let profile = policy.pool.profile(named: launch.profile),
            var unit = times?.unit ?? recording.times.unit
        else {
            outcome.withoutPrice += 1
            return
        }
        unit.capacity = placement(of: launch)
        if let cpu = profile.cpu { unit.cpu = Int64(cpu) }
        if let memory = profile.memory { unit.memory = Int64(memory) }
        if let storage = profile.ephemeralStorageGiB { unit.storage = Int64(storage) }
        let seconds = unit.billedSeconds(from: start, to: max(start, end))
        switch recording.prices.cost(of: unit, seconds: seconds, at: launch.createdAt) {
        case .known(let amount): outcome.cost += amount
        case .soFar, .unknown: outcome.withoutPrice += 1
        }
    }

    private func placement(of launch: Launch) -> String {
        switch policy.pool.profile(named: launch.profile)?.placements.first?.capacity {
        case .capacityProvider(let name), .launchType(let name): name
        case nil: ""
        }
    }

    private mutating func apply(_ event: LaunchEvent, to id: LaunchID) {
        guard let launch = open[id], let profile = policy.pool.profile(named: launch.profile),
            let next = launch.applying(event, at: now, rules: LaunchRules(profile, for: launch))
        else { return }
        open[id] = next.launch
        changes += 1
    }
}
