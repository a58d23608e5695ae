internal import SlipwayCore

/// What is asked about launches for the record alone, and when. One answer serves every launch that waits for it. Pure.
struct DescriptionQueue {
    enum Question: Hashable, Sendable {
        case run(Int, project: String)
        case definition(String, container: String)
    }

    enum Answer: Sendable {
        case run(RunFacts)
        case definition(AgentTaskDefinition)
        /// Nobody will tell.
        case none
    }

    private struct Item {
        var launches: Set<LaunchID>
        var notBefore: Timestamp
        var failures = 0
    }

    private var items: [Question: Item] = [:]
    private var answers: [Question: Answer] = [:]

    /// A launch that was just made has calls to do that somebody waits for.
    static let firstPauseMilliseconds: Int64 = 1_000
    static let longestPauseSeconds = 300
    /// Beyond so many a launch is not described.
    static let maximumQuestions = 1_000
    static let maximumAnswers = 500

    /// Takes what a launch asks now, and drops what it asked before. Answers whether there is more to do.
    mutating func note(_ launch: Launch, container: String?, at now: Timestamp) -> Bool {
        let wanted = Self.questions(of: launch, container: container)
        var isMore = false
        for question in Self.all(of: launch, container: container) {
            if wanted.contains(question) {
                isMore = add(launch.id, question, now) || isMore
            } else {
                remove(launch.id, question)
            }
        }
        return isMore
    }

    private mutating func add(_ launch: LaunchID, _ question: Question, _ now: Timestamp) -> Bool {
        if case Answer.none? = answers[question] { return false }
        if items[question] != nil { return items[question]?.launches.insert(launch).inserted ?? false }
        guard items.count < Self.maximumQuestions else { return false }
        items[question] = Item(
            launches: [launch], notBefore: now.adding(milliseconds: Self.firstPauseMilliseconds))
        return true
    }

    private mutating func remove(_ launch: LaunchID, _ question: Question) {
        items[question]?.launches.remove(launch)
        if items[question]?.launches.isEmpty == true { items[question] = nil }
    }

    /// The next question that is due, with the answer if it is known, or the pause until one is.
    func next(at now: Timestamp) -> (question: Question?, answer: Answer?, pauseMilliseconds: Int64) {
        guard let first = items.min(by: { $0.value.notBefore < $1.value.notBefore }) else { return (nil, nil, 60_000) }
        let left = first.value.notBefore.millisecondsSince(now)
        guard left <= 0 else { return (nil, nil, min(left, 60_000)) }
        return (first.key, answers[first.key], 0)
    }

    /// Answers the launches that waited for it.
    mutating func answered(_ question: Question, _ answer: Answer) -> Set<LaunchID> {
        if answers.count >= Self.maximumAnswers { answers = [:] }
        answers[question] = answer
        return items.removeValue(forKey: question)?.launches ?? []
    }

    mutating func failed(_ question: Question, askedSeconds: Int?, at now: Timestamp) {
        guard var item = items[question] else { return }
        item.failures += 1
        let pause = backoff(item.failures, first: 5, limit: Self.longestPauseSeconds)
        item.notBefore = now.adding(seconds: max(pause, min(askedSeconds ?? 0, Self.longestPauseSeconds)))
        items[question] = item
    }

    private static func questions(of launch: Launch, container: String?) -> [Question] {
        guard launch.isOpen else { return [] }
        return all(of: launch, container: container).filter { question in
            switch question {
            case .run: launch.run == nil
            case .definition: launch.definition == nil
            }
        }
    }

    private static func all(of launch: Launch, container: String?) -> [Question] {
        var questions: [Question] = []
        if let run = launch.jobOrigin.runID, let project = launch.jobOrigin.projectID {
            questions.append(.run(run, project: project))
        }
        if let container, let id = launch.agentTaskFacts?.taskDefinition {
            questions.append(.definition(id, container: container))
        }
        return questions
    }
}
