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
        let name = stray.launch.agentName
        do throws(PortError) {
            switch stray {
            case .agentTask(let id, _):
                if case .busy(let request) = try await pool.port.quiesce(agentNamed: name) {
                    parts.logger.warning(
                        "An agent that no open launch answers for has a job, and is left to it",
                        metadata: ["launch.id": "\(stray.launch)", "request": "\(request)"])
                    return
                }
                try await agentTasks.stop(id, reason: "Slipway: no open launch answers for it")
            case .registration:
                try await pool.port.deregister(agentNamed: name)
            }
        } catch {
            parts.logger.warning(
                "A stray could not be removed, and is tried again",
                metadata: ["launch.id": "\(stray.launch)", "error": "\(error)"])
            return
        }
        try await record(stray)
    }

    private func record(_ stray: Stray) async throws(StoreError) {
        var facts = LedgerFacts()
        let kind: String
        switch stray {
        case .agentTask(let id, _):
            kind = "stray.agentTaskStopped"
            facts["agentTask"] = .text(id.rawValue)
        case .registration(let id, _):
            kind = "stray.registrationRemoved"
            facts["agent"] = .integer(Int64(id.rawValue))
        }
        facts["reason"] = .text("no open launch answers for it")
        parts.logger.warning(
            "A stray was removed", metadata: ["launch.id": "\(stray.launch)", "what": "\(kind)"])
        let entry = LedgerEntry(at: parts.time.now(), kind: kind, subject: stray.launch.rawValue, facts: facts)
        try await parts.store.commit(LaunchBatch(entries: [entry]))
    }
}
