import Foundation

/// The gate before one attempt of one stage.
struct GateID: Hashable, Sendable {
    let runID: Int
    let stage: Int
    let attempt: Int
}

struct GateState: Sendable {
    /// Answers kept of each gate.
    static let maximumAnswers = 100
    /// The service evaluates a check no more often.
    static let maximumEvaluations = 2_000

    let gate: QueuedRun.Gate
    /// Checks have a plan of their own.
    let planID: String
    var state = GateSnapshot.State.waiting
    var evaluations = 0
    private(set) var answers: [String] = []

    mutating func keep(_ answer: String) {
        answers.append(answer)
        if answers.count > Self.maximumAnswers { answers.removeFirst() }
    }
}
