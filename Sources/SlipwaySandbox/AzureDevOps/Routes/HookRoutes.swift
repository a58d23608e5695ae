import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    private static let subscriptions = "_apis/hooks/subscriptions"
    private static let subscription = "_apis/hooks/subscriptions/{subscription}"

    func addHookRoutes(to routes: inout RouteTable) {
        routes.on(.get, Self.subscriptions, .listSubscriptions) { [hooks] call in
            .list(hooks.read { world in world.listSubscriptions(call.query).map(world.subscriptionJSON) })
        }
        routes.on(.post, Self.subscriptions, .createSubscription) { [hooks] call in
            let body = try call.decode(SubscriptionBody.self)
            return .json(
                try hooks.perform { world, now throws(AzureDevOpsError) in
                    world.subscriptionJSON(try world.createSubscription(body, now: now))
                }
            )
        }
        routes.on(.get, Self.subscription, .getSubscription) { [hooks] call in
            let id = try call.string("subscription")
            return .json(
                try hooks.perform { world, _ throws(AzureDevOpsError) in
                    world.subscriptionJSON(try world.subscription(id))
                }
            )
        }
        routes.on(.put, Self.subscription, .replaceSubscription) { [hooks] call in
            let id = try call.string("subscription").lowercased()
            let body = try call.decode(SubscriptionBody.self)
            return .json(
                try hooks.perform { world, now throws(AzureDevOpsError) in
                    world.subscriptionJSON(try world.replaceSubscription(id, body, now: now))
                }
            )
        }
        routes.on(.delete, Self.subscription, .deleteSubscription) { [hooks] call in
            let id = try call.string("subscription").lowercased()
            try hooks.perform { world, _ throws(AzureDevOpsError) in try world.deleteSubscription(id) }
            return .noContent
        }
        addNotificationRoutes(to: &routes)
    }

    private func addNotificationRoutes(to routes: inout RouteTable) {
        routes.on(.get, Self.subscription + "/notifications", .listNotifications) { [hooks] call in
            let id = try call.string("subscription").lowercased()
            let maximum = try call.number(inQuery: "maxresults") ?? 100
            guard maximum > 0 else { throw AzureDevOpsError.invalid("maxResults must be greater than zero.") }
            let (status, result) = (call.query["status"]?.lowercased(), call.query["result"]?.lowercased())
            return .list(
                try hooks.perform { world, _ throws(AzureDevOpsError) in
                    _ = try world.subscription(id)
                    // Newest first, as the history page shows them.
                    return (world.notifications[id] ?? []).reversed()
                        .filter { status == nil || $0.status.rawValue.lowercased() == status }
                        .filter { result == nil || $0.result.rawValue == result }
                        .prefix(maximum).map(world.notificationJSON)
                }
            )
        }
        routes.on(.get, Self.subscription + "/notifications/{notification}", .listNotifications) { [hooks] call in
            let (id, number) = (try call.string("subscription").lowercased(), try call.integer("notification"))
            return .json(
                try hooks.perform { world, _ throws(AzureDevOpsError) in
                    _ = try world.subscription(id)
                    guard let notification = world.notifications[id]?.first(where: { $0.id == number }) else {
                        throw AzureDevOpsError(
                            404, "NotificationNotFoundException", "Notification \(number) does not exist.")
                    }
                    return world.notificationJSON(notification)
                }
            )
        }
        routes.on(.post, "_apis/hooks/testnotifications", .testNotification) { call in
            try await self.testNotification(call)
        }
    }

    /// Sends the canned sample to the receiver that the body describes, and tells what came of it.
    private func testNotification(_ call: APICall) async throws -> Response {
        let body = try call.decode(TestBody.self)
        let wanted = SubscriptionBody(
            publisherId: body.details.publisherId, eventType: body.details.eventType,
            consumerId: body.details.consumerId,
            consumerActionId: body.details.consumerActionId, publisherInputs: body.details.publisherInputs,
            consumerInputs: body.details.consumerInputs
        )
        try wanted.check()
        let id = wanted.publisherInputs?["projectId"]?.lowercased()
        let project = configuration.projects.first { $0.id == id } ?? configuration.projects[0]
        let (notification, post) = hooks.perform { world, now in
            world.testNotification(wanted, subscriptionID: body.subscriptionId, project: project, now: now)
        }
        var sent = notification
        sent.lastOutcome = await dispatcher.postNow(post)
        sent.status = .completed
        sent.result = sent.lastOutcome?.kind == .success ? .succeeded : .failed
        sent.attempts = 1
        return .json(hooks.read { [sent] in $0.notificationJSON(sent) })
    }
}

private struct TestBody: Decodable, Sendable {
    struct Details: Decodable, Sendable {
        var publisherId: String?
        var eventType: String?
        var consumerId: String?
        var consumerActionId: String?
        var publisherInputs: [String: String]?
        var consumerInputs: [String: String]?
    }

    var subscriptionId: String?
    var details: Details
}
