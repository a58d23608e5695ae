import AzureDevOps
import Synchronization
import Testing

/// What is told of each attempt, for measuring.
@Suite struct CallReportTests {
    private final class Reports: Sendable {
        private let list = Mutex<[AzureDevOpsCallReport]>([])
        func add(_ report: AzureDevOpsCallReport) { list.withLock { $0.append(report) } }
        var all: [AzureDevOpsCallReport] { list.withLock { $0 } }
    }

    @Test func eachAttemptIsToldOfWithWhatCameOfIt() async throws {
        let reports = Reports()
        let answers: [ScriptedAnswer] = [
            .status(429, headers: [("Retry-After", "1")]), .status(503), .json(#"{"id":44,"name":"ecs"}"#),
            .status(401),
        ]
        try await withClient(answers, configure: { $0.onAttempt = reports.add }) { client, _ in
            _ = try await client.pool(id: 44)
            await #expect(throws: AzureDevOpsError.self) { try await client.project("Fabrikam") }
        }
        #expect(reports.all.map(\.operation) == ["getPool", "getPool", "getPool", "getProject"])
        #expect(reports.all.map { $0.error?.code } == [.throttled, .server, nil, .notSignedIn])
        #expect(reports.all.allSatisfy { $0.duration > .zero })
    }

    /// Names come from a fixed list and hold nothing of what was asked for, whatever the ids are called.
    @Test func everyCallHasItsOwnName() async throws {
        let reports = Reports()
        let registration = AgentRegistration(name: "agents", version: "4", osDescription: "Linux")
        let hook = HookSubscriptionDefinition(
            publisherID: "tfs", eventType: "x", resourceVersion: nil, publisherInputs: [:], consumerInputs: [:])
        let plan = PlanReference(project: "plans", hub: "build", plan: "events")
        let configure: @Sendable (inout AzureDevOpsClient.Configuration) -> Void = {
            $0.onAttempt = reports.add
            $0.maximumAttempts = 1
        }
        let calls: [@Sendable (AzureDevOpsClient) async throws -> Void] = [
            { _ = try await $0.pool(named: "agents") }, { _ = try await $0.pool(id: 4) },
            { _ = try await $0.queues(project: "hooks", poolID: 4) },
            { _ = try await $0.agents(poolID: 4) }, { _ = try await $0.agent(poolID: 4, id: 5) },
            { _ = try await $0.createAgent(poolID: 4, registration) },
            { _ = try await $0.replaceAgent(poolID: 4, id: 5, with: registration) },
            { _ = try await $0.setAgentEnabled(false, poolID: 4, id: 5) },
            { _ = try await $0.replaceUserCapabilities([:], poolID: 4, id: 5) },
            { _ = try await $0.deleteAgent(poolID: 4, id: 5) },
            { _ = try await $0.unfinishedJobRequests(poolID: 4) }, { _ = try await $0.jobRequest(poolID: 4, id: 6) },
            { _ = try await $0.resourceUsage(parallelismTag: "Private", isHosted: false) },
            { _ = try await $0.build(project: "builds", id: 7) }, { _ = try await $0.cancelBuild(project: "p", id: 7) },
            { try await $0.addBuildTag("timeline", project: "p", id: 7) },
            { _ = try await $0.buildTimeline(project: "p", id: 7) },
            { try await $0.updateStage("tags", project: "p", buildID: 7, .cancel) },
            { try await $0.postPlanEvent(PlanEvent(.started, task: "t", job: "j"), to: plan) },
            { try await $0.checkPlanTimeline(plan, timeline: "records") },
            { try await $0.updateRecord(PlanRecordChange(id: "r"), of: plan, timeline: "feed") },
            { try await $0.feed(["x"], to: plan, timeline: "t", record: "logs") },
            { _ = try await $0.createLog("l", of: plan) }, { try await $0.appendLog("x", to: 1, of: plan) },
            { _ = try await $0.hookSubscriptions() }, { _ = try await $0.hookSubscription(id: "notifications") },
            { _ = try await $0.createHookSubscription(hook) },
            { _ = try await $0.replaceHookSubscription(id: "a", with: hook) },
            { _ = try await $0.deleteHookSubscription(id: "a") },
            { _ = try await $0.hookNotifications(subscriptionID: "a") }, { _ = try await $0.testHook(hook) },
            { _ = try await $0.projects() }, { _ = try await $0.project("projects") },
            { _ = try await $0.connectionData() }, { _ = try await $0.newestBuilds(project: "builds", maximum: 1) },
            { _ = try await $0.newestAgentVersion(platform: "linux-x64") },
        ]
        try await withClient([], configure: configure) { client, _ in
            for call in calls { await #expect(throws: AzureDevOpsError.self) { try await call(client) } }
        }
        let names = reports.all.map(\.operation)
        #expect(names.count == calls.count)
        #expect(Set(names).count == calls.count, "two calls have one name: \(names)")
        #expect(Set(names).union([AzureDevOpsOperation.otherName]) == Set(AzureDevOpsOperation.names))
    }
}
