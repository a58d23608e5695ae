/// What the records of one launch tell of it, each fact as the newest of them that has it: what its row is held against.
///
/// A fact of a name that is not known here is passed over, and what was never told is not compared: other versions told
/// more or less.
public struct LaunchTelling: Hashable, Sendable {
    /// Of the newest record that was taken.
    public private(set) var version = 0
    private var opening: [String: LedgerFacts.Fact] = [:]
    private var later: [String: LedgerFacts.Fact] = [:]
    /// The run of the job that its agent has, where it is told; nil of one that is its own.
    private var ranRun: LedgerFacts.Fact?
    private var hasAnothersJob = false
    /// Which run its agent has a job of can't be told any more: what was known of one may be forgotten without a word.
    private var isRunInDoubt = false

    public init() {}

    /// Takes the next record about it, in the ledger's order. Of `launch.overdue` nothing is taken: it is no change of it.
    public mutating func take(kind: String, facts: [String: LedgerFacts.Fact]) {
        guard kind != "launch.overdue" else { return }
        guard kind != "launch.planned" else {
            opening = facts.filter { Self.openingNames.contains($0.key) }
            return
        }
        if case .integer(let number)? = facts["version"] { version = Int(clamping: number) }
        forget(by: facts)
        for (name, fact) in facts where Self.laterNames.contains(name) { later[name] = fact }
        // Names that mean something else in other records.
        if kind != "launch.cleaning", let cause = facts["cause"] { later["cause"] = cause }
        if kind == "launch.closed", let reason = facts["reason"] { later["reason"] = reason }
    }

    /// What is gone with the job that its agent had, and with the run that it was of.
    private mutating func forget(by facts: [String: LedgerFacts.Fact]) {
        let event = facts["event"]
        let before = run
        let isOfAnothersJob = Self.originNames.contains { facts[$0] != nil }
        if facts["ran"] != nil || facts["leftBehind"] != nil || event == .text("jobWithdrawn") {
            for name in ["ran", "result"] + Self.originNames { later[name] = nil }
            // Whose job it has now is not told where it is the same as before.
            if hasAnothersJob, !isOfAnothersJob { isRunInDoubt = true }
            (hasAnothersJob, ranRun) = (false, nil)
        }
        if isOfAnothersJob { (hasAnothersJob, ranRun) = (true, facts["run"]) }
        if run != before {
            forgetRun()
            // Of one whose beginning was pruned the first run is not known.
            if opening.isEmpty { isRunInDoubt = true }
        }
        if event == .text("runDescribed") {
            forgetRun()
            isRunInDoubt = false
        }
    }

    private var run: LedgerFacts.Fact? { hasAnothersJob ? ranRun : opening["run"] }

    private mutating func forgetRun() {
        for name in Self.runNames { later[name] = nil }
    }

    /// The name of a fact that the launch has otherwise than its records tell it; nil: there is none. Only a launch of this
    /// very `version` can be held against it.
    public func contradiction(of launch: Launch) -> String? {
        let opened = launch.openingEntry().facts
        if let name = opening.keys.sorted().first(where: { opening[$0] != opened[$0] }) { return name }
        let now = launch.tellableFacts
        // What is left behind a second time is not told again.
        let isJobLeft = launch.ran == nil && launch.leftBehind.map { later["ran"] == .integer($0.rawValue) } == true
        return later.keys.sorted().first { name in
            if isJobLeft, name == "ran" || name == "result" || Self.originNames.contains(name) { return false }
            if isRunInDoubt || isJobLeft, launch.run == nil, Self.runNames.contains(name) { return false }
            return later[name] != now[name]
        }
    }

    // MARK: Names

    static let originNames = [
        "project", "pipeline", "pipelineName", "run", "runName", "jobID", "jobName", "jobQueuedAt",
    ]
    static let runNames: Set = [
        "requestedFor", "requestedBy", "cause", "repository", "branch", "commit", "queuedAt", "projectName",
    ]
    static let openingNames = Set(
        originNames + [
            "pool", "profile", "ordinal", "reason", "request", "booking", "agentName", "cpu", "memory",
            "ephemeralStorageGiB", "taskDefinition", "isWarm",
        ])
    /// Without `cause` and `reason`.
    static let laterNames = runNames.subtracting(["cause"]).union(originNames).union([
        "attempt", "agentTask", "placement", "problem", "result", "agent", "claimedBy", "leftBehind", "ran",
        "stopReason", "stopCode", "exitCode",
        // Of `AgentTaskFacts`.
        "region", "capacityProvider", "launchType", "availabilityZone", "platformFamily", "architecture",
        "platformVersion", "taskDefinition", "image", "imageDigest", "subnet", "networkInterface", "privateAddress",
        "cpu", "memory", "ephemeralStorageGiB", "createdAt", "pullStartedAt", "startedAt", "stoppedAt",
        // Of `AgentTaskDefinition`.
        "definition", "taskRole", "executionRole", "networkMode", "securityGroups", "secrets",
    ])
    /// What is told of a change itself, and is nothing that a launch has, such as what it cost by the prices of that day; and
    /// the outcome, which is compared with the last record by itself.
    static let passingNames: Set = [
        "outcome", "cost", "costUnknown", "currency", "pricesAsOf", "billedSeconds",
        "event", "version", "from", "isRegistered", "isOrphaned", "isClaimMisused", "claimedFrom", "agentTaskStatus",
    ]
}
