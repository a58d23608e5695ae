internal import SlipwaySandbox

/// When the server is killed: seen from its n-th call, or from the n-th commit of its store.
enum CrashMoment: String, Sendable, CaseIterable {
    case beforeEffect = "before the effect"
    case beforeAnswer = "before the answer"
    case beforeCommit = "before the commit"
    case afterCommit = "after the commit"

    /// nil: it isn't about a call.
    var outsideMoment: OutsideCall.Moment? {
        switch self {
        case .beforeEffect: .arrived
        case .beforeAnswer: .tookEffect
        case .beforeCommit, .afterCommit: nil
        }
    }

    var isOfCommits: Bool { outsideMoment == nil }

    /// What `CommitKiller` is to do in the server's process.
    func environment(number: Int) -> [String: String] {
        switch self {
        case .beforeEffect, .beforeAnswer: [:]
        case .beforeCommit: ["COMMIT_KILLER_BEFORE": "\(number)"]
        case .afterCommit: ["COMMIT_KILLER_AFTER": "\(number)"]
        }
    }
}

/// What came of one run.
struct CrashOutcome: Sendable {
    var number: Int
    /// The operation of the n-th call, or `a commit`; nil: there was none.
    var killedAt: String?
    /// Calls of both servers together.
    var calls: Int
    var seconds: Double
    var violations: [String]
    /// Where its files are, if they were kept.
    var folder: String?
}

/// The report of one scenario and moment.
struct CrashSummary {
    let scenario: String
    let moment: CrashMoment
    private var outcomes: [CrashOutcome] = []

    init(scenario: String, moment: CrashMoment) {
        self.scenario = scenario
        self.moment = moment
    }

    mutating func add(_ outcome: CrashOutcome) { outcomes.append(outcome) }

    /// A run was over before its n-th call, or the last ones fail one after the other.
    var isComplete: Bool {
        outcomes.contains { $0.killedAt == nil } || outcomes.suffix(5).filter { !$0.violations.isEmpty }.count == 5
    }

    var failures: [CrashOutcome] { outcomes.filter { !$0.violations.isEmpty } }

    var text: String {
        let kills = outcomes.filter { $0.killedAt != nil }.count
        let longest = outcomes.max { $0.seconds < $1.seconds }
        var line = "\(padded(scenario, 10)) \(moment.rawValue)  "
        line += "\(padded("\(outcomes.count) runs", 9)) \(padded("\(kills) kills", 10)) "
        line += failures.isEmpty ? "ok" : "\(failures.count) FAILED"
        if let longest {
            line += "  (longest: \(Int(longest.seconds.rounded())) s, killed at number \(longest.number)"
            line += longest.killedAt.map { ", \($0))" } ?? ")"
        }
        for failure in failures.sorted(by: { $0.number < $1.number }) {
            line += "\n    number \(failure.number), \(failure.killedAt ?? "not reached"), \(failure.folder ?? ""):"
            for violation in failure.violations { line += "\n        \(violation)" }
        }
        return line
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
