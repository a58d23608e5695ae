import NIOCore

/// One call of an endpoint by the service.
struct ServerTaskCall: Sendable {
    enum Subject: Sendable, Hashable {
        case serverTask(ServerTaskID, ServerTaskSnapshot.Call.Kind)
        case gate(GateID)
        /// The button *Verify* of a service connection.
        case verification
    }

    let subject: Subject
    /// Which of the subject's calls it is, from 0.
    let number: Int
    /// For faults, for example `SlipwayAgent Execute ask_small`.
    let faultSubject: String
    let method: String
    let url: String
    let headers: [(name: String, value: String)]
    let body: String
    /// How long its endpoint has.
    let limit: Duration
}

/// What came of a call.
enum ServerTaskOutcome: Sendable {
    case answered(status: Int, body: String)
    case unanswered(String)

    var isSuccess: Bool {
        if case .answered(let status, _) = self { 200..<300 ~= status } else { false }
    }

    /// For the log: bounded.
    var text: String {
        switch self {
        case .answered(let status, let body): "HTTP \(status): \(body)"
        case .unanswered(let reason): reason
        }
    }
}
