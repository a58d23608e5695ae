internal import SlipwayCore
internal import Synchronization

/// A pool in which many jobs wait at once, and a cluster that takes as many agent tasks a second as its quota allows,
/// and throttles the rest.
final class BurstWorld: AgentPoolPort, AgentTaskPort {
    private struct State {
        var requests: [JobRequest]
        var bucket: TokenBucket
        var tokens: [String: Int] = [:]
        var launches: [LaunchID: Int] = [:]
        var throttled = 0
    }

    private let state: Mutex<State>
    private let time: any TimeSource
    private static let pool = PoolID(rawValue: 12)

    init(count: Int, perSecond: Int, time: any TimeSource) {
        self.time = time
        let now = time.now()
        let requests = (1...Int64(count)).map { number in
            JobRequest(
                id: JobRequestID(rawValue: number), queuedAt: now,
                origin: JobOrigin(projectID: "a5f1", pipelineID: 7, runID: Int(number)))
        }
        state = Mutex(
            State(requests: requests, bucket: TokenBucket(capacity: perSecond, perSecond: perSecond, at: now)))
    }

    var started: Int { state.withLock { $0.tokens.count } }
    var throttled: Int { state.withLock { $0.throttled } }
    /// Launches with more than one agent task.
    var doubles: Int { state.withLock { state in state.launches.values.filter { $0 > 1 }.count } }

    // MARK: The pool

    func poolID() async throws(PortError) -> PoolID { Self.pool }
    func unfinishedJobRequests() async throws(PortError) -> [JobRequest] { state.withLock { $0.requests } }

    func jobRequest(_ id: JobRequestID) async throws(PortError) -> JobRequest? {
        state.withLock { $0.requests[Int(id.rawValue) - 1] }
    }

    func agents(namedWithPrefix prefix: String) async throws(PortError) -> [PoolAgent] { [] }
    func register(_ registration: KeyedRegistration) async throws(PortError) -> KeyedRegistrationAnswer {
        throw PortError(code: .invalid, message: "nobody claims here")
    }
    func replace(_ id: AgentID, with registration: KeyedRegistration) async throws(PortError) -> AgentCredentials {
        throw PortError(code: .invalid, message: "nobody claims here")
    }
    func disable(agentNamed name: String, id: AgentID?) async throws(PortError) {}
    func quiesce(agentNamed name: String) async throws(PortError) -> QuiesceAnswer { .quiesced }
    func deregister(agentNamed name: String) async throws(PortError) {}
    func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer {
        throw PortError(code: .invalid, message: "nobody books here")
    }
    func deregister(agentNamed name: String, madeFor launch: LaunchID) async throws(PortError) {}

    // MARK: The cluster

    /// Its agent takes the job at once.
    func start(_ order: AgentTaskOrder) async -> StartAnswer {
        let now = time.now()
        return state.withLock { state in
            if let known = state.tokens[order.clientToken] { return .accepted(AgentTaskID(rawValue: "task/\(known)")) }
            guard state.bucket.take(at: now) == nil else {
                state.throttled += 1
                return .refused(StartRefusal(kind: .throttled, message: "Rate exceeded"))
            }
            let number = state.tokens.count + 1
            state.tokens[order.clientToken] = number
            state.launches[order.launch, default: 0] += 1
            if let place = state.requests.firstIndex(where: { $0.reservation == nil }) {
                state.requests[place].receivedAt = now
                state.requests[place].reservation = .init(agentName: order.launch.agentName, isOnline: true)
            }
            return .accepted(AgentTaskID(rawValue: "task/\(number)"))
        }
    }

    func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus] {
        Dictionary(ids.map { ($0, .running) }, uniquingKeysWith: { first, _ in first })
    }

    func stop(_ id: AgentTaskID, reason: String) async throws(PortError) {}
    func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID] { [] }
    func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting] { [] }
}
