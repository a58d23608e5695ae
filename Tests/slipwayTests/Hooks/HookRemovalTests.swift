import SlipwayAzurePipelines
import SlipwayCore
import Testing

@testable import slipway

@Suite struct HookRemovalTests {
    private static let surveyed =
        SurveyedSubscription.all(of: "p1") + SurveyedSubscription.all(of: "p2")
        + [.job("x", "Waiting", elsewhere: "https://slipway.example.com:443/other")]

    private func remove(
        _ hooks: FakeHooks, _ projects: [HookProject]? = nil, isConfirmed: Bool = true, answer: Bool? = nil
    ) async -> (failure: CommandFailure?, transcript: Transcript) {
        let transcript = Transcript()
        var ask: (@Sendable (String) -> Bool)?
        if let answer { ask = { _ in answer } }
        let removal = HookRemoval(
            services: hooks.services, output: transcript.output,
            recorder: hooks.recorder("hooks remove", transcript.output), isConfirmed: isConfirmed, ask: ask)
        do {
            try await removal.run(projects)
            return (nil, transcript)
        } catch {
            let report = FailureReport(error)
            return (CommandFailure(report.status, report.text), transcript)
        }
    }

    @Test func `Ours go, and a foreign one stays`() async {
        let hooks = FakeHooks(Self.surveyed)
        let (failure, transcript) = await remove(hooks)
        #expect(failure == nil)
        #expect(hooks.changes.count == 10 && !hooks.changes.contains("delete x"))
        #expect(hooks.recorded.count == 10 && hooks.recorded.allSatisfy { $0.kind == "hooks.removed" })
        #expect(hooks.recorded.first?.facts["command"] == .text("hooks remove"))
        #expect(transcript.lines.first == "shipyard: job-state-changed jobStateId=Waiting (p1-0): removed")
    }

    @Test func `Of one project alone`() async {
        let hooks = FakeHooks(Self.surveyed)
        _ = await remove(hooks, [HookProject(id: "p2", name: "drydock")])
        #expect(hooks.changes == (0..<5).map { "delete p2-\($0)" })
    }

    @Test func `Where nobody can be asked, yes must be given`() async {
        let hooks = FakeHooks(Self.surveyed)
        let (failure, transcript) = await remove(hooks, isConfirmed: false)
        #expect(failure?.status == .usage)
        #expect(failure?.description.contains("--yes") == true)
        #expect(transcript.messages.contains("(p1-0)") && !transcript.messages.contains("(x)"))
        #expect(hooks.changes.isEmpty)
    }

    @Test func `Somebody may say no`() async {
        let hooks = FakeHooks(Self.surveyed)
        #expect(await remove(hooks, isConfirmed: false, answer: false).failure?.status == .notSo)
        #expect(hooks.changes.isEmpty)
        #expect(await remove(hooks, isConfirmed: false, answer: true).failure == nil)
        #expect(hooks.changes.count == 10)
    }

    @Test func `One that may not be deleted is told, and the others go`() async {
        let hooks = FakeHooks(Self.surveyed)
        hooks.fail("delete p1-1", with: .forbidden)
        let (failure, transcript) = await remove(hooks)
        #expect(failure?.status == .notSo)
        #expect(failure?.description.contains("Delete Subscriptions") == true)
        #expect(transcript.messages.contains("(p1-1) could not be removed"))
        #expect(hooks.changes.count == 9)
    }

    @Test func `None is no failure`() async {
        let (failure, transcript) = await remove(FakeHooks())
        #expect(failure == nil)
        #expect(transcript.lines == ["No subscription sends to \(FakeHooks.url)."])
    }
}
