internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Tells pipeline runs, where the pool's policy says so, that no further launch is made for one of their jobs. A loop of its
/// own: no reading of a pool waits for it.
///
/// A notice is tried with growing pauses for as long as its job waits, up to a day. After a start the planner refuses the same jobs
/// again, and the ledger tells which runs were told already.
final class RunNotices: Sendable {
    private let runs: (any RunPort)?
    private let time: any TimeSource
    private let store: any LedgerStore
    private let logger: Logger
    private let waiting = Mutex(WaitingNotices())
    private let wakeup = Wakeup()

    /// Of a job request's records; it has one of each refusal and each notice.
    private static let maximumRecordsRead = 200

    init(runs: (any RunPort)?, time: any TimeSource, store: any LedgerStore, logger: Logger) {
        self.runs = runs
        self.time = time
        self.store = store
        self.logger = logger
    }

    /// Callable from anywhere; returns at once.
    func add(_ decision: Decision, origin: JobOrigin, _ what: GivenUp, of pool: PoolID, _ port: any AgentPoolPort) {
        guard runs != nil, what != .leave, let request = decision.request, let run = origin.runID,
            let project = origin.projectID
        else { return }
        let notice = RunNotice(
            key: .init(pool: pool, request: request), run: run, project: project, what: what,
            reason: decision.reason, port: port)
        let now = time.now()
        let over = waiting.withLock { $0.add(notice, at: now) }
        if let notice = over.leftOut { logUntold(notice, "too many others wait") }
        if let notice = over.unrecorded { logUnrecorded(notice) }
        wakeup.signal()
    }

    func run() async {
        guard let runs else { return }
        while !Task.isCancelled {
            let now = time.now()
            let next = waiting.withLock { $0.next(at: now) }
            guard let item = next.due else {
                await wakeup.wait(milliseconds: next.pauseMilliseconds, time: time)
                continue
            }
            switch item.step {
            case .tell: await tell(item, runs)
            case .record(let entry): await record(entry, item)
            }
        }
    }

    // MARK: Telling

    private func tell(_ item: WaitingNotices.Item, _ runs: any RunPort) async {
        let notice = item.notice
        do {
            guard try await !isTold(notice) else { return forget(notice) }
            // Some other agent of the pool may have taken it since: then the run goes on.
            let request = try await notice.port.jobRequest(notice.key.request)
            if notice.what == .cancel, item.mayBeTold, request?.result == "canceled" {
                return end(notice, notice.toldEntry(at: time.now()))
            }
            guard let request, request.isWaiting else { return forget(notice) }
        } catch {
            return failed(item, error)
        }
        do {
            switch notice.what {
            case .leave: return forget(notice)
            case .tag: try await runs.addTag(GivenUp.runTag, run: notice.run, project: notice.project)
            case .cancel: try await runs.cancel(run: notice.run, project: notice.project)
            }
        } catch {
            return failed(
                item, error, isRefused: error.code == .forbidden || error.code == .invalid, mayBeTold: true)
        }
        end(notice, notice.toldEntry(at: time.now()))
    }

    /// By this process or an earlier one.
    private func isTold(_ notice: RunNotice) async throws(StoreError) -> Bool {
        try await store.newestRecords(about: notice.subject, limit: Self.maximumRecordsRead)
            .contains { $0.kind == notice.toldKind }
    }

    private func failed(
        _ item: WaitingNotices.Item, _ error: any Error, isRefused: Bool = false, mayBeTold: Bool = false
    ) {
        guard !Task.isCancelled else { return }
        let now = time.now()
        if isRefused || item.isTooOld(at: now) {
            logUntold(item.notice, "\(error)")
            return end(item.notice, item.notice.untoldEntry("\(error)", at: now))
        }
        // The first of a row, and now and then a later one.
        if item.failures.isMultiple(of: 20) {
            logger.error(
                "A pipeline run could not be told that a job is given up, and is told later",
                metadata: ["run": "\(item.notice.run)", "error": "\(error)", "attempt": "\(item.failures + 1)"])
        }
        let asked = (error as? PortError)?.retryAfterSeconds
        waiting.withLock { $0.failed(item.notice, mayBeTold: mayBeTold, askedSeconds: asked, at: now) }
    }

    // MARK: Recording

    /// What was done is not done again because it could not be recorded.
    private func record(_ entry: LedgerEntry, _ item: WaitingNotices.Item) async {
        do {
            try await store.commit(LaunchBatch(entries: [entry]))
            forget(item.notice)
        } catch {
            let now = time.now()
            guard !item.isTooOld(at: now) else {
                logUnrecorded(item.notice)
                return forget(item.notice)
            }
            if item.failures == 0 {
                logger.error(
                    "What a pipeline run was told could not be recorded, and is recorded later",
                    metadata: ["run": "\(item.notice.run)", "error": "\(error)"])
            }
            waiting.withLock { $0.failed(item.notice, mayBeTold: false, askedSeconds: nil, at: now) }
        }
    }

    private func forget(_ notice: RunNotice) { waiting.withLock { $0.forget(notice) } }

    private func end(_ notice: RunNotice, _ entry: LedgerEntry) {
        let now = time.now()
        if let lost = waiting.withLock({ $0.end(notice, entry, at: now) }) { logUnrecorded(lost) }
    }

    private func logUntold(_ notice: RunNotice, _ why: String) {
        logger.error(
            "A pipeline run is not told that a job is given up; its job stays queued",
            metadata: ["run": "\(notice.run)", "request": "\(notice.key.request)", "reason": "\(why)"])
    }

    private func logUnrecorded(_ notice: RunNotice) {
        logger.error(
            "What a pipeline run was told is not in the ledger, which could not be written",
            metadata: ["run": "\(notice.run)", "request": "\(notice.key.request)"])
    }
}
