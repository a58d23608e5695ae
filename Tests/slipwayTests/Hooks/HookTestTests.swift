import SlipwayAzurePipelines
import SlipwayCore
import Synchronization
import Testing

@testable import SlipwaySQLite
@testable import slipway

@Suite struct HookTestTests {
    private static let subscription = SurveyedSubscription.job("7", "Waiting").subscription

    /// A clock that a test's pauses move, and a ledger that gets its delivery at some instant.
    private final class Scene: Sendable {
        private let state = Mutex((now: Timestamp(milliseconds: 0), pauses: 0))
        private let arrival: (seconds: Int, facts: String)?

        init(arrival: (seconds: Int, facts: String)? = nil) { self.arrival = arrival }

        var seconds: Int { state.withLock { Int($0.now.milliseconds / 1_000) } }

        func test(_ hooks: FakeHooks, hasLedger: Bool = true, timeout: Int = 30) -> HookTest {
            HookTest(
                services: hooks.services, ledger: hasLedger ? ledger : nil, timeoutSeconds: timeout,
                now: { self.state.withLock { $0.now } },
                sleep: { milliseconds in
                    self.state.withLock { $0.now = $0.now.adding(milliseconds: Int64(milliseconds)) }
                })
        }

        private var ledger: HookLedger {
            HookLedger(
                newest: { 11 },
                after: { number in
                    guard let arrival = self.arrival, self.seconds >= arrival.seconds, number < 12 else { return [] }
                    return [
                        StoredDelivery(
                            number: 12, receivedAt: Timestamp(milliseconds: 0), disposition: .ignored,
                            facts: arrival.facts)
                    ]
                })
        }
    }

    private static let sample =
        #"{"reason":"a test sample","eventType":"\#(HookSubject.jobEventType)","bodyBytes":3}"#

    private func verdict(
        _ hooks: FakeHooks = FakeHooks(), _ scene: Scene, hasLedger: Bool = true,
        on subscription: ListedSubscription = subscription
    ) async throws -> HookTest.Verdict {
        try await scene.test(hooks, hasLedger: hasLedger).verdict(on: subscription, project: "shipyard")
    }

    @Test func `It is fine when the ledger shows the delivery`() async throws {
        let verdict = try await verdict(Scene(arrival: (3, Self.sample)))
        #expect(verdict.isOK)
        #expect(
            verdict.text == "ok      shipyard: job-state-changed jobStateId=Waiting: recorded as delivery 12")
    }

    @Test(arguments: [
        #"{"event":"e-1"}"#, #"{"subscription":"7"}"#, HookTestTests.sample,
    ])
    func `A delivery is known by event, subscription, or as a sample of the type`(_ facts: String) async throws {
        let hooks = FakeHooks()
        hooks.answer(HookTestAnswer(notification: 1, eventID: "E-1", result: "pending"))
        #expect(try await verdict(hooks, Scene(arrival: (0, facts))).isOK)
    }

    @Test(arguments: [
        #"{"reason":"a test sample","eventType":"build.complete"}"#, #"{"event":"e-2"}"#, "[]", "{",
    ])
    func `Another delivery is not taken for it`(_ facts: String) async throws {
        let scene = Scene(arrival: (0, facts))
        let verdict = try await verdict(scene)
        #expect(!verdict.isOK)
        #expect(scene.seconds == 30)
        #expect(verdict.message.contains("another server answers at \(FakeHooks.url)"))
        #expect(verdict.mend?.contains("store.path") == true)
    }

    @Test func `What Azure DevOps says is believed at once when it failed`() async throws {
        let hooks = FakeHooks()
        hooks.answer(HookTestAnswer(notification: 1, result: "failed", problem: "Status Code: 401"))
        let scene = Scene()
        let refused = try await verdict(hooks, scene)
        #expect(!refused.isOK && scene.seconds == 0)
        #expect(refused.message == "the receiver was not reached, or refused it: Status Code: 401")
        #expect(refused.mend?.contains("other hook credentials") == true)

        hooks.answer(HookTestAnswer(notification: 1, result: "failed", problem: "connection refused"))
        let unreached = try await verdict(hooks, Scene())
        #expect(unreached.mend?.contains("curl -sS https://slipway.example.com/healthz;") == true)

        hooks.answer(HookTestAnswer(notification: 1, result: "filtered"))
        #expect(try await verdict(hooks, Scene()).mend?.contains("View builds") == true)
    }

    @Test(arguments: [
        ("Status Code: 401", true), ("HTTP 401 (Unauthorized)", true), ("401", true),
        ("connection to 127.0.0.1:40113 was refused", false), ("Status Code: 503", false), ("", false),
    ])
    func `A refused password is told from a port that looks like it`(problem: String, isUnauthorized: Bool) {
        #expect(HookTest.tellsOfUnauthorized(problem) == isUnauthorized)
    }

    @Test func `One that is still on its way is asked about again`() async throws {
        let hooks = FakeHooks()
        let pending = HookTestAnswer(notification: 1, result: "pending")
        hooks.answer(pending, pending, HookTestAnswer(notification: 1, result: "failed"))
        let scene = Scene()
        #expect(try await verdict(hooks, scene).message.hasPrefix("the receiver was not reached"))
        #expect(scene.seconds < 1)
        hooks.answer(pending)
        hooks.fail("answer", with: .unavailable)
        let silent = Scene()
        #expect(try await verdict(hooks, silent).message.hasPrefix("neither the ledger nor Azure DevOps"))
        #expect(silent.seconds == 30)
    }

    @Test func `Without a ledger the word of Azure DevOps is taken`() async throws {
        let scene = Scene()
        let verdict = try await verdict(scene, hasLedger: false)
        #expect(verdict.isOK && scene.seconds == 0)
        #expect(verdict.message == "Azure DevOps was answered with success")
    }

    @Test func `A subscription that sends nothing is not fine, though the receiver works`() async throws {
        let disabled = SurveyedSubscription.job("7", "Waiting", .disabledByUser).subscription
        let verdict = try await verdict(Scene(arrival: (0, Self.sample)), on: disabled)
        #expect(!verdict.isOK)
        #expect(verdict.message.contains("the receiver works"))
        #expect(verdict.mend == "slipway hooks install")
    }

    @Test func `A refused call and one without an answer are told apart`() async throws {
        let hooks = FakeHooks()
        hooks.fail("test 7", with: .forbidden)
        let refused = try await verdict(hooks, Scene())
        #expect(!refused.isOK && !refused.isUnreachable)
        #expect(refused.mend?.contains("Edit Subscriptions") == true)
        hooks.fail("test 7", with: .unavailable)
        #expect(try await verdict(hooks, Scene()).isUnreachable)
    }

    private func verdict(_ scene: Scene, on subscription: ListedSubscription = subscription) async throws
        -> HookTest.Verdict
    {
        try await verdict(FakeHooks(), scene, on: subscription)
    }

    private func verdict(_ scene: Scene, hasLedger: Bool) async throws -> HookTest.Verdict {
        try await verdict(FakeHooks(), scene, hasLedger: hasLedger)
    }
}
