import Foundation

/// What callers do to subscriptions.
extension HookWorld {
    mutating func createSubscription(_ body: SubscriptionBody, now: Date) throws(AzureDevOpsError) -> Subscription {
        try body.check()
        let id = generator.uuid()
        let subscription = Subscription(id: id, body: body, createdAt: now, modifiedAt: now)
        subscriptions[id] = subscription
        order.append(id)
        return subscription
    }

    /// Enabling a subscription that its owner disabled works. One that the system disabled stays so, as users found: it
    /// must be made anew.
    mutating func replaceSubscription(
        _ id: String, _ body: SubscriptionBody, now: Date
    ) throws(AzureDevOpsError) -> Subscription {
        var subscription = try subscription(id)
        try body.check()
        subscription.body = body
        subscription.modifiedAt = now
        switch (body.status, subscription.status) {
        case ("disabledByUser", _): subscription.status = .disabledByUser
        case ("enabled", .disabledByUser): subscription.status = .enabled
        default: break
        }
        subscriptions[id] = subscription
        return subscription
    }

    /// As its owner does it in the portal.
    mutating func disableSubscription(_ id: String, now: Date) throws(AzureDevOpsError) {
        var subscription = try subscription(id)
        subscription.status = .disabledByUser
        subscription.modifiedAt = now
        subscriptions[subscription.id] = subscription
    }

    mutating func deleteSubscription(_ id: String) throws(AzureDevOpsError) {
        _ = try subscription(id)
        subscriptions[id] = nil
        notifications[id] = nil
        order.removeAll { $0 == id }
    }

    func subscription(_ id: String) throws(AzureDevOpsError) -> Subscription {
        guard let subscription = subscriptions[id.lowercased()] else { throw .subscriptionNotFound(id) }
        return subscription
    }

    func listSubscriptions(_ filter: [String: String]) -> [Subscription] {
        order.compactMap { subscriptions[$0] }.filter { subscription in
            let values = [
                "publisherid": subscription.body.publisherId, "eventtype": subscription.body.eventType,
                "consumerid": subscription.body.consumerId, "consumeractionid": subscription.body.consumerActionId,
            ]
            return values.allSatisfy { name, value in filter[name].map { $0 == value } ?? true }
        }
    }

    func subscriptionJSON(_ subscription: Subscription) -> JSONValue {
        let owner: JSONValue = ["id": "00ca946b-2fe9-4f2a-ae2f-40d5c48001bc"]
        var consumerInputs = subscription.body.consumerInputs ?? [:]
        // Marked confidential by the consumer: never told again.
        if consumerInputs["basicAuthPassword"] != nil { consumerInputs["basicAuthPassword"] = "********" }
        var publisherInputs = subscription.body.publisherInputs ?? [:]
        publisherInputs["hostId"] = organizationID
        publisherInputs["tfsSubscriptionId"] = subscription.id
        return .members([
            "id": .string(subscription.id), "url": .string("\(baseURL)/_apis/hooks/subscriptions/\(subscription.id)"),
            "status": .string(subscription.status.rawValue),
            "publisherId": subscription.body.publisherId.map(JSONValue.string),
            "eventType": subscription.body.eventType.map(JSONValue.string), "subscriber": .null,
            "resourceVersion": .string(subscription.body.resourceVersion ?? "5.1-preview.1"),
            "eventDescription": "Any event", "consumerId": "webHooks", "consumerActionId": "httpRequest",
            "actionDescription": "To the web hook's address", "createdBy": owner, "modifiedBy": owner,
            "createdDate": .string(Timestamp.azure(subscription.createdAt)),
            "modifiedDate": .string(Timestamp.azure(subscription.modifiedAt)),
            "publisherInputs": .object(publisherInputs.mapValues(JSONValue.string)),
            "consumerInputs": .object(consumerInputs.mapValues(JSONValue.string)),
            "probationRetries": subscription.status == .onProbation ? .integer(subscription.probationRetries) : nil,
            "lastProbationRetryDate": subscription.lastProbationRetryAt.map { .string(Timestamp.azure($0)) },
        ])
    }

    func notificationJSON(_ notification: HookNotification) -> JSONValue {
        let answer: JSONValue =
            switch notification.lastOutcome {
            case .status(let code): .string("Status Code: \(code)")
            case .unreachable(let why): .string(why)
            case nil: .null
            }
        let problem: JSONValue = notification.result == .failed ? answer : .null
        return [
            "id": .integer(notification.id), "subscriptionId": .string(notification.subscriptionID),
            "eventId": .string(notification.event.id), "status": .string(notification.status.rawValue),
            "result": .string(notification.result.rawValue),
            "createdDate": .string(Timestamp.azure(notification.createdAt)),
            "modifiedDate": .string(Timestamp.azure(notification.modifiedAt)),
            "details": [
                "eventType": .string(notification.event.eventType),
                "publisherId": .string(notification.event.publisherID),
                "consumerId": "webHooks", "consumerActionId": "httpRequest", "response": answer,
                "errorMessage": problem,
                "requestAttempts": .integer(notification.attempts),
                "queuedDate": .string(Timestamp.azure(notification.createdAt)),
            ],
        ]
    }
}
