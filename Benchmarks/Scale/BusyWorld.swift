internal import SlipwayCore
internal import Synchronization

/// A pool and a cluster in which every agent runs its job, and nothing ever changes.
final class BusyWorld: AgentPoolPort, AgentTaskPort {
    static let organization = "https://dev.azure.com/scale"
    static let start = Timestamp(milliseconds: 1_795_500_000_000)
    private static let pool = PoolID(rawValue: 12)

    private let requests: [JobRequest]
    private let readingCount = Atomic<Int>(0)

    /// Readings of the pool so far.
    var readings: Int { readingCount.load(ordering: .relaxed) }

    init(_ launches: some Sequence<Launch>) {
        requests = launches.map { launch in
            JobRequest(
                id: launch.request ?? JobRequestID(rawValue: 0), queuedAt: Self.start, assignedAt: Self.start,
                receivedAt: Self.start, reservation: .init(agentName: launch.agentName, isOnline: true),
                origin: launch.origin)
        }
    }

    /// As planned; see `events`. Made anew by each who asks, so that the measured process holds none but the engine's.
    static func launches(_ numbers: some Collection<Int>) -> some Collection<Launch> { numbers.lazy.map(launch) }

    private static func launch(_ number: Int) -> Launch {
        let request = JobRequestID(rawValue: Int64(number))
        return Launch(
            id: LaunchID(
                organization: OrganizationKey(url: organization), pool: pool, request: request, ordinal: 1),
            pool: pool, profile: "small", request: request, ordinal: 1, origin: origin(number),
            reason: "job request \(number) waits and profile small has no free agent", createdAt: start)
    }

    static let events: [@Sendable (Launch) -> LaunchEvent] = [
        { _ in .startPermitted },
        { .agentTaskAccepted(task(of: $0), placement: "FARGATE") },
        { .runDescribed(run($0), run: $0.origin.runID) },
        { .agentTaskObserved(.running, facts(of: $0)) },
        { _ in .agentTaskDescribed(definition) },
        { .jobObserved($0.request ?? JobRequestID(rawValue: 0)) },
        // As nearly all busy launches are: it is done once, soon after the job was received.
        { _ in .agentDisabled },
    ]

    // MARK: What real launches carry

    private static func origin(_ number: Int) -> JobOrigin {
        JobOrigin(
            projectID: "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c", pipelineID: 7, pipelineName: "build and test",
            runID: number, runName: "20261127.\(number)", jobID: "12f1170f-54f2-53f3-20dd-22fc7dff55f9",
            jobName: "Build the server and its image", queuedAt: start)
    }

    private static func run(_ launch: Launch) -> RunFacts {
        RunFacts(
            requestedFor: "d6245f20-2af8-44f4-9451-8107cb2767db", requestedBy: "00000002-0000-8888-8000-000000000000",
            cause: "individualCI", repository: "fabrikam-fiber-git", branch: "refs/heads/main",
            commit: "d670460b4b4aece5915caf5c68d12f560a9fe3e4", queuedAt: start, projectName: "Fabrikam-Fiber")
    }

    private static func facts(of launch: Launch) -> AgentTaskFacts {
        var facts = AgentTaskFacts()
        facts.region = "eu-west-1"
        facts.launchType = "FARGATE"
        facts.availabilityZone = "eu-west-1b"
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.ephemeralStorageGiB = 20
        facts.platformFamily = "Linux"
        facts.architecture = "x86_64"
        facts.platformVersion = "1.4.0"
        facts.taskDefinition = definition.id
        facts.image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/azure-pipelines-agent:4.258.1"
        facts.imageDigest = "sha256:9f2d4d2f8d3b1c0e5a7b6c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b"
        facts.subnet = "subnet-0a1b2c3d4e5f60718"
        facts.networkInterface = "eni-0\(launch.id.rawValue.suffix(12))"
        facts.privateAddress = "10.0.130.217"
        facts.createdAt = start
        facts.pullStartedAt = start
        facts.startedAt = start
        return facts
    }

    private static var definition: AgentTaskDefinition {
        AgentTaskDefinition(
            id: "arn:aws:ecs:eu-west-1:111122223333:task-definition/azure-pipelines-agent:17",
            taskRole: "arn:aws:iam::111122223333:role/azure-pipelines-agent-job",
            executionRole: "arn:aws:iam::111122223333:role/azure-pipelines-agent-execution", networkMode: "awsvpc",
            secrets: ["AZP_TOKEN=arn:aws:secretsmanager:eu-west-1:111122223333:secret:azp-token-AbCdEf"], cpu: 1_024,
            memory: 2_048, platformFamily: "LINUX", architecture: "X86_64")
    }

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
