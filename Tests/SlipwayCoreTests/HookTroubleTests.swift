import SlipwayCore
import Testing

@Suite struct HookTroubleTests {
    private static let waiting = subject("Waiting")
    private static let completed = subject("Completed")

    private static func subject(_ state: String, project: String = "p1") -> HookSubject {
        HookSubject(
            eventType: HookSubject.jobEventType, filter: ["projectId": project, "jobStateId": state, "pipelineId": ""])
    }

    private static func listed(_ id: String, _ subject: HookSubject, _ status: String) -> ListedSubscription {
        ListedSubscription(id: id, subject: subject, status: .init(status))
    }

    @Test(
        arguments: [
            ("enabled", nil), ("Enabled", nil), ("onProbation", .onProbation), ("disabledByUser", .disabledByUser),
            ("disabledBySystem", .disabledBySystem), ("disabledByInactiveIdentity", .disabledByInactiveIdentity),
            ("sleeping", .unknown),
        ] as [(String, HookTrouble.State?)])
    func eachStatusHasItsJudgement(status: String, state: HookTrouble.State?) {
        let troubles = hookTroubles(listed: [Self.listed("a", Self.waiting, status)], known: [])
        #expect(troubles == (state.map { [HookTrouble(subject: Self.waiting, subscription: "a", state: $0)] } ?? []))
    }

    @Test func oneThatIsEnabledStandsInForTheOthersOfItsSubject() {
        let listed = [
            Self.listed("a", Self.waiting, "disabledBySystem"), Self.listed("b", Self.waiting, "enabled"),
        ]
        #expect(hookTroubles(listed: listed, known: []).isEmpty)
    }

    @Test func oneOnProbationIsNearerToLifeThanADisabledOne() {
        let listed = [
            Self.listed("a", Self.waiting, "disabledBySystem"), Self.listed("b", Self.waiting, "onProbation"),
        ]
        let troubles = hookTroubles(listed: listed, known: [])
        #expect(troubles.map(\.subscription) == ["b"])
        #expect(troubles.allSatisfy { !$0.isRepairable })
    }

    @Test func withoutAnySubscriptionWaitingJobsAreMissing() {
        let troubles = hookTroubles(listed: [], known: [])
        #expect(troubles.map(\.state) == [.missing])
        #expect(troubles.allSatisfy { !$0.isRepairable && $0.subject.tellsOfWaitingJobs })
    }

    @Test func eachProjectNeedsToTellOfItsWaitingJobs() {
        let other = Self.subject("Completed", project: "p2")
        let listed = [
            Self.listed("a", Self.waiting, "enabled"), Self.listed("b", Self.completed, "enabled"),
            Self.listed("c", other, "enabled"),
        ]
        let troubles = hookTroubles(listed: listed, known: [])
        #expect(troubles.map(\.state) == [.missing])
        #expect(troubles.map(\.subject.projectID) == ["p2"])
    }

    @Test func aSubscriptionToAllStatesTellsOfWaitingJobsToo() {
        let all = HookSubject(eventType: HookSubject.jobEventType, filter: ["projectId": "p1", "jobStateId": ""])
        #expect(hookTroubles(listed: [Self.listed("a", all, "enabled")], known: []).isEmpty)
    }

    @Test func aSubscriptionThatNamesNoProjectIsForAll() {
        let pool = HookSubject(eventType: "elasticagentpool.resized", filter: [:])
        let all = HookSubject(eventType: HookSubject.jobEventType, filter: ["jobStateId": "Waiting"])
        let listed = [Self.listed("a", Self.waiting, "enabled"), Self.listed("b", pool, "enabled")]
        #expect(hookTroubles(listed: listed, known: []).isEmpty)
        let others = [Self.listed("a", Self.completed, "enabled"), Self.listed("b", all, "enabled")]
        #expect(hookTroubles(listed: others, known: []).isEmpty)
    }

    @Test func oneThatWasSeenAndIsListedNoLongerWasDeleted() {
        let listed = [Self.listed("a", Self.waiting, "enabled")]
        let troubles = hookTroubles(listed: listed, known: [Self.waiting, Self.completed])
        #expect(troubles == [HookTrouble(subject: Self.completed, subscription: nil, state: .deleted)])
        #expect(troubles.allSatisfy { $0.isRepairable })
    }

    @Test func theEntrySaysWhichAndWhatToDo() {
        let trouble = HookTrouble(subject: Self.waiting, subscription: "a", state: .disabledBySystem)
        let facts = trouble.entry(
            "hooks.troubled", at: Timestamp(milliseconds: 1),
            notice: HookNotice(at: Timestamp(milliseconds: 7), result: "failed")
        ).facts
        #expect(facts["subscription"] == .text("a"))
        #expect(facts["event"] == .text(HookSubject.jobEventType))
        #expect(facts["filter"] == .text("jobStateId=Waiting"))
        #expect(facts["project"] == .text("p1"))
        #expect(facts["state"] == .text("disabledBySystem"))
        #expect(facts["advice"] == .text(trouble.advice))
        #expect(facts["lastResult"] == .text("failed"))
        #expect(facts["lastNotifiedAt"] == .integer(7))
    }
}
