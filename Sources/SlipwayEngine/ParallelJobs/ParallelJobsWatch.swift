internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Reads the organization's limit of self-hosted parallel jobs and their use, for the planner. A loop of its own: no reading of
/// a pool waits for it, and what can't be read limits nothing.
final class ParallelJobsWatch: LaunchObserver {
    private let port: (any ParallelJobsPort)?
    private let heldMilliseconds: Int64
    private let store: any LedgerStore
    private let time: any TimeSource
    private let logger: Logger
    private let state = Mutex(ParallelJobsState())
    private let wakeup = Wakeup()

    /// - Parameter port: nil: there is no limit.
    init(
        port: (any ParallelJobsPort)?, heldMilliseconds: Int64, store: any LedgerStore, time: any TimeSource,
        logger: Logger
    ) {
        self.port = port
        self.heldMilliseconds = heldMilliseconds
        self.store = store
        self.time = time
        self.logger = logger
    }

    // MARK: For the pools

    /// Nil: nothing is known to be limited.
    var reading: ParallelJobs? { state.withLock(\.reading) }

    /// Launches of other pools that were decided on and aren't in the book yet, and how many plans were made by then.
    func decidedElsewhere(than pool: PoolID) -> (launches: Int, plans: Int) {
        state.withLock { ($0.decidedElsewhere(than: pool), $0.plans) }
    }

    /// Takes a plan, unless another pool has decided on launches since `plans` were counted: then it answers false.
    ///
    /// - Parameter plans: nil: it is taken whatever others did.
    func take(_ decisions: [Decision], of pool: PoolID, after plans: Int?) -> Bool {
        let begins: Bool? = state.withLock { state in
            state.plans == plans ?? state.plans ? state.planned(decisions, in: pool) : nil
        }
        if begins == true { wakeup.signal() }
        return begins != nil
    }

    func settled(_ pool: PoolID) { state.withLock { $0.settled(pool) } }

    /// A job of ours has begun or ended: the use has changed, and somebody waits for it.
    func launchChanged(from old: Launch?, to new: Launch) {
        guard old?.state.isBusy != new.state.isBusy, state.withLock(\.isHolding) else { return }
        wakeup.signal()
    }

    /// Why there is no limit although there should be; nil: all is well.
    var note: String? {
        state.withLock(\.refusal).map {
            "the organization's limit of parallel jobs can't be read, so there may be agents that idle: \($0.message)"
        }
    }

    // MARK: The loop

    func run() async {
        guard let port else { return }
        var cadence = ParallelJobsCadence(heldMilliseconds: heldMilliseconds)
        var changes = FailureChange()
        var known: ParallelJobsState.Knowledge?
        while !Task.isCancelled {
            await look(port, &cadence, &changes, &known)
            await pause(cadence)
        }
    }

    private func look(
        _ port: any ParallelJobsPort, _ cadence: inout ParallelJobsCadence, _ changes: inout FailureChange,
        _ known: inout ParallelJobsState.Knowledge?
    ) async {
        let askedAt = time.now()
        do {
            let use = try await port.use()
            cadence.succeeded()
            if changes.succeeded("use") { logger.notice("The parallel jobs can be read again") }
            let knowledge = state.withLock { $0.read(use, at: askedAt) }
            await record(knowledge, nil, &known)
        } catch {
            guard !Task.isCancelled else { return }
            let now = time.now()
            cadence.failed(error, at: now)
            if changes.failed("use", error) { tell(error) }
            if let knowledge = state.withLock({ $0.failed(error, at: now) }) { await record(knowledge, error, &known) }
        }
    }

    private func tell(_ error: PortError) {
        let message: Logger.Message =
            error.isRefusal
            ? "The organization's limit of parallel jobs can't be read; launches are made without it"
            : "The organization's parallel jobs could not be read, and are asked for again"
        logger.warning(message, metadata: ["error": "\(error)"])
    }

    /// Only what is news, also compared with what an earlier process knew. That there is no limit is none.
    private func record(
        _ knowledge: ParallelJobsState.Knowledge, _ error: PortError?, _ known: inout ParallelJobsState.Knowledge?
    ) async {
        guard known != knowledge else { return }
        do {
            if known == nil {
                let subject = ParallelJobsState.Knowledge.ledgerSubject
                known =
                    try await store.newestRecords(about: subject, limit: 1).first
                    .flatMap(ParallelJobsState.Knowledge.init) ?? .unlimited
            }
            if known != knowledge {
                try await store.commit(LaunchBatch(entries: [knowledge.entry(at: time.now(), because: error)]))
            }
            known = knowledge
        } catch {
            // Not known as recorded, so the next reading tries again.
            logger.error("The limit of parallel jobs could not be stored", metadata: ["error": "\(error)"])
        }
    }

    private func pause(_ cadence: ParallelJobsCadence) async {
        let now = time.now()
        if let until = cadence.pausedUntil {
            // The service asked for quiet, or has nothing to tell: nothing that happens here may break it.
            try? await time.sleep(milliseconds: max(1, until.millisecondsSince(now)))
            return
        }
        let (isHolding, isLimited) = state.withLock { ($0.isHolding, $0.isLimited) }
        let pause = cadence.pause(isHolding: isHolding, isLimited: isLimited)
        await wakeup.wait(milliseconds: pause, time: time)
        let rest = cadence.closestMilliseconds - time.now().millisecondsSince(now)
        if rest > 0, !Task.isCancelled { try? await time.sleep(milliseconds: rest) }
    }
}

extension LaunchState {
    fileprivate var isBusy: Bool { if case .busy = self { true } else { false } }
}
