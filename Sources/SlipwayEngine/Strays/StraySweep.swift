internal import Logging
internal import SlipwayCore

/// Looks once a minute for what no open launch answers for, in the cluster and in the pools, and removes it: the agent is
/// disabled and read again before its agent task is stopped, and one that has a job is left to it.
final class StraySweep: Sendable {
    private let parts: EngineParts
    private let agentTasks: any AgentTaskPort
    static let pauseMilliseconds: Int64 = 60_000

    init(parts: EngineParts, agentTasks: any AgentTaskPort) {
        self.parts = parts
        self.agentTasks = agentTasks
    }

    func run() async {
        var suspicions = StraySuspicions()
        while !Task.isCancelled {
            try? await parts.time.sleep(milliseconds: Self.pauseMilliseconds)
            do {
                let seen = try await look()
                for stray in suspicions.confirmed(seen, at: parts.time.now()) { try await remove(stray) }
            } catch  where Task.isCancelled {
                return
            } catch {
                parts.logger.warning("The sweep for strays is put off", metadata: ["error": "\(error)"])
            }
        }
    }

    private func look() async throws -> [Stray] {
        let pools = parts.directory.known
        guard !pools.isEmpty else { return [] }
        let running = try await agentTasks.agentTasks(besides: Set(await parts.book.all().compactMap(\.agentTask)))
        var strays: [Stray] = []
        for pool in pools {
            let registrations = try await pool.port.agents(namedWithPrefix: LaunchID.agentNamePrefix)
            // Only now, so that a launch that was made meanwhile is known.
            let launches = await parts.book.launches(of: pool.policy.id)
            strays += SlipwayCore.strays(
                policy: pool.policy, agentTasks: running, registrations: registrations, launches: launches)
        }
        return strays
    }

    private func remove(_ stray: Stray) async throws {
        guard let pool = parts.directory.known.first(where: { stray.launch.isOf($0.policy) }) else { return }
        // Ids are derived: with a lost store the same launch may have been made again while others were removed.
        guard await parts.book.launch(stray.launch) == nil else { return }
        do throws(PortError) {
            if case .leftToItsJob(let request) = try await stray.remove(from: pool.port, agentTasks) {
                parts.logger.warning(
                    "An agent that no open launch answers for has a job, and is left to it",
                    metadata: ["launch.id": "\(stray.launch)", "request": "\(request)"])
                return
            }
        } catch {
            parts.logger.warning(
                "A stray could not be removed, and is tried again",
                metadata: ["launch.id": "\(stray.launch)", "error": "\(error)"])
            return
        }
        let entry = stray.removalEntry(at: parts.time.now())
        parts.logger.warning(
            "A stray was removed", metadata: ["launch.id": "\(stray.launch)", "what": "\(entry.kind)"])
        try await parts.store.commit(LaunchBatch(entries: [entry]))
    }
}
