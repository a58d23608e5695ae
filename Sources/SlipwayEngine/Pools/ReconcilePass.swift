internal import Logging
internal import SlipwayCore

/// One reading of a pool's job requests, and the launches that follow from it: the way from a hook to RunTask. What can
/// wait is left to `PoolFollowUp`.
struct ReconcilePass {
    struct Outcome {
        var requests: [JobRequest]
        var launches: [Launch]
        var vanished: [JobRequestID]
        /// Something waits or is under way, so the next reading should come soon.
        var isActive: Bool
    }

    let policy: PoolPolicy
    let port: any AgentPoolPort
    let parts: EngineParts
    let whenGivenUp: GivenUp
    private var decisionLog = DecisionLog()

    init(policy: PoolPolicy, port: any AgentPoolPort, whenGivenUp: GivenUp, parts: EngineParts) {
        self.whenGivenUp = whenGivenUp
        self.policy = policy
        self.port = port
        self.parts = parts
    }

    mutating func run() async throws -> Outcome {
        // The order matters: what is known of the launches must be older than what the pool says. See PlanningInput.
        let before = await parts.book.launches(of: policy.id)
        let askedAt = parts.time.now()
        let requests = try await port.unfinishedJobRequests()
        parts.directory.jobRequestsRead(of: policy.id, askedAt: askedAt)
        for observer in parts.poolObservers { observer.poolRead(policy, requests: requests, askedAt: askedAt) }
        let reading = read(requests: requests, launches: before)
        let launches = current(
            before, now: await parts.book.launches(of: policy.id), after: reading.events, at: parts.time.now(),
            rules: parts.directory.rules(for:))
        let history = try await history(of: requests, launches)
        let bookings = try await parts.bookings.planning(
            pool: policy.name, demanding: demandedNames(requests, launches))
        let bookingHistory = try await bookingHistory(of: bookings, launches)
        let warmHistory = try await warmHistory(requests, launches)
        let forgiven = try await parts.desk.forgiven(pool: policy.id, history)
        let decisions = await decide(
            PlanningInput(
                policy: policy, requests: requests, launches: launches, history: history, bookings: bookings,
                bookingHistory: bookingHistory, warmHistory: warmHistory,
                interruptedRuns: parts.retries.runs.all(at: parts.time.now()),
                holds: await parts.desk.holds.reasons(pool: policy), forgiven: forgiven,
                heldProjects: parts.budgets.heldProjects))
        defer { parts.parallelJobs.settled(policy.id) }
        // Side by side, so that they share one write to the disk.
        async let observed: Void = apply(reading.events)
        try await carryOut(decisions, launches)
        try await observed
        parts.bookingSignals.note(decisions)
        let new = try await decisionLog.record(decisions, pool: policy, in: parts)
        for observer in parts.poolObservers { observer.planned(decisions, new: new, for: policy) }
        tellRuns(new.filter(\.isGivenUp), requests)
        return Outcome(
            requests: requests, launches: launches, vanished: reading.vanished,
            isActive: launches.contains(where: \.isMoving) || decisions.contains(where: \.isExpectant))
    }

    /// Plans within what the other pools leave of the organization's parallel jobs; again if one of them was quicker.
    private func decide(_ input: PlanningInput) async -> [Decision] {
        var input = input
        var tries = 0
        while true {
            tries += 1
            let reading = parts.parallelJobs.reading
            // The order matters: what was decided on is in the book before it no longer counts as decided.
            let decided = parts.parallelJobs.decidedElsewhere(than: policy.id)
            input.parallelJobs = reading
            if let reading {
                input.launchesElsewhere =
                    decided.launches + (await parts.book.count(besides: policy.id, where: reading.counts))
            }
            let decisions = plan(input, at: parts.time.now())
            // Under many pools not for ever: an agent too many idles, a pass that doesn't end serves nobody.
            let plans = reading == nil || tries == Self.maximumPlans ? nil : decided.plans
            if parts.parallelJobs.take(decisions, of: policy.id, after: plans) { return decisions }
        }
    }

    private static let maximumPlans = 5

    /// Of the waiting job requests that have no launch on the way.
    private func history(
        of requests: [JobRequest], _ launches: [Launch]
    ) async throws -> [JobRequestID: RequestHistory] {
        let answered = Set(launches.filter(\.canTakeJob).compactMap(\.request))
        let open = requests.filter { $0.isWaiting && !answered.contains($0.id) }.map(\.id)
        guard !open.isEmpty else { return [:] }
        return try await parts.store.history(pool: policy.id, requests: open)
    }

