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
    /// While the looks fail. Milliseconds.
    private static let longestPause: Int64 = 300_000
    /// Within which the end of every agent task is known.
    private let graceSeconds: Int
    private static let maximumRecordsRead = 5_000
    /// In a row, after which what can't be read is taken to be the trouble, and not the service.
    private static let failuresOfOneThing = 5

    init(
        runs: (any RunPort)?, sweepSeconds: Int, followsEvents: Bool, directory: PoolDirectory, store: any LedgerStore,
        time: any TimeSource, logger: Logger
    ) {
        // While events tell enough, the cluster is asked once a minute.
        graceSeconds = max(2 * sweepSeconds, followsEvents ? 130 : 0) + 5
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
        let decisions = records.compactMap(StageDecision.init)
        for decision in decisions { if let run = decision.run { runs.add(run, at: decision.at) } }
        let ended = Set(decisions.filter { $0.kind != .retrying }.map(\.request))
        let called = Dictionary(
            decisions.filter { $0.kind == .retrying }.map { ($0.request, $0.stage) },
            uniquingKeysWith: { first, _ in first })
        let now = time.now()
        for job in records.compactMap(InterruptedJob.init)
        where !ended.contains(job.request) && now < job.at.adding(seconds: InterruptedStages.seconds) {
            _ = stages.withLock { $0.add(job, calledFor: called[job.request] ?? nil) }
        }
    }

    func run() async {
        var failures = 0
        while !Task.isCancelled {
            var pause: Int64
            do throws(PortError) {
                try await look()
                failures = 0
                pause = self.pause(at: time.now())
            } catch {
                guard !Task.isCancelled else { return }
                // The first of a row, and now and then a later one.
                if failures.isMultiple(of: 20) {
                    logger.warning("Interrupted stages could not be looked at", metadata: ["error": "\(error)"])
                }
                failures += 1
                pause = backoff(failures + 1, first: Self.soonMilliseconds, limit: Self.longestPause, doublings: 6)
                pause = max(pause, Int64(error.retryAfterSeconds ?? 0) * 1_000)
            }
            await wakeup.wait(milliseconds: pause, time: time)
        }
    }

    /// Some failures end it, since the next call would meet them too. One alone may be about a single run or request, which is
    /// asked for again at the next look, after the others.
    private func look() async throws(PortError) {
        let now = time.now()
        var failures = Failures()
        for item in stages.withLock({ $0.tooOld(at: now) }) {
            await leave(item, item.problem ?? "its stage was not over within a day")
        }
        try await resolve(&failures)
        for items in stages.withLock({ $0.byRun }) {
            do throws(PortError) {
                try await decide(on: items)
                failures.isServiceThere = true
            } catch {
                for item in items { note(error, of: item) }
                try failures.add(error)
            }
        }
        if let last = failures.last, !failures.isServiceThere { throw last }
    }

    /// Of one look, those that needn't be about one thing.
    private struct Failures {
        private(set) var last: PortError?
        private var count = 0
        /// Another call was answered.
        var isServiceThere = false

        /// Throws where all calls would fail.
        mutating func add(_ error: PortError) throws(PortError) {
            guard !error.isAboutOneThing else { return }
            count += 1
            last = error
            guard error.code == .unavailable, error.retryAfterSeconds == nil, count < 3 else { throw error }
        }
    }

    private func note(_ error: PortError, of item: InterruptedStages.Item) {
        guard var item = stages.withLock({ $0.items[item.job.request] }) else { return }
        item.failures += 1
        // The service may be out: a sibling that can't be read now is waited for, for a while.
        guard error.isAboutOneThing || item.failures >= Self.failuresOfOneThing else { return update(item) }
        if item.problem == nil {
            logger.warning(
                "What became of an interrupted job can't be read",
                metadata: ["request": "\(item.job.request)", "error": "\(error)"])
        }
        item.problem = error.message
        update(item)
    }

    /// What could not be read for a while was read: the next failure is told again, and is no reason for what comes of it.
    private func noProblem(_ item: InterruptedStages.Item) {
        guard item.problem != nil || item.failures > 0 else { return }
        var item = item
        item.problem = nil
        item.failures = 0
        update(item)
    }

    private func pause(at now: Timestamp) -> Int64 {
        guard let newest = stages.withLock({ $0.items.values.map(\.job.at).max() }) else { return 3_600_000 }
        if now < newest.adding(seconds: 120) { return Self.soonMilliseconds }
        return now < newest.adding(seconds: 1_200) ? Self.laterMilliseconds : 4 * Self.laterMilliseconds
    }

    /// Of which run each is a job, once the job is over.
    private func resolve(_ failures: inout Failures) async throws(PortError) {
        for var item in stages.withLock({ $0.unknown }) {
            guard let pool = directory[item.job.pool] else { continue }
            let found: JobRequest?
            do throws(PortError) {
                found = try await pool.port.jobRequest(item.job.request)
            } catch {
                note(error, of: item)
                try failures.add(error)
                continue
            }
            failures.isServiceThere = true
            item.problem = nil
            item.failures = 0
            guard let request = found else {
                await leave(item, "the service no longer knows its job request")
                continue
            }
            guard request.isFinished else {
                item.outlivedItsAgent = time.now() >= item.job.at.adding(seconds: 30)
                update(item)
                continue
            }
            if let reason = item.reasonToLeave(request) {
                await leave(item, reason)
                continue
            }
            item.origin = request.origin
            if let run = request.origin.runID { runs.add(run, at: item.job.at) }
            update(item)
        }
    }

    private func decide(on items: [InterruptedStages.Item]) async throws(PortError) {
        guard let port, let origin = items.first?.origin, let run = origin.runID, let project = origin.projectID else {
            for item in items { await leave(item, "runs can't be changed") }
            return
        }
        let wanted = items.filter { directory[$0.job.pool]?.whenInterrupted == .retryStage }
        for item in items where !wanted.contains(item) {
            await leave(item, "the pool's policy whenInterrupted is \(WhenInterrupted.leave.rawValue)")
        }
        guard !wanted.isEmpty else { return }
        guard let timeline = try await port.timeline(run: run, project: project) else {
            for item in wanted { await leave(item, "the run has no timeline") }
            return
        }
        let jobs = Set(items.compactMap(\.timelineID))
        var due: [String: [InterruptedStages.Item]] = [:]
        for item in wanted {
            switch StageRetry(of: item.timelineID ?? "", interrupted: jobs, in: timeline) {
            case .wait: noProblem(item)
            case .alreadyRetried(let stage):
                if item.calledFor == nil {
                    await leave(item, "stage \(stage) has been run again before")
                } else {
                    await end(item, .retried, stage: stage, StageDecision.why)
                }
            case .leave(let why): if let item = settled(item) { await leave(item, why) }
            case .retry(let stage): if let item = settled(item) { due[stage, default: []].append(item) }
            }
        }
        for (stage, items) in due.sorted(by: { $0.key < $1.key }) {
            try await retry(stage, of: items, run, project, port)
        }
    }

    /// Notes that its stage is over. Answers it, as noted, once that has been so for long enough to know of every sibling
    /// whether it was interrupted too; one whose request could not be read yet may be one.
    private func settled(_ item: InterruptedStages.Item) -> InterruptedStages.Item? {
        let now = time.now()
        var item = item
        let since = item.isStageOverSince ?? now
        item.isStageOverSince = since
        item.problem = nil
        item.failures = 0
        update(item)
        let run = item.origin?.runID
        let hasUnknown = stages.withLock { stages in
            stages.unknown.contains {
                // One that can't be read would hold all of its pool up for a day.
                $0.job.pool == item.job.pool && ($0.job.run ?? run) == run && $0.problem == nil
            }
        }
        return now >= since.adding(seconds: graceSeconds) && !hasUnknown ? item : nil
    }

    private func retry(
        _ stage: String, of items: [InterruptedStages.Item], _ run: Int, _ project: String, _ port: any RunPort
    ) async throws(PortError) {
        let now = time.now()
        // A call whose answer was lost shows in the timeline after a while. Until then it is not repeated.
        guard !items.contains(where: { $0.calledFor != nil && now < ($0.calledAt ?? now).adding(seconds: 60) }) else {
            return
        }
        let notes = items.map { StageDecision(.retrying, $0, stage: stage, because: StageDecision.why, at: now).entry }
        guard await record(notes) else { return }
        for var item in items {
            item.calledFor = stage
            item.calledAt = now
            update(item)
        }
        do throws(PortError) {
            try await port.retryStage(stage, run: run, project: project)
        } catch {
            guard error.code == .forbidden || error.code == .invalid else { throw error }
            // Refused, unless an earlier call had taken effect: then the timeline tells it.
            for item in items where item.calledFor == nil { await leave(item, error.message) }
            return
        }
        logger.info(
            "A stage is run again, since Spot capacity was taken back under its jobs",
            metadata: ["run": "\(run)", "stage": "\(stage)", "jobs": "\(items.count)"])
        for item in items { await end(item, .retried, stage: stage, StageDecision.why) }
    }

    private func update(_ item: InterruptedStages.Item) { stages.withLock { $0.update(item) } }

    private func leave(_ item: InterruptedStages.Item, _ why: String) async { await end(item, .left, why) }

    private func end(
        _ item: InterruptedStages.Item, _ kind: StageDecision.Kind, stage: String? = nil, _ why: String
    ) async {
        // Not recorded: the next look comes to the same, and of a stage that was run again the timeline tells it.
        guard await record([StageDecision(kind, item, stage: stage, because: why, at: time.now()).entry]) else {
            return
        }
        stages.withLock { $0.remove(item.job.request) }
    }

    private func record(_ entries: [LedgerEntry]) async -> Bool {
        do {
            try await store.commit(LaunchBatch(entries: entries))
            return true
        } catch {
            logger.error("What becomes of an interrupted stage was not recorded", metadata: ["error": "\(error)"])
            return false
        }
    }
}

extension PortError {
    /// Another call may well succeed.
    fileprivate var isAboutOneThing: Bool { code == .forbidden || code == .invalid }
}
