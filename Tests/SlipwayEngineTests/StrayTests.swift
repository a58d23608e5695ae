import Logging
import SlipwayCore
import SlipwayEngine
import Testing

@Suite struct StrayTests {
    private static let stray = LaunchID(
        organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: PoolID(rawValue: 12),
        request: JobRequestID(rawValue: 99), ordinal: 1)

    private func addStray(to harness: Harness, id: LaunchID = stray) {
        let now = harness.time.now()
        harness.world.with {
            $0.containers["arn:stray"] = World.Container(
                launch: id, agentName: id.agentName, startedBy: id.startedBy, token: "stray", startedAt: now)
        }
    }

    @Test func anAgentTaskThatNoLaunchAnswersForIsStoppedAndItsRegistrationRemoved() async throws {
        let harness = Harness()
        addStray(to: harness)
        try await harness.run { _ in
            let early = await harness.passes(seconds: 59) {
                harness.world.with { $0.containers["arn:stray"]?.stoppedAt != nil }
            }
            #expect(!early, "it was stopped on the first sight")
            await harness.expect(within: 400) { harness.isQuiet }
        }
        #expect(
            harness.store.records.contains { $0.kind == "stray.agentTaskStopped" && $0.subject == Self.stray.rawValue })
    }

    @Test func oneThatHasAJobIsLeftToIt() async throws {
        let harness = Harness()
        addStray(to: harness)
        harness.world.queue(1, seconds: 300)
        for _ in 0..<10 {
            harness.time.advance(milliseconds: 1_000)
            harness.world.with { _ in }
        }
        #expect(harness.world.with { $0.containers["arn:stray"]?.job } == JobRequestID(rawValue: 1))
        try await harness.run { _ in
            await harness.expect(within: 900) { harness.isQuiet }
        }
        #expect(harness.world.with { $0.interrupted.isEmpty })
        #expect(harness.world.with { $0.jobs[JobRequestID(rawValue: 1)]?.request.result } == "succeeded")
    }

    @Test func anotherPoolsAgentTaskIsNotOurs() async throws {
        let harness = Harness()
        let other = LaunchID(
            organization: OrganizationKey(url: "https://dev.azure.com/contoso"), pool: PoolID(rawValue: 12),
            request: JobRequestID(rawValue: 99), ordinal: 1)
        addStray(to: harness, id: other)
        try await harness.run { _ in
            let stopped = await harness.passes(seconds: 400) {
                harness.world.with { $0.containers["arn:stray"]?.stoppedAt != nil }
            }
            #expect(!stopped)
        }
    }

    @Test func aPoolThatCanNotBeReadKeepsNoOtherFromItsStrays() async throws {
        let harness = Harness()
        addStray(to: harness)
        let engine = Engine(
            configuration: EngineConfiguration(
                organizationURL: "https://dev.azure.com/fabrikam",
                pools: [
                    .init(name: "closed", profiles: [Harness.profile()], port: ClosedPool()),
                    .init(name: "ecs-linux", profiles: [Harness.profile()], port: harness.world),
                ]),
            store: harness.store, agentTasks: harness.world, time: harness.time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await harness.run(engine) { _ in
            await harness.expect(within: 400) { harness.isQuiet }
        }
    }

    @Test func oneThatGetsAJobAtTheLastMomentIsLeftToIt() async throws {
        let harness = Harness()
        addStray(to: harness)
        harness.world.with { $0.quiesceMilliseconds = 5_000 }
        try await harness.run { _ in
            await harness.expect(within: 400) { harness.world.with { !$0.quiescing.isEmpty } }
            harness.world.queue(1, seconds: 60)
            // Its agent is there already, so it takes the job before any other can start.
            await harness.expect(within: 4) {
                harness.world.with { $0.containers["arn:stray"]?.job } == JobRequestID(rawValue: 1)
            }
            await harness.expect(within: 900) { harness.isQuiet }
        }
        #expect(harness.world.with { $0.interrupted.isEmpty })
        #expect(harness.world.with { $0.jobs[JobRequestID(rawValue: 1)]?.request.result } == "succeeded")
    }

    /// As with a lost store: ids are derived, so the same launch may be made again while another stray is removed.
    @Test func oneWhoseLaunchAppearsAtTheLastMomentIsLeftAlone() async throws {
        let harness = Harness()
        let ids = [98, 99].map { request in
            LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: PoolID(rawValue: 12),
                request: JobRequestID(rawValue: request), ordinal: 1)
        }
        let now = harness.time.now()
        harness.world.with { state in
            state.quiesceMilliseconds = 5_000
            for id in ids {
                state.containers["arn:\(id)"] = World.Container(
                    launch: id, agentName: id.agentName, startedBy: id.startedBy, token: id.rawValue, startedAt: now,
                    comesOnline: false)
            }
        }
        try await harness.run { _ in
            await harness.expect(within: 400) { harness.world.with { !$0.quiescing.isEmpty } }
            let first = harness.world.with { $0.quiescing[0] }
            let other = try #require(ids.first { $0.agentName != first })
            harness.store.insertFromOutside(
                Launch(
                    id: other, pool: PoolID(rawValue: 12), profile: "small", request: nil, ordinal: 1,
                    origin: JobOrigin(), reason: "made again", createdAt: harness.time.now()))
            _ = await harness.passes(seconds: 20) { false }
            #expect(harness.world.with { $0.containers["arn:\(other)"]?.stoppedAt } == nil)
            #expect(harness.world.with { $0.quiescing } == [first])
        }
    }
}

/// A pool whose registrations may not be read.
private struct ClosedPool: AgentPoolPort {
    private static let error = PortError(code: .forbidden, message: "403")
    func poolID() async throws(PortError) -> PoolID { PoolID(rawValue: 5) }
    func unfinishedJobRequests() async throws(PortError) -> [JobRequest] { [] }
    func jobRequest(_ id: JobRequestID) async throws(PortError) -> JobRequest? { nil }
    func agents(namedWithPrefix prefix: String) async throws(PortError) -> [PoolAgent] { throw Self.error }
    func register(_ registration: KeyedRegistration) async throws(PortError) -> KeyedRegistrationAnswer {
        throw Self.error
    }
    func replace(_ id: AgentID, with registration: KeyedRegistration) async throws(PortError) -> AgentCredentials {
        throw Self.error
    }
    func disable(agentNamed name: String, id: AgentID?) async throws(PortError) { throw Self.error }
    func quiesce(agentNamed name: String) async throws(PortError) -> QuiesceAnswer { throw Self.error }
    func deregister(agentNamed name: String) async throws(PortError) { throw Self.error }
    func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer {
        throw Self.error
    }
    func deregister(agentNamed name: String, madeFor launch: LaunchID) async throws(PortError) { throw Self.error }
}
