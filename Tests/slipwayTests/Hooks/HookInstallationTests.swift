import Foundation
import SlipwayAzurePipelines
import SlipwayCore
import Testing

@testable import slipway

@Suite struct HookInstallationTests {
    private static let project = HookProject(id: "p1", name: "shipyard")

    private func install(
        _ hooks: FakeHooks, _ surveyed: [SurveyedSubscription] = [], isDryRun: Bool = false, hasStore: Bool = true
    ) async -> (failure: CommandFailure?, transcript: Transcript) {
        let transcript = Transcript()
        let installation = HookInstallation(
            services: hooks.services, output: transcript.output, isDryRun: isDryRun,
            recorder: hooks.recorder("hooks install", transcript.output, hasStore: hasStore))
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
        let hooks = FakeHooks()
        let installation = HookInstallation(
            services: hooks.services, output: transcript.output, isDryRun: true,
            recorder: hooks.recorder("hooks install", transcript.output))
        let plan = HookPlan(HookProject(id: "p1", name: "\u{1B}[2J\u{202E}yard"), [])
        try? await installation.run([plan])
        #expect(transcript.text.contains("yard"))
        #expect(!transcript.text.unicodeScalars.contains { $0 != "\n" && isHarmful($0) })
    }

    @Test func `What was done is in the ledger, with why and by whom, and no secret`() async {
        let hooks = FakeHooks()
        hooks.fail("create p1 Completed", with: .forbidden)
        _ = await install(hooks, [.job("7", "Waiting", .disabledByUser), .job("8", "Running"), .job("9", "Running")])
        #expect(
            hooks.recorded.map { "\($0.kind) \($0.facts["subscription"].text)" } == [
                "hooks.created new1", "hooks.removed 7", "hooks.removed 9", "hooks.created new4", "hooks.created new5",
            ])
        #expect(
            hooks.recorded.first?.facts.canonicalJSON.replacing(/"userID":\d+/, with: "\"userID\":0")
                == #"{"command":"hooks install","event":"ms.vss-pipelines.job-state-changed-event","#
                + #""filter":"jobStateId=Waiting","identity":"00ca946b-2fe9-4f2a-ae2f-40d5c48001bc","project":"p1","#
                + #""reason":"somebody disabled it","subscription":"new1","userID":0}"#)
        #expect(hooks.recorded[1].facts["reason"] == .text("it was replaced"))
        #expect(hooks.recorded.allSatisfy { $0.subject == "hooks" && $0.at == Timestamp(milliseconds: 1_000) })
    }

    @Test func `A dry run has no record, and neither has what was left as it is`() async {
        let hooks = FakeHooks()
        _ = await install(hooks, [.job("7", "Waiting", .onProbation)], isDryRun: true)
        _ = await install(hooks, SurveyedSubscription.all())
        #expect(hooks.recorded.isEmpty && hooks.changes.isEmpty)
    }

    @Test func `What can't be recorded is done all the same, and said once`() async {
        for hasStore in [true, false] {
            let hooks = FakeHooks()
            hooks.fail("record", with: .unavailable)
            let (failure, transcript) = await install(hooks, hasStore: hasStore)
            #expect(failure == nil && hooks.changes.count == 5)
            let told = hasStore ? "this has no record in the ledger: it failed" : "no ledger has a record of this"
            #expect(transcript.messages.components(separatedBy: told).count == 2, "\(transcript.messages)")
        }
    }
}

extension LedgerFacts.Fact? {
    fileprivate var text: String {
        if case .text(let text)? = self { text } else { "" }
    }
}
