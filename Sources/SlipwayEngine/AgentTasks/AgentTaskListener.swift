internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Follows the agent tasks by what the cluster tells by itself: takes messages, applies them, and drops them once what
/// they changed is on disk. So each is applied at least once, and once more does no harm.
final class AgentTaskListener: Sendable {
    private let parts: EngineParts
    private let port: any AgentTaskEventPort
    private let recorder: AgentTaskRecorder
    private let trust: EventTrust
    private let tally = Mutex<[String: Int]>([:])

    /// A port that doesn't wait for messages must not be asked without a pause.
    static let minimumPollMilliseconds: Int64 = 1_000
    static let maximumPauseSeconds = 60

    init(parts: EngineParts, port: any AgentTaskEventPort, trust: EventTrust) {
        self.parts = parts
        self.port = port
        self.trust = trust
        recorder = AgentTaskRecorder(parts: parts)
    }

    /// How many messages were applied, and how many not, by reason.
    var counts: [String: Int] { tally.withLock { $0 } }

    func run() async {
        var failures = 0
        var versions = AgentTaskVersions()
        while !Task.isCancelled {
            let began = parts.time.now()
            do {
                let messages = try await port.receive()
                try await deal(with: messages, &versions)
                if failures > 0 { parts.logger.notice("The event queue is read again") }
                failures = 0
                if messages.isEmpty { await pause(since: began) }
            } catch  where Task.isCancelled {
                return
            } catch {
                failures += 1
                trust.readingFailed()
                report(error, failures)
                await pause(after: error, failures)
            }
        }
    }

    private func deal(with messages: [AgentTaskMessage], _ versions: inout AgentTaskVersions) async throws {
        let sorted = await sort(messages, versions)
        try await recorder.record(sorted.applied.map(\.sighting))
        for item in sorted.applied { versions.record(item.observation) }
        trust.read(hasTold: sorted.hasTold, at: parts.time.now())
        await forgetWhatIsOver(&versions)
        guard !sorted.dropped.isEmpty else { return }
        let left = try await port.acknowledge(sorted.dropped)
        if left > 0 {
            parts.logger.debug("Messages of the event queue were not dropped", metadata: ["count": "\(left)"])
        }
    }

    private struct Sorted {
        struct Applied {
            var observation: AgentTaskObservation
            var sighting: AgentTaskRecorder.Sighting
        }

        /// Older versions first.
        var applied: [Applied] = []
        /// To be acknowledged, the applied ones included.
        var dropped: [AgentTaskMessage.Receipt] = []
        /// Whether any is news of a launch that is open.
        var hasTold = false
    }

    private func sort(_ messages: [AgentTaskMessage], _ versions: AgentTaskVersions) async -> Sorted {
        var sorted = Sorted()
        for message in messages {
            var launch: Launch?
            var newest: Int?
            if case .observation(let observation) = message.content {
                launch = await parts.book.launch(observation.launch)
                newest = versions[observation.agentTask]
                if case .stopped = observation.status {
                    trust.told(stopOf: observation.agentTask, at: parts.time.now())
                }
            }
            let verdict = message.verdict(launch: launch, newestVersion: newest)
            count(verdict, message)
            switch verdict {
            case .apply:
                if case .observation(let observation) = message.content, let launch {
                    sorted.applied.append(
                        .init(
                            observation: observation,
                            sighting: .init(
                                launch: launch, status: observation.status, facts: observation.facts)))
                }
                sorted.dropped.append(message.receipt)
                sorted.hasTold = true
            case .drop:
                sorted.dropped.append(message.receipt)
            case .leave(let kind):
                if kind == .early { sorted.hasTold = true }
            }
        }
        sorted.applied.sort { ($0.observation.version ?? .max) < ($1.observation.version ?? .max) }
        return sorted
    }

    private func forgetWhatIsOver(_ versions: inout AgentTaskVersions) async {
        guard versions.isFull else { return }
        versions.forget(allBut: Set(await parts.book.all().compactMap(\.agentTask)))
    }
}

// MARK: Telling and pausing

extension AgentTaskListener {
    private func count(_ verdict: AgentTaskVerdict, _ message: AgentTaskMessage) {
        let name =
            switch verdict {
            case .apply: "applied"
            case .drop(let kind), .leave(let kind): kind.rawValue
            }
        let isFirst = tally.withLock { tally in
            tally[name, default: 0] += 1
            return tally[name] == 1
        }
        guard isFirst, case .drop(let kind) = verdict else { return }
        switch (kind, message.content) {
        case (.foreign, .foreign(let what)):
            parts.logger.notice(
                "The event queue holds what is of no launch; make its rule narrower", metadata: ["message": "\(what)"])
        case (.unreadable, .unreadable(let reason)):
            parts.logger.warning(
                "A message of the event queue can't be read and is dropped", metadata: ["reason": "\(reason)"])
        case (.abandoned, _):
            parts.logger.warning(
                "A message of the event queue is given up",
                metadata: ["receives": "\(message.receiveCount)"])
        default: break
        }
    }

    /// The first failure of a row, and now and then a later one.
    private func report(_ error: any Error, _ failures: Int) {
        guard failures == 1 || failures.isMultiple(of: 20) else { return }
        parts.logger.error(
            "The event queue can't be read; agent tasks are followed by asking the cluster",
            metadata: ["error": "\(error)", "failures": "\(failures)"])
    }

    private func pause(since began: Timestamp) async {
        let left = Self.minimumPollMilliseconds - max(0, parts.time.now().millisecondsSince(began))
        if left > 0 { try? await parts.time.sleep(milliseconds: left) }
    }

    private func pause(after error: any Error, _ failures: Int) async {
        let regular = backoff(failures, first: 1, limit: Self.maximumPauseSeconds, doublings: 6)
        let asked = (error as? PortError)?.retryAfterSeconds ?? 0
        let seconds = min(Self.maximumPauseSeconds, max(regular, asked))
        try? await parts.time.sleep(milliseconds: Int64(seconds) * 1_000)
    }
}
