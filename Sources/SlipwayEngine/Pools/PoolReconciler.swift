internal import Logging
internal import SlipwayCore

/// Keeps one pool served: reads it when a hook hints and by itself from time to time, plans, and commits the plan.
///
/// One reading at a time. What a hook says is never acted on; it only makes the next reading come sooner.
final class PoolReconciler: Sendable {
    let pool: EngineConfiguration.Pool
    let configuration: EngineConfiguration
    let parts: EngineParts
    private let wakeup = Wakeup()
    private let hints = HintMemory()
    private let runs = RunsInSight()
    private let unannounced: UnannouncedJobs
    private let followUp: PoolFollowUp
    private let logger: Logger

    init(pool: EngineConfiguration.Pool, configuration: EngineConfiguration, parts: EngineParts) {
        self.pool = pool
        self.configuration = configuration
        self.parts = parts
        unannounced = UnannouncedJobs(startedAt: parts.time.now())
        var logger = parts.logger
        logger[metadataKey: "pool.name"] = "\(pool.name)"
        self.logger = logger
        followUp = PoolFollowUp(
            port: pool.port, parts: parts, agentsEveryMilliseconds: configuration.activeSweepMilliseconds,
            logger: logger)
    }

    /// A hint came. Callable from anywhere; returns at once.
    func wake(_ hint: JobHint?) {
        if let hint {
            guard runs.concerns(hint) else { return }
            hints.add(hint, at: parts.time.now())
            unannounced.add(hint, at: parts.time.now())
        }
        wakeup.signal()
    }

    /// Jobs of the pool that no hook announced, since the start.
    var unannouncedCount: Int { unannounced.count }
    var recentlyUnannouncedCount: Int { unannounced.recentCount(at: parts.time.now()) }

    func run() async {
        parts.directory.setProblem("it has not been read yet", of: pool.name)
        guard let policy = await resolve() else { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followUp.run(policy) }
            group.addTask { await self.reconcile(policy) }
        }
    }

    /// A crowd of hooks shares readings: some at once, then ten a second, which nobody who waits would notice.
    private static let readingsAtOnce = 20
    private static let readingMilliseconds: Int64 = 100

    private func reconcile(_ policy: PoolPolicy) async {
        var pace = Pace(
            atOnce: Self.readingsAtOnce, milliseconds: Self.readingMilliseconds, at: parts.time.now())
        var pass = ReconcilePass(policy: policy, port: pool.port, whenGivenUp: pool.whenGivenUp, parts: parts)
        var cadence = makeCadence()
        while !Task.isCancelled {
            await sleep(until: max(pace.next(at: parts.time.now()), parts.readingTurns.next(at: parts.time.now())))
            guard !Task.isCancelled else { return }
            var isActive = false
            var shown: [JobRequest]?
            runs.readingBegins()
            do {
                let outcome = try await pass.run()
                shown = outcome.requests
                followUp.look(after: outcome)
                let isExpected = hints.settle(seen: outcome.requests, at: parts.time.now())
                isActive = outcome.isActive || isExpected
                cadence.succeeded()
                parts.directory.setProblem(nil, of: pool.name)
                await tellUnannounced(outcome.requests, policy)
            } catch  where Task.isCancelled {
                // A call that our own end has interrupted is no trouble of the pool's.
                return
            } catch let error as PortError {
                cadence.failed(error, at: parts.time.now())
                parts.directory.setProblem(error.message, of: pool.name)
                logger.error(
                    "The pool could not be read", metadata: ["error": "\(error)", "failures": "\(cadence.failures)"])
            } catch {
                cadence.failed(PortError(code: .unavailable, message: "\(error)"), at: parts.time.now())
                parts.directory.setProblem("\(error)", of: pool.name)
                logger.error("The plan could not be stored", metadata: ["error": "\(error)"])
            }
            runs.readingEnds(shown)
            await pause(cadence, isActive: isActive)
        }
    }

    private func sleep(until turn: Timestamp) async {
        let milliseconds = turn.millisecondsSince(parts.time.now())
        if milliseconds > 0 { try? await parts.time.sleep(milliseconds: milliseconds) }
    }

    private func tellUnannounced(_ requests: [JobRequest], _ policy: PoolPolicy) async {
        guard let report = unannounced.settle(requests, at: parts.time.now()) else { return }
        logger.warning(
            "The sweep found jobs that no hook announced; run slipway doctor to see the subscriptions",
            metadata: ["jobs": "\(report.count)", "request": "\(report.request)"])
        var facts = LedgerFacts()
        facts["pool"] = .integer(Int64(policy.id.rawValue))
        facts["jobs"] = .integer(Int64(report.count))
        facts["latestRequest"] = .integer(Int64(report.request.rawValue))
        let entry = LedgerEntry(
            at: parts.time.now(), kind: "hooks.unannounced", subject: HookTrouble.ledgerSubject, facts: facts)
        do {
            try await parts.store.commit(LaunchBatch(entries: [entry]))
        } catch {
            logger.error("The count of unannounced jobs could not be stored", metadata: ["error": "\(error)"])
        }
    }

    private func pause(_ cadence: Cadence, isActive: Bool) async {
        let now = parts.time.now()
        if cadence.allowsReading(at: now) {
            await wakeup.wait(milliseconds: cadence.pause(isActive: isActive, at: now), time: parts.time)
        } else {
            // The service asked for quiet: a hook must not break it. The signal is kept for afterwards.
            try? await parts.time.sleep(milliseconds: cadence.pause(isActive: isActive, at: now))
        }
    }

    /// The pool's id, asked for until it is known.
    private func resolve() async -> PoolPolicy? {
        var cadence = makeCadence()
        while !Task.isCancelled {
            do {
                let policy = PoolPolicy(
                    id: try await pool.port.poolID(), name: pool.name,
                    organization: OrganizationKey(url: configuration.organizationURL), profiles: pool.profiles,
                    maximumAgents: pool.maximumAgents, maximumAgentsPerProject: pool.maximumAgentsPerProject)
                for observer in parts.poolObservers { observer.poolResolved(policy) }
                parts.directory.enter(.init(policy: policy, whenInterrupted: pool.whenInterrupted, port: pool.port))
                logger.info("The pool is served", metadata: ["pool.id": "\(policy.id)"])
                return policy
            } catch {
                guard !Task.isCancelled else { return nil }
                cadence.failed(error, at: parts.time.now())
                parts.directory.setProblem(error.message, of: pool.name)
                // Only a service that has answered can say that there is none.
                let message: Logger.Message =
                    error.code == .invalid ? "The pool could not be found" : "The pool could not be looked up"
                logger.error(message, metadata: ["error": "\(error)"])
                try? await parts.time.sleep(milliseconds: cadence.pause(isActive: true, at: parts.time.now()))
            }
        }
        return nil
    }

    private func makeCadence() -> Cadence {
        Cadence(activeMilliseconds: configuration.activeSweepMilliseconds, sweepSeconds: pool.sweepSeconds)
    }
}
