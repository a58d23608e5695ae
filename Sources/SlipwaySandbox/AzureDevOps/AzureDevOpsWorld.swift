import Foundation

/// The simulated organization: pools with their agents, sessions and job requests, and the runs behind them.
///
/// Decides only. Waking pollers and publishing events come out as actions.
struct AzureDevOpsWorld: SimulatedWorld {
    enum Action: Sendable {
        /// A message lies in this session, or the session is gone.
        case wake(sessionID: String)
        case publish(PublishedEvent)
        /// The endpoint of a server task or a gate is to be called.
        case call(ServerTaskCall)
    }

    enum Event: Sendable {
        case requestVisible(Int)
        case assign(requestID: Int, agentID: Int)
        case sessionExpiry(String)
        case lockExpiry(Int)
        case tokenExpiry(String)
        case publish(StateChange)
        case reservationEnd(Int)
        case serverTask(ServerTaskEvent)
    }

    let configuration: SandboxConfiguration.AzureDevOps
    let timing: SandboxConfiguration.Timing
    let scale: TimeScale
    /// `http://127.0.0.1:PORT/organization`, for the links.
    var baseURL = ""
    var generator: SeededGenerator
    let startedAt: Date
    let runningJobState: String

    var agents: [Int: Registration] = [:]
    /// By the client ids that they sign in with.
    var agentIDs: [String: Int] = [:]
    var sessions: [String: AgentSession] = [:]
    /// Sessions of deleted agents: their listeners are told why they end.
    var revokedSessions: Set<String> = []
    /// What agents signed in for, by token.
    var agentTokens: [String: AgentToken] = [:]
    var requests: [Int: JobRequest] = [:]
    /// Unfinished job requests, oldest first.
    var unfinished: [Int] = []
    /// Those of them that demand an agent by its name.
    var boundRequests: [Int] = []
    var runs: [Int: PipelineRun] = [:]
    var serverTasks = ServerTaskBook()
    var nextAgentID = 1755
    var nextRequestID = 890_660
    var nextRunID = 5152
    var agenda = Agenda<Event>()
    private var actions: [Action] = []

    init(_ configuration: SandboxConfiguration, scale: TimeScale, now: Date) {
        self.configuration = configuration.azureDevOps
        self.timing = configuration.timing
        self.scale = scale
        startedAt = now
        runningJobState = configuration.hooks.runningJobState
        generator = SeededGenerator(seed: configuration.seed ^ 0xA2D0)
        for pool in configuration.azureDevOps.pools {
            for (index, capabilities) in pool.placeholders.enumerated() {
                addPlaceholder(capabilities, number: index + 1, pool: pool, now: now)
            }
        }
    }

    var nextDue: Date? { agenda.nextDue }

    mutating func run(until now: Date) {
        while let (due, event) = agenda.popDue(until: now) { happen(event, at: due) }
    }

    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    mutating func emit(_ action: Action) {
        actions.append(action)
    }

    private mutating func happen(_ event: Event, at now: Date) {
        switch event {
        case .requestVisible: matchAgents(now: now)
        case .assign(let requestID, let agentID): assign(requestID, to: agentID, now: now)
        case .sessionExpiry(let id): expireSession(id, now: now)
        case .lockExpiry(let id): loseAgent(of: id, now: now)
        case .tokenExpiry(let token): agentTokens[token] = nil
        case .publish(let change): publish(change, now: now)
        case .reservationEnd(let id): endReservation(id, now: now)
        case .serverTask(let event): happen(event, now: now)
        }
    }

    // MARK: Look-up

    func pool(_ id: Int) throws(AzureDevOpsError) -> SandboxConfiguration.Pool {
        guard let pool = configuration.pools.first(where: { $0.id == id }) else { throw .poolNotFound(id) }
        return pool
    }

    /// By name, without regard to case, or by id.
    func project(_ reference: String) throws(AzureDevOpsError) -> SandboxConfiguration.Project {
        let wanted = reference.lowercased()
        guard let project = configuration.projects.first(where: { $0.name.lowercased() == wanted || $0.id == wanted })
        else {
            throw .projectNotFound(reference)
        }
        return project
    }

    func agents(in poolID: Int) -> [Registration] {
        agents.values.filter { $0.poolID == poolID }.sorted { $0.id < $1.id }
    }
}