    /// The agents that jobs demand by name and that no open launch has.
    private func demandedNames(_ requests: [JobRequest], _ launches: [Launch]) -> Set<BoundAgentName> {
        let waiting = requests.lazy.filter(\.isWaiting).compactMap(\.boundAgentName).compactMap {
            BoundAgentName(rawValue: $0)
        }
        return Set(waiting).subtracting(launches.compactMap { $0.binding?.agentName })
    }

    /// Of the profiles that may lack agents that are to be kept warm: most of the time none does.
    private func warmHistory(
        _ requests: [JobRequest], _ launches: [Launch]
    ) async throws -> [String: WarmHistory] {
        let now = parts.time.now()
        let waiting = requests.count(where: \.isWaiting)
        let lacking = policy.profiles.filter { profile in
            let wanted = profile.warmAgents(at: now)
            guard wanted > 0 else { return false }
            let fresh = launches.count {
                $0.isSupply && $0.profile == profile.name && !$0.isWorn(profile.deadlines, at: now)
            }
            return fresh < wanted + waiting
        }
        guard !lacking.isEmpty else { return [:] }
        return try await parts.store.warmHistory(pool: policy.id, profiles: lacking.map(\.name))
    }

    /// Of the bookings that may want a launch.
    private func bookingHistory(
        of bookings: [Booking], _ launches: [Launch]
    ) async throws -> [BookingID: RequestHistory] {
        let bound = Set(launches.compactMap { $0.binding?.booking })
        return try await parts.bookings.history(
            bookings.filter { $0.isWanted && !bound.contains($0.id) }.map(\.id))
    }

    private func tellRuns(_ givenUp: [Decision], _ requests: [JobRequest]) {
        guard !givenUp.isEmpty else { return }
        let origins = Dictionary(requests.map { ($0.id, $0.origin) }, uniquingKeysWith: { first, _ in first })
        for decision in givenUp {
            guard let origin = decision.request.flatMap({ origins[$0] }) else { continue }
            parts.notices.add(decision, origin: origin, whenGivenUp, of: policy.id, port)
        }
    }

    private func apply(_ events: [PoolReading.Event]) async throws {
        for launch in try await parts.book.apply(events) { parts.effects.enqueue(launch.id) }
    }

    private func carryOut(_ decisions: [Decision], _ current: [Launch]) async throws {
        var launches: [Launch] = []
        var surplus: [PoolReading.Event] = []
        for decision in decisions {
            switch decision.action {
            case .launch(let launch): launches.append(launch)
            case .stop(let id): surplus.append(.init(launch: id, event: .surplus))
            case .served, .hold, .refuse: break
            }
        }
        // In one write: a cancelled run of a thousand jobs leaves as many agents that nobody waits for.
        try await apply(surplus)
        // Whoever was planned before goes first.
        let isQueueEmpty = !current.contains { $0.state == .planned }
        try await insert(launches, mayStart: isQueueEmpty)
    }

    /// A launch whose turn to start is now is committed as starting at once: one write to the disk less on the way
    /// from the hook to RunTask.
    private func insert(_ launches: [Launch], mayStart: Bool) async throws {
        guard !launches.isEmpty else { return }
        let now = parts.time.now()
        var values: [Launch] = []
        var entries: [[LedgerEntry]] = []
        for launch in launches {
            let opening = launch.openingEntry()
            if mayStart, parts.gate.permit(launch.id, at: now) == nil,
                let started = launch.applying(.startPermitted, at: now, rules: parts.directory.rules(for: launch))
            {
                values.append(started.launch)
                entries.append([opening] + started.entries)
            } else {
                values.append(launch)
                entries.append([opening])
            }
        }
        do {
            let made = try await parts.book.insert(values, entries: entries)
            for launch in made { parts.effects.enqueue(launch.id) }
            for id in Set(values.map(\.id)).subtracting(made.map(\.id)) { parts.gate.forget(id) }
        } catch {
            for launch in values { parts.gate.forget(launch.id) }
            throw error
        }
    }
}

extension Decision {
    /// A reading may change it soon.
    fileprivate var isExpectant: Bool {
        switch action {
        case .launch, .served: true
        // That agents to be kept warm are fewer than wanted is nothing to look at every two seconds.
        case .hold: profile == nil
        case .stop, .refuse: false
        }
    }
}
