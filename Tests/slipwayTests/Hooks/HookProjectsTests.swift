import SlipwayAzurePipelines
import SlipwayCore
import Testing

@testable import slipway

@Suite struct HookProjectsTests {
    private static let two = [HookProject(id: "p1", name: "shipyard"), HookProject(id: "p2", name: "drydock")]

    private func projects(_ hooks: FakeHooks) -> HookProjects {
        HookProjects(services: hooks.services, output: Transcript().output)
    }

    private func failure(_ body: () async throws -> [HookProject]) async -> CommandFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            let report = FailureReport(error)
            return CommandFailure(report.status, report.text)
        }
    }

    @Test func `A project is found by its name or id, and taken once`() async throws {
        let found = try await projects(FakeHooks(projects: Self.two)).named(["drydock", "p2", "shipyard"])
        #expect(found.map(\.id) == ["p2", "p1"])
    }

    @Test func `One that isn't there is told with those that are`() async {
        let choice = projects(FakeHooks(projects: Self.two))
        let failure = await failure { try await choice.named(["shipyard", "harbour-master"]) }
        #expect(failure?.status == .notSo)
        #expect(failure?.description.contains("“harbour-master”") == true)
        #expect(failure?.description.hasSuffix("there are shipyard, drydock") == true)
        let near = await self.failure { try await choice.named(["shipyrad"]) }
        #expect(near?.description.hasSuffix("write shipyard") == true)
    }

    @Test func `Those with a subscription to the receiver are watched`() async throws {
        let surveyed: [SurveyedSubscription] = [
            .job("1", "Waiting", project: "P2"), .job("2", "Running", project: "p2"),
            .job("3", "Waiting", project: "p1", elsewhere: "https://slipway.example.com:443/other"),
        ]
        let watched = try await projects(FakeHooks(projects: Self.two)).watched(surveyed)
        #expect(watched == [Self.two[1]])
    }

    @Test func `Without any the only project is taken, and of several one must be named`() async throws {
        #expect(try await projects(FakeHooks()).watched([]).map(\.name) == ["shipyard"])
        let choice = projects(FakeHooks(projects: Self.two))
        let failure = await failure { try await choice.watched([]) }
        #expect(failure?.status == .usage)
        #expect(failure?.description.contains("give --project, or --all-projects") == true)
    }

    @Test func `A watched project whose name can't be read keeps its id`() async throws {
        let hooks = FakeHooks(projects: Self.two)
        hooks.fail("projects", with: .forbidden)
        let watched = try await projects(hooks).watched([.job("1", "Waiting", project: "p9")])
        #expect(watched == [HookProject(id: "p9", name: "p9")])
    }

    @Test func `All projects are those that can use a pool`() async throws {
        #expect(try await projects(FakeHooks(projects: Self.two, usingPools: ["p2"])).all().map(\.id) == ["p2"])
        let choice = projects(FakeHooks(projects: Self.two, usingPools: []))
        #expect(await failure { try await choice.all() }?.status == .notSo)
    }

    @Test func `Too many at once are refused`() async {
        let many = (0...HookProjects.maximum).map { HookProject(id: "p\($0)", name: "project-\($0)") }
        let choice = projects(FakeHooks(projects: many))
        #expect(await failure { try await choice.all() }?.status == .usage)
        let listed = await failure { try await choice.watched([]) }
        #expect(listed?.description.contains("and 181 more") == true)
    }
}
