internal import Logging
internal import SlipwayCore

/// Tells pipeline runs, where the pool's policy says so, that no further launch is made for one of their jobs. A loop of its
/// own: no reading of a pool waits for it.
final class RunNotices: Sendable {
    private struct Notice: Sendable {
        var request: JobRequestID
        var run: Int
        var project: String
        var what: GivenUp
        var reason: String
        /// The pool that the job waits in.
        var pool: any AgentPoolPort
    }

    private let runs: (any RunPort)?
    private let time: any TimeSource
    private let book: LaunchBook
    private let logger: Logger
    private let notices: AsyncStream<Notice>
    private let continuation: AsyncStream<Notice>.Continuation

    /// Beyond so many that wait the oldest are left out: their jobs stay queued, as without the policy.
    private static let maximumWaiting = 1_000
    private static let maximumTries = 3

    init(runs: (any RunPort)?, time: any TimeSource, book: LaunchBook, logger: Logger) {
        self.runs = runs
        self.time = time
        self.book = book
        self.logger = logger
        (notices, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.maximumWaiting))
    }

    /// Callable from anywhere; returns at once.
    func add(_ decision: Decision, origin: JobOrigin, _ what: GivenUp, in pool: any AgentPoolPort) {
        guard runs != nil, what != .leave, let request = decision.request, let run = origin.runID,
            let project = origin.projectID
        else { return }
        continuation.yield(
            Notice(request: request, run: run, project: project, what: what, reason: decision.reason, pool: pool))
    }

    func run() async {
        guard let runs else { return }
        for await notice in notices { await deliver(notice, runs) }
    }

    private func deliver(_ notice: Notice, _ runs: any RunPort) async {
        for attempt in 1...Self.maximumTries where !Task.isCancelled {
            do {
                switch notice.what {
                case .leave: return
                case .tag: try await runs.addTag(GivenUp.runTag, run: notice.run, project: notice.project)
                case .cancel:
                    // Some other agent of the pool may have taken it since: then the run goes on.
                    guard try await notice.pool.jobRequest(notice.request)?.isWaiting == true else { return }
                    try await runs.cancel(run: notice.run, project: notice.project)
                }
                try await record(notice)
                return
            } catch {
                logger.error(
                    "A pipeline run could not be told that a job is given up",
                    metadata: ["run": "\(notice.run)", "error": "\(error)", "attempt": "\(attempt)"])
                try? await time.sleep(milliseconds: Int64(attempt) * 5_000)
            }
        }
    }

    private func record(_ notice: Notice) async throws(StoreError) {
        var facts = LedgerFacts()
        facts["run"] = .integer(Int64(notice.run))
        facts["project"] = .text(notice.project)
        facts["reason"] = .text(notice.reason)
        let entry = LedgerEntry(
            at: time.now(), kind: notice.what == .tag ? "run.tagged" : "run.cancelled",
            subject: "request-\(notice.request)", facts: facts)
        try await book.record(entry)
    }
}
