import SlipwayAzurePipelines
import SlipwayCore
import Testing

@testable import slipway

@Suite struct HookInstallationTests {
    private static let project = HookProject(id: "p1", name: "shipyard")

    private func install(
        _ hooks: FakeHooks, _ surveyed: [SurveyedSubscription] = [], isDryRun: Bool = false
    ) async -> (failure: CommandFailure?, transcript: Transcript) {
        let transcript = Transcript()
        let installation = HookInstallation(services: hooks.services, output: transcript.output, isDryRun: isDryRun)
        do {
            try await installation.run([HookPlan(Self.project, surveyed)])
            return (nil, transcript)
        } catch {
            let report = FailureReport(error)
            return (CommandFailure(report.status, report.text), transcript)
        }
    }

    @Test func `Each step is told with its reason`() async {
        let hooks = FakeHooks()
        let (failure, transcript) = await install(
            hooks, [.job("7", "Waiting", .disabledBySystem), .job("8", "Running"), .job("9", "Running")])
        #expect(failure == nil)
        #expect(
            transcript.lines == [
                "shipyard: job-state-changed jobStateId=Waiting: replaced (new1): it was disabled, since too many deliveries failed",
                "shipyard: job-state-changed jobStateId=Running: left, it is in order (8)",
                "shipyard: job-state-changed jobStateId=Running: removed, a double (9)",
                "shipyard: job-state-changed jobStateId=Completed: created (new4)",
                "shipyard: run-state-changed: created (new5)", "shipyard: stage-state-changed: created (new6)",
                "created 3, left 1, replaced 1, doubles removed 1",
            ])
        // The new one is there before the old one goes.
        #expect(hooks.changes.prefix(2) == ["create p1 Waiting", "delete 7"])
    }

    @Test func `A dry run changes nothing`() async {
        let hooks = FakeHooks()
        let (failure, transcript) = await install(
            hooks, [.job("7", "Waiting", .onProbation), .job("8", "Running"), .job("9", "Running")], isDryRun: true)
        #expect(failure == nil)
        #expect(hooks.changes.isEmpty)
        #expect(transcript.lines.first?.contains("would be replaced: it is on probation") == true)
        #expect(transcript.lines.last == "would be created 3, left 1, replaced 1, doubles removed 1")
    }

    @Test func `A refused step keeps no other from being done, and says what is needed`() async {
        let hooks = FakeHooks()
        hooks.fail("create p1 Running", with: .forbidden)
        let (failure, transcript) = await install(hooks)
        #expect(failure?.status == .notSo)
        #expect(transcript.lines.contains("shipyard: job-state-changed jobStateId=Running: FAILED"))
        #expect(transcript.messages.contains("Edit Subscriptions in the project shipyard"))
        #expect(hooks.changes.count == 4)
    }

    @Test func `Where nobody answers the rest isn't tried`() async {
        let hooks = FakeHooks()
        hooks.fail("create p1 Running", with: .unavailable)
        let (failure, _) = await install(hooks)
        #expect(failure?.status == .unreachable)
        #expect(hooks.changes == ["create p1 Waiting"])
    }

    @Test func `An old one that can't be deleted is told, and fails the command`() async {
        let hooks = FakeHooks()
        hooks.fail("delete 7", with: .forbidden)
        let (failure, transcript) = await install(hooks, [.job("7", "Waiting", .disabledByUser)])
        #expect(failure?.status == .notSo)
        #expect(transcript.messages.contains("the old subscription 7 is still there"))
        #expect(hooks.changes.filter { $0.hasPrefix("create") }.count == 5)
    }

    @Test func `Names from the service can't steer a terminal`() async {
        let transcript = Transcript()
        let installation = HookInstallation(services: FakeHooks().services, output: transcript.output, isDryRun: true)
        let plan = HookPlan(HookProject(id: "p1", name: "\u{1B}[2J\u{202E}yard"), [])
        try? await installation.run([plan])
        #expect(transcript.text.contains("yard"))
        #expect(!transcript.text.unicodeScalars.contains { $0 != "\n" && isHarmful($0) })
    }
}
