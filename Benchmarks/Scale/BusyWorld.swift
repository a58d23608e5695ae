internal import SlipwayCore
internal import Synchronization

/// A pool and a cluster in which every agent runs its job, and nothing ever changes.
final class BusyWorld: AgentPoolPort, AgentTaskPort {
    static let organization = "https://dev.azure.com/scale"
    static let start = Timestamp(milliseconds: 1_795_500_000_000)
    private static let pool = PoolID(rawValue: 12)

    /// As planned; see `events`.
    let launches: [Launch]
    private let requests: [JobRequest]
    private let readingCount = Atomic<Int>(0)

    /// Readings of the pool so far.
    var readings: Int { readingCount.load(ordering: .relaxed) }

    init(count: Int) {
        let key = OrganizationKey(url: Self.organization)
        launches = (1...Int64(count)).map { number in
            let request = JobRequestID(rawValue: number)
            return Launch(
                id: LaunchID(organization: key, pool: Self.pool, request: request, ordinal: 1), pool: Self.pool,
                profile: "small", request: request, ordinal: 1,
                origin: JobOrigin(projectID: "a5f1", pipelineID: 7, pipelineName: "build", runID: Int(number)),
                reason: "job request \(number) waits and profile small has no free agent", createdAt: Self.start)
        }
        requests = launches.map { launch in
            JobRequest(
                id: launch.request ?? JobRequestID(rawValue: 0), queuedAt: Self.start, assignedAt: Self.start,
                receivedAt: Self.start, reservation: .init(agentName: launch.agentName, isOnline: true),
                origin: launch.origin)
        }
    }

    static let events: [@Sendable (Launch) -> LaunchEvent] = [
        { _ in .startPermitted },
        { .agentTaskAccepted(task(of: $0), placement: "FARGATE") },
        { .jobObserved($0.request ?? JobRequestID(rawValue: 0)) },
        // As nearly all busy launches are: it is done once, soon after the job was received.
        { _ in .agentDisabled },
        { _ in .agentTaskObserved(.running) },
    ]

    static func profile(_ count: Int) -> Profile {
        Profile(
            name: "small", taskDefinition: "agent", container: "agent", maximumAgents: count,
            placements: [Placement(capacity: .launchType("FARGATE"))])
    }

    private static func task(of launch: Launch) -> AgentTaskID {
        AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:111122223333:task/build-agents/\(launch.id)")
    }

    // MARK: The pool

    func poolID() async throws(PortError) -> PoolID { Self.pool }

    func unfinishedJobRequests() async throws(PortError) -> [JobRequest] {
        readingCount.add(1, ordering: .relaxed)
        return requests
    }

    func jobRequest(_ id: JobRequestID) async throws(PortError) -> JobRequest? { requests.first { $0.id == id } }
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

    func start(_ order: AgentTaskOrder) async -> StartAnswer { .unanswered("nothing starts here") }

    func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus] {
        Dictionary(ids.map { ($0, .running) }, uniquingKeysWith: { first, _ in first })
    }

    func stop(_ id: AgentTaskID, reason: String) async throws(PortError) {}
    func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID] { [] }
    func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting] { [] }
}
