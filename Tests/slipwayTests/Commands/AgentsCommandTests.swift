import GRDB
import SlipwayCore
import SlipwaySQLite
import Synchronization
import Testing

@testable import slipway

@Suite struct AgentsCommandTests {
    private static let organization = OrganizationKey(rawValue: "abcdef")
    private static let start = Timestamp(milliseconds: 1_000_000)

    private static func id(_ request: Int64, organization: OrganizationKey = organization) -> LaunchID {
        LaunchID(
            organization: organization, pool: PoolID(rawValue: 7), request: JobRequestID(rawValue: request), ordinal: 1)
    }

    private static func launch(_ request: Int64) -> Launch {
        Launch(
            id: id(request), pool: PoolID(rawValue: 7), profile: "small", request: JobRequestID(rawValue: request),
            ordinal: 1, origin: JobOrigin(), reason: "it waits", createdAt: start)
    }

    private static func agentTask(_ request: Int64, organization: OrganizationKey = organization) -> AgentTaskSighting {
        AgentTaskSighting(
            id: AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:1:task/agents/t\(request)"),
            launch: id(request, organization: organization))
    }

    private static func agent(_ request: Int64, isOnline: Bool = false, job: Int64? = nil) -> PoolAgent {
        var agent = PoolAgent(
            id: AgentID(rawValue: Int(request) + 100), name: id(request).agentName, isOnline: isOnline)
        agent.assignedRequest = job.map(JobRequestID.init)
        return agent
    }

    private static func census(_ services: FakeServices, _ launches: [Launch]) async throws -> AgentCensus {
        try await survey(services, launches).look()
    }

    private static func survey(_ services: FakeServices, _ launches: [Launch]) -> AgentSurvey {
        AgentSurvey(
            organization: organization, pools: [.init(name: "ecs-linux", port: services, placeholderPort: services)],
            agentTasks: services,
            openLaunches: { launches })
    }

    @Test func `A launch that can't be read ends the survey: what it answers for would look like nobody's`()
        async throws
    {
        let store = try await AuditStore(isOpen: true)
        func open() async throws -> [LaunchID] {
            try await StoreReader.with(path: store.path) { try await $0.openLaunches().map(\.id) }
        }
        #expect(try await open() == [store.launch.id])
        try await DatabaseQueue(path: store.path).write { try $0.execute(sql: "UPDATE launches SET body = 'x'") }
        let error = await #expect(throws: StoreError.self) { try await open() }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(store.launch.id.rawValue) == true)
    }

    // MARK: list

