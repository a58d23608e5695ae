internal import Logging
internal import SlipwayCore

/// Keeps a pool's placeholders: looks at the start and then as often as the pool is swept, once a minute at least, and
/// mends what it finds.
///
/// Nothing waits for it but jobs that aren't queued yet: what can't be kept is told, and launches go on.
final class PlaceholderKeeper: Sendable {
    private let pool: EngineConfiguration.Pool
    private let port: any PlaceholderPort
    private let parts: EngineParts
    private let report: PlaceholderReport

    static let longestPauseSeconds = 60
    /// Somebody has to give a permission first.
    static let refusedPauseMilliseconds: Int64 = 900_000
    /// What a service doesn't keep must not be written again and again.
    static let replacementPauseMilliseconds: Int64 = 3_600_000
    /// Registrations that are read one by one when a placeholder is missing.
    static let maximumReads = 50

    /// Nil where the operator keeps them.
    init?(pool: EngineConfiguration.Pool, parts: EngineParts) {
        guard pool.placeholders == .manage, let port = pool.placeholderPort else { return nil }
        self.pool = pool
        self.port = port
        self.parts = parts
        report = PlaceholderReport(poolName: pool.name, parts: parts)
    }

    var poolName: String { pool.name }
    /// Whether it is known by now which placeholders there are, or that they can't be kept.
    var hasLooked: Bool { report.hasLooked }
    /// What is wrong, in words for an operator; nil: nothing is known to be.
    var note: String? { report.note }

    func run() async {
        var cadence = Cadence(
            activeMilliseconds: 2_000, sweepSeconds: min(pool.sweepSeconds, Self.longestPauseSeconds))
        var replacedAt: [String: Timestamp] = [:]
        while !Task.isCancelled {
            var isRefused = false
            do throws(PortError) {
                try await look(&replacedAt)
                cadence.succeeded()
            } catch {
                // A call that our own end has interrupted is no trouble of the pool's.
                guard !Task.isCancelled else { return await report.store() }
                cadence.failed(error, at: parts.time.now())
                isRefused = error.code == .forbidden
                report.failed(error)
            }
            await report.store()
            let pause = cadence.pause(isActive: false, at: parts.time.now())
            try? await parts.time.sleep(milliseconds: isRefused ? max(pause, Self.refusedPauseMilliseconds) : pause)
        }
    }

    private func look(_ replacedAt: inout [String: Timestamp]) async throws(PortError) {
        let id = try await pool.port.poolID()
        report.learned(id)
        let steps = try await steps()
        var failure: PortError?
        for step in steps {
            do throws(PortError) {
                try await take(step, in: id, &replacedAt)
            } catch {
                // One that fails must not keep the others from being made; a missing permission fails them all.
                if error.code == .forbidden { throw error }
                failure = failure ?? error
            }
        }
        report.found(steps)
        if let failure { throw failure }
        report.succeeded()
    }

    /// Mostly one small call: the whole pool is read only when a placeholder is missing.
    private func steps() async throws(PortError) -> [PlaceholderStep] {
        let marked = try await port.markedAgents()
        let steps = placeholderSteps(profiles: pool.profiles, agents: marked)
        guard steps.contains(where: \.isRegistration) else { return steps }
        return placeholderSteps(profiles: pool.profiles, agents: try await others(than: marked) + marked)
    }

    /// The registrations that a missing placeholder may be mistaken for: those with such a name, and templates.
    private func others(than marked: [RegisteredAgent]) async throws(PortError) -> [RegisteredAgent] {
        let known = Set(marked.map(\.id))
        let all = try await port.registeredAgents().filter { !known.contains($0.id) }
        let named = all.filter(\.hasPlaceholderName)
        let templates = all.filter(\.mayBeTemplate)
        var read: [RegisteredAgent] = []
        for agent in (named + templates).prefix(Self.maximumReads) {
            if let whole = try await port.registeredAgent(agent.id) { read.append(whole) }
        }
        return read
    }

    private func take(
        _ step: PlaceholderStep, in pool: PoolID, _ replacedAt: inout [String: Timestamp]
    ) async throws(PortError) {
        var made: AgentID?
        switch step {
        case .leave: return
        case .register(let placeholder):
            switch try await port.register(placeholder) {
            case .registered(let id): made = id
            case .nameTaken:
                throw PortError(
                    code: .unavailable,
                    message: "the name \(placeholder.name) is taken by an agent that the pool doesn't list yet")
            }
        case .replace(let id, with: let placeholder, because: _):
            let now = parts.time.now()
            if let last = replacedAt[placeholder.name],
                now.millisecondsSince(last) < Self.replacementPauseMilliseconds
            {
                return
            }
            guard try await isStillOurs(id) else { return }
            replacedAt[placeholder.name] = now
            try await port.replace(id, with: placeholder)
        case .enable(let id, _):
            guard try await isStillOurs(id) else { return }
            try await port.enable(id)
        case .remove(let id, name: _, demands: _):
            guard try await isStillOurs(id) else { return }
            try await port.remove(id)
        }
        if let entry = step.entry(pool: pool, agent: made, at: parts.time.now()) { report.took(entry) }
    }

    /// Looks again just before: somebody may have come to run an agent under the registration meanwhile.
    private func isStillOurs(_ id: AgentID) async throws(PortError) -> Bool {
        try await port.registeredAgent(id)?.isPlaceholder ?? false
    }
}
