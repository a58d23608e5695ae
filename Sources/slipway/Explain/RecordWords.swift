internal import SlipwayCore

/// A record of a launch's history in sentences.
enum RecordWords {
    static func sentences(_ record: LedgerRecord, _ launch: Launch) -> [String] {
        guard let facts = record.factsByName else { return ["This record can't be read: run slipway ledger verify."] }
        let words = FactWords(facts)
        switch record.kind {
        case "launch.planned": return ["It was decided on: \(words.text("reason") ?? launch.reason)."]
        case "launch.starting": return ["Its turn to start came."] + changes(words)
        case "launch.pending":
            return ["The cluster took its agent task" + (words.text("placement").map { " on \($0)" } ?? "") + "."]
        case "launch.online": return ["Its agent came online."]
        case "launch.busy": return [busy(words, launch)]
        case "launch.finished": return ["The job was over" + (words.text("result").map { ": \($0)" } ?? "") + "."]
        case "launch.cleaning":
            return ["Its useful life ended: \(words.text("cause") ?? "no reason is recorded")."] + stop(words)
        case "launch.closed":
            let outcome = words.text("outcome").flatMap(LaunchOutcome.Kind.init).map(LaunchWords.verb) ?? "ended"
            return ["Its registration and its agent task were seen gone. It \(outcome)."]
        case "launch.updated": return changes(words)
        case "launch.overdue":
            return ["It had been \(words.text("state") ?? "open") for longer than its limit: look at it."]
        case "job.interrupted": return ["Its capacity was taken back under its job."]
        default: return ["\(record.kind)" + (words.text("reason").map { ": \($0)" } ?? "") + "."]
        }
    }

    private static func busy(_ words: FactWords, _ launch: Launch) -> String {
        guard let ran = words.integer("ran") else { return "Its agent was given a job." }
        guard let request = launch.request, request.rawValue != ran else { return "Its agent took job request \(ran)." }
        return
            "Its agent took job request \(ran), and not \(request), for which it was made: the pool hands out its jobs."
    }

    private static func stop(_ words: FactWords) -> [String] {
        guard let reason = words.text("stopReason") else { return [] }
        let code = words.integer("exitCode").map { ", exit code \($0)" } ?? ""
        return ["Its agent task stopped: \(reason.isEmpty ? "no reason was given" : reason)\(code)."]
    }

    /// What changed without a change of state, of that which a person asks for.
    private static func changes(_ words: FactWords) -> [String] {
        var sentences: [String] = []
        if let problem = words.text("problem") { sentences.append("A problem: \(problem).") }
        if let attempt = words.integer("attempt"), attempt > 1 {
            sentences.append("It was tried again, for the \(attempt). time.")
        }
        if words.text("agentTaskStatus") == "running" { sentences.append("Its container ran.") }
        if words.text("agentTaskStatus") == "missing" {
            sentences.append("The cluster said that it knows no such agent task.")
        }
        switch words.flag("isOrphaned") {
        case true?: sentences.append("Its job request no longer waited for it.")
        case false?: sentences.append("Its job request waited for it again.")
        case nil: break
        }
        if let left = words.integer("leftBehind") {
            sentences.append("A second job request, \(left), was given to its agent and went back to the queue.")
        }
        if words.flag("isClaimMisused") == true { sentences.append("Its claim code was used twice, with two keys.") }
        if words.text("claimedBy") != nil {
            let source = words.text("claimedFrom").map { " from \($0)" } ?? ""
            sentences.append("Its container claimed its registration\(source).")
        }
        return sentences + stop(words)
    }
}

/// Facts by their type.
struct FactWords {
    private let facts: [String: LedgerFacts.Fact]

    init(_ facts: [String: LedgerFacts.Fact]) { self.facts = facts }

    func text(_ name: String) -> String? { if case .text(let text)? = facts[name] { text } else { nil } }
    func integer(_ name: String) -> Int64? { if case .integer(let number)? = facts[name] { number } else { nil } }
    func flag(_ name: String) -> Bool? { if case .flag(let flag)? = facts[name] { flag } else { nil } }
}