    @Test func `Each agent is listed with who answers for it`() async throws {
        let services = FakeServices(
            agentTasks: [
                Self.agentTask(1), Self.agentTask(2), Self.agentTask(9, organization: .init(rawValue: "other")),
            ],
            agents: [Self.agent(1, isOnline: true, job: 4711), Self.agent(2), Self.agent(3)])
        let census = try await Self.census(services, [Self.launch(1)])
        #expect(
            AgentTable.text(census) == """
                AGENT                 POOL       REGISTRATION              AGENT TASK  LAUNCH     STRAY
                slipway-abcdef-7-1-1  ecs-linux  online, job request 4711  t1          planned
                slipway-abcdef-7-2-1  ecs-linux  offline                   t2          none open  agent task
                slipway-abcdef-7-3-1  ecs-linux  offline                   none        none open  registration

                """)
        #expect(census.agentTasksOfOthers == 1)
        let json = try JSONText.of(census.members.map(AgentResource.init))
        #expect(json.contains("\"launchState\" : \"planned\""))
        #expect(json.contains("\"request\" : 4711"))
        #expect(json.contains("arn:aws:ecs:eu-west-1:1:task/agents/t2"))
    }

    @Test func `Placeholders are listed with their demands and are never strays`() async throws {
        let placeholder = Placeholder(capabilities: ["slipway.size": "large"])
        let services = FakeServices(agents: [
            Self.agent(3), PoolAgent(id: AgentID(rawValue: 9), name: placeholder.name, isOnline: false),
        ])
        services.setPlaceholders([
            RegisteredAgent(
                id: AgentID(rawValue: 9), name: placeholder.name, isEnabled: false,
                systemCapabilities: placeholder.systemCapabilities),
            RegisteredAgent(id: AgentID(rawValue: 10), name: "placeholder-slipway-x", systemCapabilities: ["a": "b"]),
        ])
        let census = try await Self.census(services, [])
        #expect(census.strays.map(\.launch) == [Self.id(3)])
        #expect(
            AgentTable.text(census) == """
                AGENT                           POOL       REGISTRATION       AGENT TASK  LAUNCH                                   STRAY
                slipway-abcdef-7-3-1            ecs-linux  offline            none        none open                                registration
                \(placeholder.name)  ecs-linux  offline, disabled  none        placeholder: slipway.size -equals large

                """)
        let listed = AgentResource.all(census)
        #expect(listed.map(\.placeholderDemands) == [nil, ["slipway.size -equals large"]])
        #expect(listed.map(\.isStray) == [true, false])
        #expect(listed.last?.launch == nil)
        let pruned = try await prune(services)
        #expect(services.changes == ["deregistered slipway-abcdef-7-3-1"])
        #expect(!pruned.output.contains(placeholder.name))
    }

    @Test func `Nothing is listed in words`() async throws {
        #expect(AgentTable.text(try await Self.census(FakeServices(), [])) == "No agents.\n")
    }

    // MARK: prune

    private struct Pruned {
        var output = ""
        var messages = ""
        var slept: [Int] = []
        var entries: [LedgerEntry] = []
        var failure: CommandFailure?
    }

    private func prune(
        _ services: FakeServices, _ launches: [Launch] = [], isDryRun: Bool = false,
        meanwhile: @escaping @Sendable () -> Void = {}
    ) async throws -> Pruned {
        let pruned = Mutex(Pruned())
        let now = Mutex(Self.start)
        let pruning = StrayPruning(
            survey: Self.survey(services, launches), launch: { _ in nil },
            record: { entry in pruned.withLock { $0.entries.append(entry) } },
            output: Output(
                write: { text in pruned.withLock { $0.output += text } },
                writeMessage: { text in pruned.withLock { $0.messages += text } }, showsProgress: false),
            now: { now.withLock { $0 } },
            sleep: { seconds in
                pruned.withLock { $0.slept.append(seconds) }
                now.withLock { $0 = $0.adding(seconds: seconds) }
                meanwhile()
            })
        do {
            try await pruning.run(isDryRun: isDryRun)
        } catch let failure as CommandFailure {
            pruned.withLock { $0.failure = failure }
        }
        return pruned.withLock { $0 }
    }

    @Test func `A dry run explains and touches nothing`() async throws {
        let services = FakeServices(agentTasks: [Self.agentTask(2)], agents: [Self.agent(3)])
        let pruned = try await prune(services, isDryRun: true)
        #expect(
            pruned.output == """
                agent task arn:aws:ecs:eu-west-1:1:task/agents/t2 of launch abcdef-7-2-1: no open launch answers for it; the \
                store doesn't know its launch
                offline registration 103, slipway-abcdef-7-3-1: no open launch answers for it; the store doesn't know its \
                launch

                """)
        #expect(pruned.slept == [])
        #expect(services.changes == [])
    }

    @Test func `Strays that are seen again after a minute are removed and recorded`() async throws {
        let services = FakeServices(
            agentTasks: [Self.agentTask(1), Self.agentTask(2)], agents: [Self.agent(1), Self.agent(3)])
        let pruned = try await prune(services, [Self.launch(1)])
        #expect(pruned.slept == [60])
        #expect(pruned.messages.contains("Waiting 60 s"))
        #expect(
            services.changes == [
                "disabled slipway-abcdef-7-2-1", "stopped arn:aws:ecs:eu-west-1:1:task/agents/t2",
                "deregistered slipway-abcdef-7-3-1",
            ])
        #expect(pruned.entries.map(\.kind) == ["stray.agentTaskStopped", "stray.registrationRemoved"])
        #expect(pruned.entries.map(\.subject) == ["abcdef-7-2-1", "abcdef-7-3-1"])
        #expect(pruned.failure == nil)
    }

    @Test func `An agent that has a job is left to it`() async throws {
        let services = FakeServices(agentTasks: [Self.agentTask(2)], agents: [Self.agent(2, isOnline: true, job: 5)])
        let pruned = try await prune(services)
        #expect(services.changes == ["disabled slipway-abcdef-7-2-1"])
        #expect(pruned.output.contains("left to its job, request 5"))
        #expect(pruned.entries.isEmpty)
    }

    @Test func `What is no longer there is left alone, and what came meanwhile too`() async throws {
        let services = FakeServices(agentTasks: [Self.agentTask(2)], agents: [])
        let pruned = try await prune(services) { services.setAgentTasks([Self.agentTask(3)]) }
        #expect(services.changes == [])
        #expect(pruned.output.contains("t2 of launch abcdef-7-2-1: no longer a stray"))
        #expect(try await prune(FakeServices()).output == "No strays.\n")
    }

    @Test func `One that can't be removed is a failure, and the others are removed`() async throws {
        let services = FakeServices(agentTasks: [Self.agentTask(2), Self.agentTask(3)], agents: [])
        services.setUnstoppable(Self.agentTask(2).id)
        let pruned = try await prune(services)
        #expect(pruned.failure?.status == .unreachable)
        #expect(pruned.messages.contains("t2 of launch abcdef-7-2-1 could not be removed: no answer"))
        #expect(pruned.entries.map(\.subject) == ["abcdef-7-3-1"])
    }

    @Test func `Without a store nothing is a stray`() throws {
        let file = try TemporaryFile(try Fixture.base(), extension: "yaml")
        for command in ["list", "prune"] {
            let result = try BuiltProgram.run(
                ["agents", command, "--config", file.path], environment: ["SLIPWAY_STORE_PATH": "/nonexistent/s.db"])
            #expect(result.status == 2)
            #expect(result.messages.contains("there is no store at /nonexistent/s.db"), "\(result.messages)")
        }
    }
}

