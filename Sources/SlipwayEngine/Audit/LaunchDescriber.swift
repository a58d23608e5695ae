internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Reads what an auditor asks of a launch and no decision needs: who queued its run and of which commit, and what its agent
/// task was started from. A loop of its own, one call at a time, so nothing on the way to an agent waits for it. What can't
/// be read while the launch is open stays unknown.
final class LaunchDescriber: LaunchObserver {
    private let runs: (any RunPort)?
    private let agentTasks: any AgentTaskPort
    private let directory: PoolDirectory
    private let time: any TimeSource
    private let logger: Logger
    private let queue = Mutex(DescriptionQueue())
    private let wakeup = Wakeup()

    init(
        runs: (any RunPort)?, agentTasks: any AgentTaskPort, directory: PoolDirectory, time: any TimeSource,
        logger: Logger
    ) {
        self.runs = runs
        self.agentTasks = agentTasks
        self.directory = directory
        self.time = time
        self.logger = logger
    }

    func launchChanged(from old: Launch?, to new: Launch) {
        let container = directory.profile(of: new)?.container
        let now = time.now()
        if queue.withLock({ $0.note(new, container: container, at: now) }) { wakeup.signal() }
    }

    func run(_ book: LaunchBook) async {
        for launch in await book.all() { launchChanged(from: nil, to: launch) }
        var changes = FailureChange()
        while !Task.isCancelled {
            let now = time.now()
            let next = queue.withLock { $0.next(at: now) }
            guard let question = next.question else {
                await wakeup.wait(milliseconds: next.pauseMilliseconds, time: time)
                continue
            }
            do {
                let answer: DescriptionQueue.Answer
                if let known = next.answer { answer = known } else { answer = try await ask(question) }
                _ = changes.succeeded(question.kind)
                await record(answer, to: question, queue.withLock { $0.answered(question, answer) }, book)
            } catch {
                failed(question, error, &changes)
            }
        }
    }

    private func ask(_ question: DescriptionQueue.Question) async throws(PortError) -> DescriptionQueue.Answer {
        switch question {
        case .run(let run, let project):
            guard let facts = try await runs?.facts(run: run, project: project) else { return .none }
            return .run(facts)
        case .definition(let id, let container):
            guard let definition = try await agentTasks.definition(id, container: container) else { return .none }
            return .definition(definition)
        }
    }

    private func record(
        _ answer: DescriptionQueue.Answer, to question: DescriptionQueue.Question, _ launches: Set<LaunchID>,
        _ book: LaunchBook
    ) async {
        for id in launches.sorted() {
            guard let launch = await book.launch(id), let event = event(answer, to: question, for: launch) else {
                continue
            }
            do {
                _ = try await book.apply(event, to: id)
            } catch {
                logger.error(
                    "What was read about a launch could not be stored",
                    metadata: ["launch.id": "\(id)", "error": "\(error)"])
            }
        }
    }

    private func event(
        _ answer: DescriptionQueue.Answer, to question: DescriptionQueue.Question, for launch: Launch
    ) -> LaunchEvent? {
        switch answer {
        case .none: return nil
        case .run(let facts):
            guard case .run(let run, _) = question else { return nil }
            return .runDescribed(facts, run: run)
        case .definition(var definition):
            if let profile = directory.profile(of: launch), !profile.placements.isEmpty {
                definition.securityGroups = profile.placements[launch.rung(of: profile)].securityGroups
            }
            return .agentTaskDescribed(definition)
        }
    }

    private func failed(
        _ question: DescriptionQueue.Question, _ error: PortError, _ changes: inout FailureChange
    ) {
        guard !Task.isCancelled else { return }
        if changes.failed(question.kind, error) {
            logger.warning(
                "The ledger will lack \(question.kind) of some launches", metadata: ["error": "\(error)"])
        }
        let now = time.now()
        switch error.code {
        case .forbidden, .invalid: _ = queue.withLock { $0.answered(question, .none) }
        default: queue.withLock { $0.failed(question, askedSeconds: error.retryAfterSeconds, at: now) }
        }
    }
}

extension DescriptionQueue.Question {
    fileprivate var kind: String {
        switch self {
        case .run: "who queued the run and its commit"
        case .definition: "roles, network and names of secrets"
        }
    }
}
