internal import Logging
internal import SlipwayCore

/// Follows the agent tasks of the open launches by asking the cluster: often while one is on its way up or down,
/// seldom while all are busy, and more seldom yet while events tell.
final class AgentTaskWatch: Sendable {
    let parts: EngineParts
    let agentTasks: any AgentTaskPort
    let activeMilliseconds: Int64
    let idleMilliseconds: Int64
    let trustedMilliseconds: Int64
    private let moves: MoveSignal
    private let recorder: AgentTaskRecorder
    /// Nil where there are no events.
    private let trust: EventTrust?

    init(
        parts: EngineParts, agentTasks: any AgentTaskPort, moves: MoveSignal, trust: EventTrust?,
        configuration: EngineConfiguration
    ) {
        self.moves = moves
        self.parts = parts
        self.agentTasks = agentTasks
        self.trust = trust
        recorder = AgentTaskRecorder(parts: parts)
        activeMilliseconds = configuration.activeSweepMilliseconds
        idleMilliseconds = max(activeMilliseconds, Int64(configuration.pools.map(\.sweepSeconds).min() ?? 30) * 1000)
        trustedMilliseconds = max(activeMilliseconds, configuration.eventSweepMilliseconds)
    }

    func run() async {
        var failures = 0
        var changes = FailureChange()
        while !Task.isCancelled {
            let launches = await parts.book.all().filter(\.isAgentTaskWatched)
            let error = await look(at: launches)
            guard !Task.isCancelled else { return }
            failures = error == nil ? 0 : failures + 1
            tell(error, &changes)
            await pause(isActive: launches.contains(where: \.isMoving), failures: failures)
        }
    }

    private func tell(_ error: (any Error)?, _ changes: inout FailureChange) {
        let place = "cluster"
        if let error {
            guard changes.failed(place, error) else { return }
            parts.logger.error("Agent tasks could not be read", metadata: ["error": "\(error)"])
        } else if changes.succeeded(place) {
            parts.logger.notice("All agent tasks are read again")
        }
    }

    /// A launch that begins to move makes the next look come soon, but not sooner than the last one allows: a hundred of
    /// them share one look, and a cluster that fails is left alone for a while.
    private func pause(isActive: Bool, failures: Int) async {
        if failures == 0, isTrusted { return await pauseWhileTrusted() }
        let regular = activeMilliseconds << min(failures, 4)
        guard isActive || failures > 0 else {
            await moves.wakeup.wait(milliseconds: idleMilliseconds, time: parts.time)
            return
        }
        try? await parts.time.sleep(milliseconds: regular)
    }

    /// Moves are told by events; only the loss of trust ends it early.
    private func pauseWhileTrusted() async {
        let end = parts.time.now().adding(milliseconds: trustedMilliseconds)
        while isTrusted, !Task.isCancelled {
            let left = end.millisecondsSince(parts.time.now())
            guard left > 0 else { return }
            await moves.wakeup.wait(milliseconds: left, time: parts.time)
        }
    }

    private var isTrusted: Bool { trust?.isTrusted == true }

    /// Something may have changed that no event of ours told.
    func wake() { moves.wakeup.signal() }

    /// As many as one call of DescribeTasks takes.
    private static let batchMaximum = 100

    /// Those under way first, a batch at a time: what one batch told is on disk before the next is asked for, so it
    /// neither waits for thousands of busy ones nor is lost with a call that fails, for this batch or another. Answers the
    /// first failure.
    private func look(at launches: [Launch]) async -> (any Error)? {
        let ordered = launches.filter(\.isMoving) + launches.filter { !$0.isMoving }
        var failure: (any Error)?
        for start in stride(from: 0, to: ordered.count, by: Self.batchMaximum) where !Task.isCancelled {
            do {
                try await look(atBatch: Array(ordered[start..<min(start + Self.batchMaximum, ordered.count)]))
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }

    private func look(atBatch launches: [Launch]) async throws {
        let sights = try await agentTasks.sights(of: launches.compactMap(\.agentTask))
        let now = parts.time.now()
        let sightings = launches.compactMap { launch -> AgentTaskRecorder.Sighting? in
            // Most say what is known.
            guard let sight = launch.agentTask.flatMap({ sights[$0] }), launch.isNews(sight.status) else { return nil }
            return AgentTaskRecorder.Sighting(launch: launch, status: sight.status, facts: sight.facts)
        }
        for sighting in sightings where sighting.isNewStop {
            if let agentTask = sighting.launch.agentTask { trust?.saw(stopOf: agentTask, at: now) }
        }
        try await recorder.record(sightings)
        trust?.settle(at: parts.time.now())
    }
}

extension AgentTaskRecorder.Sighting {
    fileprivate var isNewStop: Bool {
        if case .stopped = status { launch.agentTaskStop == nil } else { false }
    }
}
