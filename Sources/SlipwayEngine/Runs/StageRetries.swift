internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Runs stages again whose jobs ended because Spot capacity was taken back, where the pool's policy says so: once, when the
/// stage is over, with one call for all its interrupted jobs. A loop of its own.
///
/// That a job was interrupted is committed with the launch's change, and what came of it is recorded, so a start knows what
/// is left to do.
final class StageRetries: LaunchObserver {
    let runs = InterruptedRuns()
    private let port: (any RunPort)?
    private let directory: PoolDirectory
    private let store: any LedgerStore
    private let time: any TimeSource
    private let logger: Logger
    private let stages = Mutex(InterruptedStages())
    private let wakeup = Wakeup()

    /// A stage that has been waited for for a while has jobs that go on for long.
    private static let soonMilliseconds: Int64 = 5_000
    private static let laterMilliseconds: Int64 = 15_000
    /// Within which the end of every agent task is known.
    private let graceSeconds: Int
    private static let maximumRecordsRead = 5_000

    init(
        runs: (any RunPort)?, sweepSeconds: Int, directory: PoolDirectory, store: any LedgerStore,
        time: any TimeSource, logger: Logger
    ) {
        graceSeconds = 2 * sweepSeconds + 5
        port = runs
        self.directory = directory
        self.store = store
        self.time = time
        self.logger = logger
    }

    func launchChanged(from old: Launch?, to new: Launch) {
        let now = time.now()
        guard let job = new.interruptedJob(at: now), old?.interruptedJob(at: now) == nil else { return }
        add(job)
        wakeup.signal()
    }

    private func add(_ job: InterruptedJob) {
        if stages.withLock({ $0.add(job) }) { return }
        logger.error(
            "Too many jobs were interrupted at once; the stage of this one is left as it is",
            metadata: ["request": "\(job.request)", "launch.id": "\(job.launch)"])
    }

    /// What an earlier process left undone.
    func restore() async throws(StoreError) {
        let records = try await store.newestRecords(
            about: InterruptedJob.ledgerSubject, limit: Self.maximumRecordsRead)
        let now = time.now()
        let decided = records.compactMap(StageDecision.init)
        for decision in decided { if let run = decision.run { runs.add(run, at: now) } }
        let requests = Set(decided.map(\.request))
        for job in records.compactMap(InterruptedJob.init)
        where !requests.contains(job.request) && now < job.at.adding(seconds: InterruptedStages.seconds) {
            add(job)
        }
    }

    func run() async {
        while !Task.isCancelled {
            await resolve()
            for items in stages.withLock({ $0.byRun }) { await decide(on: items) }
            await wakeup.wait(milliseconds: pause(at: time.now()), time: time)
        }
    }

    private func pause(at now: Timestamp) -> Int64 {
        guard let newest = stages.withLock({ $0.items.values.map(\.job.at).max() }) else { return 3_600_000 }
        return now < newest.adding(seconds: 60) ? Self.soonMilliseconds : Self.laterMilliseconds
    }

    /// Of which run each is a job.
    private func resolve() async {
        for var item in stages.withLock({ $0.unknown }) {
            guard let pool = directory[item.job.pool] else { continue }
            do {
                guard let request = try await pool.port.jobRequest(item.job.request), let run = request.origin.runID,
                    request.origin.projectID != nil, request.origin.jobID != nil
                else {
                    await end([item], .leave("the service does not tell which run it was a job of"))
                    continue
                }
                item.origin = request.origin
                runs.add(run, at: time.now())
                stages.withLock { $0.update(item) }
            } catch {
                await failed([item], error)
            }
        }
    }

