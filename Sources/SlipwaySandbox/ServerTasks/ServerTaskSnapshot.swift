public import Foundation

/// A server task, as it is at one moment: what the page of its job would show, and what was said to its endpoint.
public struct ServerTaskSnapshot: Sendable, Equatable {
    /// A call of its endpoint.
    public struct Call: Sendable, Equatable {
        public enum Kind: String, Sendable {
            case execute = "Execute"
            case cancel = "Cancel"
        }

        public let kind: Kind
        public let url: String
        /// As sent, with the job's token left out.
        public let body: String
        public let sentAt: Date
        /// How often it was sent: twice after a lost answer.
        public internal(set) var sendings = 1
        /// Nil while there is no answer.
        public internal(set) var status: Int?
        /// The answer's text, or why there is none; bounded.
        public internal(set) var answer = ""
    }

    /// A line of the job's live log.
    public struct Line: Sendable, Equatable {
        public let at: Date
        /// The record of the timeline that it was sent to.
        public let recordID: String
        public let text: String
    }

    public struct Issue: Sendable, Equatable {
        /// `error` or `warning`.
        public let type: String
        public let message: String
    }

    public struct Variable: Sendable, Equatable {
        public let value: String
        public let isSecret: Bool
    }

    public let runID: Int
    public let stage: String
    public let job: String
    public let step: String
    public let name: String
    public let attempt: Int
    public let planID: String
    public let jobID: String
    public let instanceID: String
    /// Accepted by its endpoint, and not over.
    public let isWaiting: Bool
    /// Nil until it is over.
    public let result: QueuedRun.Result?
    public let startedAt: Date
    public let finishedAt: Date?
    public let calls: [Call]
    /// Names of the events that came in, in their order.
    public let events: [String]
    /// The live log: the service's own lines and those that were sent to it.
    public let lines: [Line]
    /// The log that stays; nil until one is attached.
    public let log: String?
    public let issues: [Issue]
    public let variables: [String: Variable]
    public let percentComplete: Int?
    public let currentOperation: String?
}

/// A gate before a stage, as it is at one moment.
public struct GateSnapshot: Sendable, Equatable {
    public enum State: String, Sendable {
        case waiting, passed, failed
    }

    public let runID: Int
    public let stage: String
    public let attempt: Int
    public let state: State
    /// Evaluations so far.
    public let evaluations: Int
    /// The newest answers, oldest first: the text, or why there is none.
    public let answers: [String]
}
