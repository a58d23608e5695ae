internal import Logging
internal import SlipwayCore
internal import Synchronization

/// What a reading of the job requests asks to be looked at more closely: the registrations, and job requests that are no
/// longer listed. Loops of their own, so that a hook doesn't wait for them, nor one of them for the other: a job request that
/// can't be read takes minutes, in which agents come.
///
/// Only the latest reading counts: whatever an earlier one asked for and is still open, the latest asks for again.
final class PoolFollowUp: Sendable {
    private struct Question {
        var launches: [Launch]
        var vanished: [JobRequestID]
    }

    private let port: any AgentPoolPort
    private let parts: EngineParts
    private let agentsMilliseconds: Int64
    private let logger: Logger
    private let question = Mutex<Question?>(nil)
    private let questionWakeup = Wakeup()
    private let agentsWakeup = Wakeup()

    /// Between two readings of registrations that can't be read. Milliseconds.
    private static let longestPause: Int64 = 60_000
    /// Job requests that are read side by side.
    private static let maximumConcurrentReads = 8

    init(port: any AgentPoolPort, parts: EngineParts, agentsEveryMilliseconds: Int64, logger: Logger) {
        self.port = port
        self.parts = parts
        agentsMilliseconds = agentsEveryMilliseconds
        self.logger = logger
    }

    /// Callable from anywhere; returns at once.
    func look(after outcome: ReconcilePass.Outcome) {
        let next = outcome.vanished.isEmpty ? nil : Question(launches: outcome.launches, vanished: outcome.vanished)
        question.withLock { $0 = next }
        if next != nil { questionWakeup.signal() }
        agentsWakeup.signal()
    }

    func run(_ pool: PoolPolicy) async {
        async let vanished: Void = followVanished()
        await followAgents(pool)
        await vanished
    }

    private func followVanished() async {
        while !Task.isCancelled {
            await questionWakeup.wait(milliseconds: 3_600_000, time: parts.time)
            let next = question.withLock { question in
                defer { question = nil }
                return question
            }
            guard let next else { continue }
            await attempt("job requests") { try await readVanished(next) }
        }
    }

    private func followAgents(_ pool: PoolPolicy) async {
        var readAt: Timestamp?
        var failures = 0
        while !Task.isCancelled {
            await agentsWakeup.wait(milliseconds: 3_600_000, time: parts.time)
            guard !Task.isCancelled else { return }
            await attempt("registrations") { try await readAgents(pool, &readAt, &failures) }
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            logger.error(
                "The pool could not be looked at more closely", metadata: ["what": "\(what)", "error": "\(error)"])
        }
    }

    private func readVanished(_ question: Question) async throws {
        let port = port
        try await withThrowingTaskGroup(of: [PoolReading.Event].self) { group in
            for (index, id) in question.vanished.enumerated() {
                // What one tells doesn't wait for the others: one that isn't answered for takes minutes.
                if index >= Self.maximumConcurrentReads, let events = try await group.next() { try await apply(events) }
                group.addTask {
                    do {
                        return read(vanished: id, as: try await port.jobRequest(id), launches: question.launches)
                    } catch {
                        // It stays vanished, so the next reading asks again.
                        self.logger.error(
                            "A job request could not be read", metadata: ["request": "\(id)", "error": "\(error)"])
                        return []
                    }
                }
            }
            for try await events in group { try await apply(events) }
        }
    }

    /// Registrations are read while a launch waits for its agent to come, to take a job or to go.
    private func readAgents(_ pool: PoolPolicy, _ readAt: inout Timestamp?, _ failures: inout Int) async throws {
        // Of now, and not of the reading that asked: all that were there at that time count as looked at when the pool has
        // answered. So the time comes first.
        let now = parts.time.now()
        let launches = await parts.book.launches(of: pool.id)
        let pause = backoff(failures + 1, first: agentsMilliseconds, limit: Self.longestPause, doublings: 6)
        if let readAt, now.millisecondsSince(readAt) < max(agentsMilliseconds, pause) { return }
        guard launches.contains(where: \.awaitsAgent) else { return }
        readAt = now
        do {
            let agents = try await port.agents(namedWithPrefix: LaunchID.agentNamePrefix)
            try await apply(read(agents: agents, launches: launches))
        } catch {
            failures += 1
            parts.directory.setUnreadable("its registrations can't be read: \(error)", of: pool.name)
            throw error
        }
        failures = 0
        parts.directory.setUnreadable(nil, of: pool.name)
        parts.directory.registrationsRead(of: pool.id, lookedAt: now)
    }

    private func apply(_ events: [PoolReading.Event]) async throws {
        for launch in try await parts.book.apply(events) { parts.effects.enqueue(launch.id) }
    }
}