    private func decide(on items: [InterruptedStages.Item]) async {
        guard let port, let origin = items.first?.origin, let run = origin.runID, let project = origin.projectID else {
            return await end(items, .leave("runs can't be changed"))
        }
        let (wanted, others) = items.partitioned { directory[$0.job.pool]?.whenInterrupted == .retryStage }
        await end(others, .leave("the pool's policy whenInterrupted is \(WhenInterrupted.leave.rawValue)"))
        guard !wanted.isEmpty else { return }
        do {
            guard let timeline = try await port.timeline(run: run, project: project) else {
                return await end(wanted, .leave("the run has no timeline"))
            }
            let jobs = Set(items.compactMap(\.timelineID))
            var due: [String: [InterruptedStages.Item]] = [:]
            for var item in wanted {
                guard isSettled(&item, timeline) else { continue }
                switch StageRetry(of: item.timelineID ?? "", interrupted: jobs, in: timeline) {
                case .wait: continue
                case .leave(let why): await end([item], .leave(why))
                case .alreadyRetried(let stage):
                    let decision: StageRetry = item.isRetryCalled ? .retry(stage: stage) : .alreadyRetried(stage: stage)
                    await end([item], decision)
                case .retry(let stage): due[stage, default: []].append(item)
                }
            }
            for (stage, items) in due.sorted(by: { $0.key < $1.key }) {
                await retry(stage, of: items, run, project, port)
            }
        } catch {
            await failed(wanted, error)
        }
    }

    /// Whether its stage has been over for long enough to know of every sibling whether it was interrupted too.
    private func isSettled(_ item: inout InterruptedStages.Item, _ timeline: RunTimeline) -> Bool {
        guard timeline.isStageOver(of: item.timelineID ?? "") else { return false }
        let now = time.now()
        let since = item.isStageOverSince ?? now
        item.isStageOverSince = since
        let changed = item
        stages.withLock { $0.update(changed) }
        return now >= since.adding(seconds: graceSeconds)
    }

    private func retry(
        _ stage: String, of items: [InterruptedStages.Item], _ run: Int, _ project: String, _ port: any RunPort
    ) async {
        do {
            try await port.retryStage(stage, run: run, project: project)
            logger.info(
                "A stage is run again, since Spot capacity was taken back under its jobs",
                metadata: ["run": "\(run)", "stage": "\(stage)", "jobs": "\(items.count)"])
            await end(items, .retry(stage: stage))
        } catch {
            for var item in items {
                item.isRetryCalled = true
                stages.withLock { $0.update(item) }
            }
            await failed(items, error)
        }
    }

    /// A refusal ends it; otherwise the next look tries again, for a day.
    private func failed(_ items: [InterruptedStages.Item], _ error: PortError) async {
        guard !Task.isCancelled else { return }
        logger.warning("An interrupted stage could not be looked at or run again", metadata: ["error": "\(error)"])
        let now = time.now()
        let isRefused = error.code == .forbidden || error.code == .invalid
        let over = items.filter { isRefused || now >= $0.job.at.adding(seconds: InterruptedStages.seconds) }
        await end(over, .leave(error.message))
    }

    private func end(_ items: [InterruptedStages.Item], _ decision: StageRetry) async {
        guard !items.isEmpty else { return }
        let now = time.now()
        let entries = items.map { StageDecision($0, decision).entry(at: now) }
        do {
            try await store.commit(LaunchBatch(entries: entries))
            for item in items { stages.withLock { $0.remove(item.job.request) } }
        } catch {
            // The next look comes to the same, and of a stage that was run again the timeline tells it.
            logger.error("What became of an interrupted stage was not recorded", metadata: ["error": "\(error)"])
            guard case .retry = decision else { return }
            for var item in items {
                item.isRetryCalled = true
                stages.withLock { $0.update(item) }
            }
        }
    }
}

extension InterruptedStages.Item {
    /// The timeline's identifiers are in small letters.
    fileprivate var timelineID: String? { origin?.jobID?.lowercased() }
}

extension Array {
    fileprivate func partitioned(_ belongs: (Element) -> Bool) -> (yes: [Element], no: [Element]) {
        (filter(belongs), filter { !belongs($0) })
    }
}
