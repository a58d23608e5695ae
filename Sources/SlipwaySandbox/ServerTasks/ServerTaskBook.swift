/// The server tasks, gates and plans of an organization, and the tokens of their jobs.
struct ServerTaskBook: Sendable {
    /// By name.
    var connections: [String: ServiceConnection] = [:]
    var instances: [ServerTaskID: ServerTaskInstance] = [:]
    /// In the order of their start.
    var order: [ServerTaskID] = []
    /// Whose access token it is. Those of jobs that are over stay, to tell them from tokens that never were.
    var tokens: [String: ServerTaskID] = [:]
    /// The run of each plan that has had a server task.
    var plans: [String: Int] = [:]
    /// The logs of each plan, by number.
    var logs: [String: [PlanLog]] = [:]
    var gates: [GateID: GateState] = [:]
    var gateOrder: [GateID] = []

    /// Text of the service's own log, without the job's token: the service masks what it knows to be secret.
    func masked(_ text: String, of id: ServerTaskID) -> String {
        guard let token = instances[id]?.token else { return text }
        return text.replacing(token, with: "***")
    }
}

/// What happens to server tasks and gates by itself.
enum ServerTaskEvent: Sendable {
    /// The job's timeout.
    case timeout(ServerTaskID)
    /// A cancelled server task has had its time to say something.
    case cancellationEnd(ServerTaskID)
    case evaluateGate(GateID)
    case gateTimeout(GateID)
}