/// A pool and a cluster that remember what was changed in them.
private final class FakeServices: AgentPoolPort, AgentTaskPort, PlaceholderPort {
    private struct State {
        var agentTasks: [AgentTaskSighting]
        var agents: [PoolAgent]
        var placeholders: [RegisteredAgent] = []
        var unstoppable: AgentTaskID?
        var changes: [String] = []
    }

    private let state: Mutex<State>

    init(agentTasks: [AgentTaskSighting] = [], agents: [PoolAgent] = []) {
        state = Mutex(State(agentTasks: agentTasks, agents: agents))
    }

    var changes: [String] { state.withLock { $0.changes } }
    func setAgentTasks(_ sightings: [AgentTaskSighting]) { state.withLock { $0.agentTasks = sightings } }
    func setPlaceholders(_ agents: [RegisteredAgent]) { state.withLock { $0.placeholders = agents } }
    func setUnstoppable(_ id: AgentTaskID) { state.withLock { $0.unstoppable = id } }
    private func note(_ change: String) { state.withLock { $0.changes.append(change) } }

    func poolID() async throws(PortError) -> PoolID { PoolID(rawValue: 7) }
    func unfinishedJobRequests() async throws(PortError) -> [JobRequest] { [] }
    func jobRequest(_ id: JobRequestID) async throws(PortError) -> JobRequest? { nil }

    func agents(namedWithPrefix prefix: String) async throws(PortError) -> [PoolAgent] {
        state.withLock { $0.agents.filter { $0.name.hasPrefix(prefix) } }
    }

    func register(_ registration: KeyedRegistration) async throws(PortError) -> KeyedRegistrationAnswer {
        throw PortError(code: .invalid, message: "nobody claims here")
    }
    func replace(_ id: AgentID, with registration: KeyedRegistration) async throws(PortError) -> AgentCredentials {
        throw PortError(code: .invalid, message: "nobody claims here")
    }

    func disable(agentNamed name: String, id: AgentID?) async throws(PortError) {}

    func quiesce(agentNamed name: String) async throws(PortError) -> QuiesceAnswer {
        note("disabled \(name)")
        let request = state.withLock { $0.agents.first { $0.name == name }?.assignedRequest }
        return request.map { .busy($0) } ?? .quiesced
    }

    func deregister(agentNamed name: String) async throws(PortError) { note("deregistered \(name)") }
    func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer {
        throw PortError(code: .invalid, message: "nobody books here")
    }
    func deregister(agentNamed name: String, madeFor launch: LaunchID) async throws(PortError) {}

    func markedAgents() async throws(PortError) -> [RegisteredAgent] { state.withLock { $0.placeholders } }
    func registeredAgents() async throws(PortError) -> [RegisteredAgent] { [] }
    func registeredAgent(_ id: AgentID) async throws(PortError) -> RegisteredAgent? { nil }
    func register(_ placeholder: Placeholder) async throws(PortError) -> PlaceholderAnswer { .nameTaken }
    func replace(_ id: AgentID, with placeholder: Placeholder) async throws(PortError) { note("replaced \(id)") }
    func enable(_ id: AgentID) async throws(PortError) { note("enabled \(id)") }
    func remove(_ id: AgentID) async throws(PortError) { note("removed \(id)") }

    func start(_ order: AgentTaskOrder) async -> StartAnswer { .unanswered("not here") }
    func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus] { [:] }
    func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID] { [] }

    func stop(_ id: AgentTaskID, reason: String) async throws(PortError) {
        if state.withLock({ $0.unstoppable == id }) { throw PortError(code: .unavailable, message: "no answer") }
        note("stopped \(id.rawValue)")
    }

    func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting] {
        state.withLock { $0.agentTasks.filter { !known.contains($0.id) } }
    }
}
