internal import Logging
internal import SlipwayCore

/// Follows the agent tasks of the open launches by asking the cluster: often while one is on its way up or down,
/// seldom while all are busy.
final class AgentTaskWatch: Sendable {
    let parts: EngineParts
    let agentTasks: any AgentTaskPort
    let activeMilliseconds: Int64
    let idleMilliseconds: Int64
    private let moves: MoveSignal

    init(
        parts: EngineParts, agentTasks: any AgentTaskPort, moves: MoveSignal, configuration: EngineConfiguration
    ) {
        self.moves = moves
        self.parts = parts
        self.agentTasks = agentTasks
        activeMilliseconds = configuration.activeSweepMilliseconds
        idleMilliseconds = max(activeMilliseconds, Int64(configuration.pools.map(\.sweepSeconds).min() ?? 30) * 1000)
    }

    func run() async {
        var failures = 0
        while !Task.isCancelled {
            let launches = await parts.book.all().filter(\.isAgentTaskWatched)
            do {
                if !launches.isEmpty { try await look(at: launches) }
                failures = 0
            } catch  where Task.isCancelled {
                return
            } catch {
                failures += 1
                parts.logger.error("The agent tasks could not be read", metadata: ["error": "\(error)"])
            }
            await pause(isActive: launches.contains(where: \.isMoving), failures: failures)
        }
    }

    /// A launch that begins to move makes the next look come soon, but not sooner than the last one allows: a hundred of
    /// them share one look, and a cluster that fails is left alone for a while.
    private func pause(isActive: Bool, failures: Int) async {
        let regular = activeMilliseconds << min(failures, 4)
        guard isActive || failures > 0 else {
            await moves.wakeup.wait(milliseconds: idleMilliseconds, time: parts.time)
            return
        }
        try? await parts.time.sleep(milliseconds: regular)
    }

    /// Something may have changed that no event of ours told.
    func wake() { moves.wakeup.signal() }

    private func look(at launches: [Launch]) async throws {
        let statuses = try await agentTasks.status(of: launches.compactMap(\.agentTask))
        var events: [PoolReading.Event] = []
        for launch in launches {
            guard let id = launch.agentTask, let status = statuses[id] else { continue }
            if case .stopped = status { events += await lastWord(on: launch) }
            events.append(.init(launch: launch.id, event: .agentTaskObserved(status)))
        }
        for launch in try await parts.book.apply(events) { parts.effects.enqueue(launch.id) }
    }

    /// Before an end is taken for a failure: the job may have come, run and gone between two looks.
    private func lastWord(on launch: Launch) async -> [PoolReading.Event] {
        guard let id = launch.lastWordRequest, let port = parts.directory[launch.pool]?.port else { return [] }
        do {
            return read(vanished: id, as: try await port.jobRequest(id), launches: [launch])
        } catch {
            // The end is taken as the cluster tells it; what the job's end adds is still learnt while cleaning.
            parts.logger.warning(
                "The job of a stopped agent task could not be read",
                metadata: ["launch.id": "\(launch.id)", "error": "\(error)"])
            return []
        }
    }
}
