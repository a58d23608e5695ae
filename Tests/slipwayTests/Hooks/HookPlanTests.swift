import SlipwayAzurePipelines
import SlipwayCore
import Testing

@testable import slipway

@Suite struct HookPlanTests {
    private static let project = HookProject(id: "p1", name: "shipyard")

    /// The steps in short: `create Waiting`, `leave 7`, `replace 7+8: reason`, `double 9`.
    private func steps(_ surveyed: [SurveyedSubscription], renews: Bool = false) -> [String] {
        HookPlan(Self.project, surveyed, renews: renews).steps.map { step in
            switch step {
            case .leave(_, let id): "leave \(id)"
            case .create(let subject): "create \(HookEventText.of(subject))"
            case .replace(_, let old, let reason): "replace \(old.joined(separator: "+")): \(reason)"
            case .removeDouble(_, let id): "double \(id)"
            }
        }
    }

    @Test func `A project without any gets five`() {
        #expect(
            steps([]) == [
                "create job-state-changed jobStateId=Waiting", "create job-state-changed jobStateId=Running",
                "create job-state-changed jobStateId=Completed", "create run-state-changed",
                "create stage-state-changed",
            ])
    }

    @Test func `What is in order is left, whatever other projects have`() {
        let other = SurveyedSubscription.all(of: "p2")
        #expect(steps(SurveyedSubscription.all() + other) == (0..<5).map { "leave p1-\($0)" })
        #expect(steps(other).allSatisfy { $0.hasPrefix("create") })
    }

    @Test func `Letter case of project and state makes no second one`() {
        let shouted = SurveyedSubscription.job("7", "WAITING", project: "P1")
        #expect(steps([shouted]).first == "leave 7")
    }

    @Test(arguments: [
        (ListedSubscription.Status.onProbation, "it is on probation, and new events are lost"),
        (.disabledByUser, "somebody disabled it"),
        (.disabledBySystem, "it was disabled, since too many deliveries failed"),
        (.disabledByInactiveIdentity, "it was disabled, since its creator's account is no longer active"),
        (.other("paused"), "it is paused"),
    ])
    func `One that isn't enabled is replaced`(_ status: ListedSubscription.Status, _ reason: String) {
        #expect(steps([.job("7", "Waiting", status)]).first == "replace 7: \(reason)")
    }

    @Test func `One with other settings is replaced`() {
        let other = SurveyedSubscription.job("7", "Waiting", differences: ["acceptUntrustedCerts", "messagesToSend"])
        #expect(
            steps([other]).first == "replace 7: other than Slipway makes it: acceptUntrustedCerts, messagesToSend")
    }

    @Test func `Of several one is left, and the others are doubles whatever their state`() {
        let three: [SurveyedSubscription] = [
            .job("7", "Waiting", .disabledByUser), .job("8", "Waiting"), .job("9", "Waiting"),
        ]
        #expect(steps(three).prefix(3) == ["leave 8", "double 7", "double 9"])
    }

    @Test func `Several that are all broken make one`() {
        let two: [SurveyedSubscription] = [.job("7", "Waiting", .onProbation), .job("8", "Waiting", .disabledByUser)]
        #expect(steps(two).first == "replace 7+8: it is on probation, and new events are lost")
    }

    @Test func `One that sends elsewhere stands for nothing`() {
        let foreign = SurveyedSubscription.job("7", "Waiting", elsewhere: "https://slipway.example.com:443/other")
        #expect(steps([foreign]).first == "create job-state-changed jobStateId=Waiting")
    }

    @Test func `With renew each is replaced`() {
        #expect(
            steps(SurveyedSubscription.all(), renews: true)
                == (0..<5).map { "replace p1-\($0): it gets the configured secret" })
    }

    @Test func `What was done leaves nothing to do`() {
        // The state after the steps of a run, as the service would tell it.
        let created = HookSubject.needed(inProject: "p1").enumerated().map { SurveyedSubscription.of("n\($0)", $1) }
        #expect(steps(created).allSatisfy { $0.hasPrefix("leave") })
    }
}
