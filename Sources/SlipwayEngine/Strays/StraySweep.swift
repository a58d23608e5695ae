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
        var changes = FailureChange()
        while !Task.isCancelled {
            try? await parts.time.sleep(milliseconds: Self.pauseMilliseconds)
            guard !Task.isCancelled else { return }
            let seen = await look(&changes)
            for stray in suspicions.confirmed(seen, at: parts.time.now()) where !Task.isCancelled {
                await remove(stray, &changes)
            }
        }
    }

    /// Strays of what could be read. Of a pool that couldn't be, none is seen, so its strays are believed later.
    private func look(_ changes: inout FailureChange) async -> [Stray] {
        let pools = parts.directory.known
        guard !pools.isEmpty else { return [] }
        let known = Set(await parts.book.all().compactMap(\.agentTask))
        let running: [AgentTaskSighting]
        do {
            running = try await agentTasks.agentTasks(besides: known)
            tellRecovery(of: "the cluster", &changes)
        } catch {
            tell(error, of: "the cluster", &changes)
            return []
        }
        var strays: [Stray] = []
        for pool in pools {
            let place = "pool \(pool.policy.name)"
            let registrations: [PoolAgent]
            do {
                registrations = try await pool.port.agents(namedWithPrefix: LaunchID.agentNamePrefix)
                tellRecovery(of: place, &changes)
            } catch {
                tell(error, of: place, &changes)
                continue
            }
            // Only now, so that a launch that was made meanwhile is known.
            let launches = await parts.book.launches(of: pool.policy.id)
            strays += SlipwayCore.strays(
                policy: pool.policy, agentTasks: running, registrations: registrations, launches: launches)
        }
        return strays
    }

    private func tell(_ error: any Error, of place: String, _ changes: inout FailureChange) {
        guard !Task.isCancelled, changes.failed(place, error) else { return }
        parts.logger.warning(
            "Strays can't be looked for; it is tried again each minute",
            metadata: ["where": "\(place)", "error": "\(error)"])
    }

    private func tellRecovery(of place: String, _ changes: inout FailureChange) {
        guard changes.succeeded(place) else { return }
        parts.logger.notice("Strays can be looked for again", metadata: ["where": "\(place)"])
    }

    private func remove(_ stray: Stray, _ changes: inout FailureChange) async {
        guard let pool = parts.directory[stray.pool] else { return }
        // Names are derived: with a lost store the same launch may have been made again while others were removed.
        guard await !parts.book.launches(of: stray.pool).contains(where: { $0.agentName == stray.agentName }) else {
            return
        }
        do throws(PortError) {
            if case .leftToItsJob(let request) = try await stray.remove(from: pool.port, agentTasks) {
                parts.logger.warning(
                    "An agent that no open launch answers for has a job, and is left to it",
                    metadata: ["subject": "\(stray.subject)", "request": "\(request)"])
                return
            }
        } catch {
            parts.logger.warning(
                "A stray could not be removed, and is tried again",
                metadata: ["subject": "\(stray.subject)", "error": "\(error)"])
            return
        }
        let entry = stray.removalEntry(at: parts.time.now())
        parts.logger.warning(
            "A stray was removed", metadata: ["subject": "\(stray.subject)", "what": "\(entry.kind)"])
        do {
            try await parts.store.commit(LaunchBatch(entries: [entry]))
            tellRecovery(of: "the ledger", &changes)
        } catch {
            tell(error, of: "the ledger", &changes)
        }
    }
}
