import Foundation
import Testing

@testable import SlipwaySandbox

/// Scripts for the machine behind subscriptions: outcome, wait, expected posts and status.
@Suite struct HookWorldTests {
    private struct Script {
        var world: HookWorld
        var now = Date(timeIntervalSince1970: 1_767_607_200)
        let subscription: String

        init() throws {
            var world = HookWorld(SandboxConfiguration(), scale: TimeScale(speed: 1))
            let body = SubscriptionBody(
                publisherId: "pipelines", eventType: "ms.vss-pipelines.job-state-changed-event", consumerId: "webHooks",
                consumerActionId: "httpRequest", publisherInputs: ["projectId": "p", "jobStateId": "Waiting"],
                consumerInputs: ["url": "http://127.0.0.1/hooks"]
            )
            subscription = try world.createSubscription(body, now: now).id
            self.world = world
        }

        var status: Subscription.Status? { world.subscriptions[subscription]?.status }
        var results: [HookNotification.Result] { (world.notifications[subscription] ?? []).map(\.result) }

        /// Publishes an event and answers the posts that follow at once, by notification.
        mutating func publish(state: String = "waiting") -> [Int] {
            let event = PublishedEvent(
                id: "e", eventType: "ms.vss-pipelines.job-state-changed-event", publisherID: "pipelines",
                resourceVersion: "5.1-preview.1", project: .init(name: "p", id: "p"), filters: ["jobStateId": [state]],
                message: .init(text: "", html: "", markdown: ""), resource: [:], createdAt: now, state: state
            )
            world.publish(event, now: now)
            return posts()
        }

        mutating func finish(_ notification: Int, _ outcome: HookOutcome) -> [Int] {
            world.finished(outcome, subscription: subscription, notification: notification, now: now)
            return posts()
        }

        mutating func wait(_ seconds: Double) -> [Int] {
            now += seconds
            world.run(until: now)
            return posts()
        }

        private mutating func posts() -> [Int] {
            world.takeActions().map { action in
                switch action {
                case .post(let post): post.notificationID
                }
            }
        }
    }

    @Test("A success is the end of it; other states than the filter's are not sent")
    func success() throws {
        var script = try Script()
        #expect(script.publish(state: "running") == [])
        #expect(script.publish() == [1])
        #expect(script.finish(1, .status(200)) == [])
        #expect(script.wait(100_000) == [])
        #expect(script.results == [.succeeded])
        #expect(script.status == .enabled)
    }

    @Test("408, 502, 503 and 504 are resent after 1, 2, 4, 8, 16, 32, 60 and 60 s", arguments: [408, 502, 503, 504])
    func quickRetries(_ code: Int) throws {
        var script = try Script()
        #expect(script.publish() == [1])
        for wait in [1.0, 2, 4, 8, 16, 32, 60, 60] {
            #expect(script.finish(1, .status(code)) == [])
            #expect(script.wait(wait - 0.1) == [])
            #expect(script.wait(0.1) == [1])
            #expect(script.status == .enabled)
        }
        // The ninth failure in a row counts as one enduring failure.
        #expect(script.finish(1, .status(code)) == [])
        #expect(script.status == .onProbation)
        #expect(script.world.notifications[script.subscription]?[0].attempts == 9)
    }

    @Test("A quick retry that succeeds leaves the subscription as it was")
    func quickRetrySucceeds() throws {
        var script = try Script()
        _ = script.publish()
        _ = script.finish(1, .status(503))
        #expect(script.wait(1) == [1])
        _ = script.finish(1, .status(204))
        #expect(script.results == [.succeeded])
        #expect(script.status == .enabled)
    }

    static let enduring: [HookOutcome] =
        [301, 400, 401, 403, 404, 413, 429, 500].map { .status($0) } + [.unreachable("refused")]

    @Test("Any other failure puts the subscription on probation, where new events are lost", arguments: enduring)
    func probation(_ outcome: HookOutcome) throws {
        var script = try Script()
        _ = script.publish()
        #expect(script.finish(1, outcome) == [])
        #expect(script.status == .onProbation)
        #expect(script.publish() == [])
        #expect(script.wait(20 * 60 - 1) == [])
        #expect(script.wait(1) == [1])
        #expect(script.finish(1, .status(200)) == [])
        #expect(script.status == .enabled)
        #expect(script.results == [.succeeded])
        #expect(script.publish() == [2])
    }

    @Test("Seven failed retries at growing intervals disable the subscription after 36 hours")
    func disabled() throws {
        var script = try Script()
        _ = script.publish()
        _ = script.finish(1, .status(500))
        for minutes in [20.0, 40, 80, 160, 320, 640, 900] {
            #expect(script.status == .onProbation)
            #expect(script.wait(minutes * 60 - 1) == [])
            #expect(script.wait(1) == [1])
            _ = script.finish(1, .status(500))
        }
        #expect(script.now.timeIntervalSince1970 - 1_767_607_200 == 36 * 3600)
        #expect(script.status == .disabledBySystem)
        #expect(script.results == [.failed])
        #expect(script.publish() == [])
        // Replacing it does not revive it.
        let body = try #require(script.world.subscriptions[script.subscription]?.body)
        var enabled = body
        enabled.status = "enabled"
        _ = try script.world.replaceSubscription(script.subscription, enabled, now: script.now)
        #expect(script.status == .disabledBySystem)
    }

    @Test("410 disables at once, from either state", arguments: [false, true])
    func gone(_ isOnProbation: Bool) throws {
        var script = try Script()
        _ = script.publish()
        if isOnProbation {
            _ = script.finish(1, .status(500))
            _ = script.wait(20 * 60)
        }
        _ = script.finish(1, .status(410))
        #expect(script.status == .disabledBySystem)
        #expect(script.wait(100_000) == [])
    }

    @Test("Of two notifications that fail together one begins the probation; any success ends it")
    func together() throws {
        var script = try Script()
        #expect(script.publish() == [1])
        #expect(script.publish() == [2])
        #expect(script.publish() == [3])
        _ = script.finish(1, .status(500))
        _ = script.finish(2, .status(500))
        #expect(script.results == [.pending, .failed, .pending])
        _ = script.finish(3, .status(200))
        #expect(script.status == .enabled)
        // The one that waited for its long retry is still sent.
        #expect(script.wait(20 * 60) == [1])
    }
}
