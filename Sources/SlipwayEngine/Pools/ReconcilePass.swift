internal import Logging
internal import SlipwayCore

/// One reading of a pool, and what follows from it.
struct ReconcilePass {
    struct Outcome {
        var requests: [JobRequest]
        /// Something waits or is under way, so the next reading should come soon.
        var isActive: Bool
    }

    let policy: PoolPolicy
    let port: any AgentPoolPort
    let parts: EngineParts
    let logger: Logger
    private var agentsReadAt: Timestamp?
    private var decisionLog = DecisionLog()

    init(policy: PoolPolicy, port: any AgentPoolPort, parts: EngineParts, logger: Logger) {
        self.policy = policy
        self.port = port
        self.parts = parts
        self.logger = logger
    }

    mutating func run(readAgentsEvery agentsMilliseconds: Int64) async throws -> Outcome {
        // The order matters: what is known of the launches must be older than what the pool says. See PlanningInput.
        let before = await parts.book.launches(of: policy.id)
        let requests = try await port.unfinishedJobRequests()
        let agents = try await readAgentsIfDue(before, every: agentsMilliseconds)
        let reading = read(requests: requests, agents: agents, launches: before)
        var events = reading.events
        events += try await readVanished(reading.vanished, before)
        try await apply(events)
        let launches = await current(before)
        let decisions = plan(
            PlanningInput(
                policy: policy, requests: requests, launches: launches,
                history: try await history(of: requests, launches)),
            at: parts.time.now())
        try await carryOut(decisions)
        return Outcome(requests: requests, isActive: !launches.isEmpty || requests.contains(where: \.isWaiting))
    }

    // MARK: Reading

    /// Agents are read while a launch waits for its agent to come, to take a job or to go.
    private mutating func readAgentsIfDue(_ launches: [Launch], every milliseconds: Int64) async throws -> [PoolAgent]?
    {
        let now = parts.time.now()
        if let agentsReadAt, now.millisecondsSince(agentsReadAt) < milliseconds { return nil }
        guard launches.contains(where: { $0.state != .planned && $0.canTakeJob }) else { return nil }
        agentsReadAt = now
        return try await port.agents(namedWithPrefix: LaunchID.agentNamePrefix)
    }

    private func readVanished(_ ids: [JobRequestID], _ launches: [Launch]) async throws -> [PoolReading.Event] {
        var events: [PoolReading.Event] = []
        for id in ids { events += read(vanished: id, as: try await port.jobRequest(id), launches: launches) }
        return events
    }

    private func apply(_ events: [PoolReading.Event]) async throws {
        for launch in try await parts.book.apply(events) { parts.effects.enqueue(launch.id) }
    }

    /// The launches from before, each as it is now. One that was closed meanwhile counts as it was.
    private func current(_ before: [Launch]) async -> [Launch] {
        let now = Dictionary(
            await parts.book.launches(of: policy.id).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return before.map { now[$0.id] ?? $0 }
    }

    /// Of the waiting job requests that have no launch on the way.
    private func history(
        of requests: [JobRequest], _ launches: [Launch]
    ) async throws -> [JobRequestID: RequestHistory] {
        let answered = Set(launches.filter(\.canTakeJob).compactMap(\.request))
        let open = requests.filter { $0.isWaiting && !answered.contains($0.id) }.map(\.id)
        guard !open.isEmpty else { return [:] }
        return try await parts.store.history(pool: policy.id, requests: open)
    }

    // MARK: Carrying out

    private mutating func carryOut(_ decisions: [Decision]) async throws {
        var launches: [Launch] = []
        for decision in decisions {
            switch decision.action {
            case .launch(let launch): launches.append(launch)
            case .stop(let id):
                if try await parts.book.apply(.surplus, to: id) != nil { parts.effects.enqueue(id) }
            case .hold, .refuse: break
            }
        }
        try await insert(launches)
        try await decisionLog.record(decisions, pool: policy, in: parts)
    }

    /// A launch whose turn to start is now is committed as starting at once: one write to the disk less on the way
    /// from the hook to RunTask.
    private func insert(_ launches: [Launch]) async throws {
        guard !launches.isEmpty else { return }
        let now = parts.time.now()
        var values: [Launch] = []
        var entries: [[LedgerEntry]] = []
        for launch in launches {
            let opening = launch.openingEntry()
            if parts.gate.take(at: now) == nil,
                let started = launch.applying(.startPermitted, at: now, rules: parts.directory.rules(for: launch))
            {
                values.append(started.launch)
                entries.append([opening, started.entry])
            } else {
                values.append(launch)
                entries.append([opening])
            }
        }
        for launch in try await parts.book.insert(values, entries: entries) { parts.effects.enqueue(launch.id) }
    }
}
