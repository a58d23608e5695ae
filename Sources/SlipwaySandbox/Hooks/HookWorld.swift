import Foundation

/// Subscriptions and the fate of their notifications, by Microsoft's published rules.
///
/// A failed post is resent quickly when its failure is transient. When that doesn't help, or for any other failure, the
/// subscription goes on probation: only the failed notification is sent again, at growing intervals, and new events are
/// lost. One success restores it; the last failed retry disables it.
struct HookWorld: SimulatedWorld {
    enum Action: Sendable {
        case post(HookPost)
    }

    enum Event: Sendable {
        case resend(subscription: String, notification: Int)
    }

    static let quickWaits: [Duration] = [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) }
    static let probationWaits: [Duration] = [20, 40, 80, 160, 320, 640, 900].map { .seconds($0 * 60) }
    /// Notifications kept of each subscription.
    static let maximumHistory = 1000

    let organizationID: String
    let scale: TimeScale
    var baseURL = ""
    var generator: SeededGenerator
    var subscriptions: [String: Subscription] = [:]
    /// Ids in the order of creation.
    var order: [String] = []
    var notifications: [String: [HookNotification]] = [:]
    private var agenda = Agenda<Event>()
    private var actions: [Action] = []

    init(_ configuration: SandboxConfiguration, scale: TimeScale) {
        organizationID = configuration.azureDevOps.organizationID
        self.scale = scale
        generator = SeededGenerator(seed: configuration.seed ^ 0x4007)
    }

    var nextDue: Date? { agenda.nextDue }

    mutating func run(until now: Date) {
        while let (due, event) = agenda.popDue(until: now) {
            switch event {
            case .resend(let subscription, let notification): send(notification, of: subscription, now: due)
            }
        }
    }

    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    /// Matches the event with the subscriptions. On probation, and when disabled, a subscription loses it.
    mutating func publish(_ event: PublishedEvent, now: Date) {
        for id in order {
            guard let subscription = subscriptions[id], subscription.receives, subscription.wants(event) else {
                continue
            }
            notify(id, event, now: now)
        }
    }

    /// What became of a post. Outcomes of deleted subscriptions are dropped.
    mutating func finished(_ outcome: HookOutcome, subscription id: String, notification: Int, now: Date) {
        guard subscriptions[id] != nil, let index = index(of: notification, in: id) else { return }
        notifications[id]?[index].lastOutcome = outcome
        notifications[id]?[index].modifiedAt = now
        let isProbationRetry = subscriptions[id]?.probationNotification == notification
        switch outcome.kind {
        case .success:
            conclude(index, of: id, .succeeded)
            restore(id)
        case .terminal:
            conclude(index, of: id, .failed)
            disable(id, now: now)
        case .transient where !isProbationRetry:
            retryQuickly(index, of: id, now: now)
        case .transient, .enduring:
            if isProbationRetry {
                continueProbation(index, of: id, now: now)
            } else {
                beginProbation(index, of: id, now: now)
            }
        }
    }

    /// A test's notification. It leaves no trace in a subscription's history.
    mutating func testNotification(
        _ body: SubscriptionBody, subscriptionID: String?, project: SandboxConfiguration.Project, now: Date
    ) -> (HookNotification, HookPost) {
        let id = subscriptionID ?? "00000000-0000-0000-0000-000000000000"
        let subscription = Subscription(id: id, body: body, createdAt: now, modifiedAt: now)
        let event = TestEvent.make(body, id: generator.uuid(), project: project, now: now)
        let payload = HookEnvelope(event: event, subscription: subscription, notificationID: 1)
            .body(organizationID: organizationID, baseURL: baseURL)
        let notification = HookNotification(
            id: 1, subscriptionID: id, event: event, payload: payload, createdAt: now, modifiedAt: now
        )
        return (notification, post(notification, subscription))
    }

    // MARK: Steps

    private mutating func notify(_ id: String, _ event: PublishedEvent, now: Date) {
        guard var subscription = subscriptions[id] else { return }
        let number = subscription.nextNotificationID
        subscription.nextNotificationID += 1
        subscriptions[id] = subscription
        let payload = HookEnvelope(event: event, subscription: subscription, notificationID: number)
            .body(organizationID: organizationID, baseURL: baseURL)
        notifications[id, default: []].append(
            HookNotification(
                id: number, subscriptionID: id, event: event, payload: payload, createdAt: now, modifiedAt: now
            )
        )
        if let count = notifications[id]?.count, count > Self.maximumHistory { notifications[id]?.removeFirst() }
        send(number, of: id, now: now)
    }

    private mutating func send(_ number: Int, of id: String, now: Date) {
        guard let subscription = subscriptions[id], let index = index(of: number, in: id),
            subscription.status == .enabled || subscription.status == .onProbation,
            var notification = notifications[id]?[index], notification.result == .pending
        else { return }
        notification.attempts += 1
        notification.status = .requestInProgress
        notification.modifiedAt = now
        notifications[id]?[index] = notification
        actions.append(.post(post(notification, subscription)))
    }

    private mutating func retryQuickly(_ index: Int, of id: String, now: Date) {
        guard var notification = notifications[id]?[index] else { return }
        guard notification.quickRetries < Self.quickWaits.count else { return beginProbation(index, of: id, now: now) }
        let wait = Self.quickWaits[notification.quickRetries]
        notification.quickRetries += 1
        notification.status = .queued
        notifications[id]?[index] = notification
        agenda.add(.resend(subscription: id, notification: notification.id), at: scale.date(wait, after: now))
    }

    /// A subscription that is on probation already does not begin another one: this notification has failed for good.
    private mutating func beginProbation(_ index: Int, of id: String, now: Date) {
        guard var subscription = subscriptions[id], subscription.status == .enabled,
            let notification = notifications[id]?[index]
        else { return conclude(index, of: id, .failed) }
        subscription.status = .onProbation
        subscription.probationRetries = 0
        subscription.probationNotification = notification.id
        subscriptions[id] = subscription
        awaitProbationRetry(index, of: id, now: now)
    }

    private mutating func continueProbation(_ index: Int, of id: String, now: Date) {
        guard var subscription = subscriptions[id] else { return }
        subscription.probationRetries += 1
        subscription.lastProbationRetryAt = now
        subscriptions[id] = subscription
        guard subscription.probationRetries < Self.probationWaits.count else {
            conclude(index, of: id, .failed)
            return disable(id, now: now)
        }
        awaitProbationRetry(index, of: id, now: now)
    }

    private mutating func awaitProbationRetry(_ index: Int, of id: String, now: Date) {
        guard let subscription = subscriptions[id], let number = notifications[id]?[index].id else { return }
        notifications[id]?[index].status = .queued
        let wait = Self.probationWaits[subscription.probationRetries]
        agenda.add(.resend(subscription: id, notification: number), at: scale.date(wait, after: now))
    }

    private mutating func restore(_ id: String) {
        guard subscriptions[id]?.status == .onProbation else { return }
        // Another notification may have succeeded; the one that waits for its retry is still sent then.
        subscriptions[id]?.status = .enabled
        subscriptions[id]?.probationNotification = nil
        subscriptions[id]?.probationRetries = 0
    }

    private mutating func disable(_ id: String, now: Date) {
        subscriptions[id]?.status = .disabledBySystem
        subscriptions[id]?.probationNotification = nil
        subscriptions[id]?.modifiedAt = now
    }

    private mutating func conclude(_ index: Int, of id: String, _ result: HookNotification.Result) {
        notifications[id]?[index].status = .completed
        notifications[id]?[index].result = result
    }

    private func index(of number: Int, in id: String) -> Int? {
        // Numbers only grow, and history is cut at its old end.
        guard let list = notifications[id], let first = list.first?.id, list.indices.contains(number - first) else {
            return nil
        }
        return number - first
    }

    private func post(_ notification: HookNotification, _ subscription: Subscription) -> HookPost {
        let inputs = subscription.body.consumerInputs ?? [:]
        return HookPost(
            subscriptionID: subscription.id, notificationID: notification.id,
            isFirstAttempt: notification.attempts == 1,
            subject: notification.event.subject, url: inputs["url"] ?? "",
            headers: HookEnvelope.headers(
                inputs, subscriptionID: subscription.id,
                activityID: "\(notification.event.id.dropLast(2))\(String(notification.attempts % 90 + 10))"
            ),
            acceptsAnyCertificate: inputs["acceptUntrustedCerts"] == "true", body: notification.payload
        )
    }
}
