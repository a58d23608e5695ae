/// One of the things that must work for Slipway to do its job.
public struct ReadinessCheck: Sendable {
    public var name: String
    /// Nil when it works; else why not, and what to do. Holds no secret.
    public var problem: @Sendable () async -> String?
    /// A note is shown, but Slipway does its job without: it doesn't make it unready.
    public var isNote: Bool

    /// Of the check that fails while an operator has drained Slipway.
    public static let drainedName = "drained"

    public init(name: String, isNote: Bool = false, problem: @escaping @Sendable () async -> String?) {
        self.name = name
        self.isNote = isNote
        self.problem = problem
    }
}

/// What does not work.
struct ReadinessProblem: Hashable, Encodable {
    var name: String
    var reason: String
    var isNote = false

    private enum CodingKeys: CodingKey { case name, reason }
}

/// All checks, made side by side, each for a limited time.
struct Readiness: Sendable {
    let checks: [ReadinessCheck]
    let timeout: Duration

    /// In the order of the checks.
    func problems() async -> [ReadinessProblem] {
        await withTaskGroup(of: (Int, String?).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await reason(check)) }
            }
            var reasons: [Int: String] = [:]
            for await (index, reason) in group { reasons[index] = reason }
            return checks.indices.compactMap { index in
                reasons[index].map {
                    ReadinessProblem(name: checks[index].name, reason: $0, isNote: checks[index].isNote)
                }
            }
        }
    }

    /// A check that doesn't answer must not take the answer of the others with it. It is left behind, so it must not be a
    /// child of this task: that would wait for it.
    private func reason(_ check: ReadinessCheck) async -> String? {
        let (answers, answer) = AsyncStream<String?>.makeStream()
        let asking = Task { answer.yield(await check.problem()) }
        let waiting = Task {
            try await Task.sleep(for: timeout)
            answer.yield("did not answer in time")
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await reason in answers { return reason }
        return "was cancelled"
    }
}
