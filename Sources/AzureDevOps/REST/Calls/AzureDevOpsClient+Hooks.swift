import NIOHTTP1

/// Subscriptions of the service hooks. They run with the rights of the token's owner, who needs Edit Subscriptions in the
/// project. Scope: Build (read), which includes the hooks.
extension AzureDevOpsClient {
    /// The subscriptions of the organization that match; nil means any.
    public func hookSubscriptions(
        publisherID: String? = nil,
        eventType: String? = nil,
        consumerID: String? = nil
    ) async throws -> [HookSubscription] {
        let query = [("publisherId", publisherID), ("eventType", eventType), ("consumerId", consumerID)]
            .compactMap { name, value in value.map { (name: name, value: $0) } }
        return try await list(
            HookSubscription.self,
            .get(["_apis", "hooks", "subscriptions"], "the hook subscriptions", query: query)
        )
    }

    public func hookSubscription(id: String) async throws -> HookSubscription {
        try await object(
            HookSubscription.self,
            .get(["_apis", "hooks", "subscriptions", id], "hook subscription \(id.operatorText)")
        )
    }

    /// Not repeated by itself: a second subscription would deliver every event twice.
    public func createHookSubscription(_ definition: HookSubscriptionDefinition) async throws -> HookSubscription {
        try await object(
            HookSubscription.self,
            .send(
                .POST,
                ["_apis", "hooks", "subscriptions"],
                "a new hook subscription",
                body: definition,
                isIdempotent: false
            )
        )
    }

    /// Replaces the whole definition, password included: the masked one of an answer must not be sent back. A subscription
    /// that the service has disabled is not revived by it; delete and create instead (getsentry/sentry, pull request 10407).
    public func replaceHookSubscription(
        id: String,
        with definition: HookSubscriptionDefinition
    ) async throws -> HookSubscription {
        try await object(
            HookSubscription.self,
            .send(
                .PUT,
                ["_apis", "hooks", "subscriptions", id],
                "the replacement of hook subscription \(id.operatorText)",
                body: HookReplacement(id: id, definition: definition),
                isIdempotent: true
            )
        )
    }

    /// - Returns: false if it was not there.
    public func deleteHookSubscription(id: String) async throws -> Bool {
        do {
            let subject = "the deletion of hook subscription \(id.operatorText)"
            try await perform(.delete(["_apis", "hooks", "subscriptions", id], subject))
            return true
        } catch let error as AzureDevOpsError where error.code == .notFound {
            return false
        }
    }

    /// The history of a subscription, newest first. The service keeps seven days.
    public func hookNotifications(
        subscriptionID: String,
        maximumResults: Int = 100,
        result: String? = nil
    ) async throws -> [HookNotification] {
        let query = [("maxResults", "\(maximumResults)")] + (result.map { [("result", $0)] } ?? [])
        return try await list(
            HookNotification.self,
            .get(
                ["_apis", "hooks", "subscriptions", subscriptionID, "notifications"],
                "the history of hook subscription \(subscriptionID.operatorText)",
                query: query.map { (name: $0.0, value: $0.1) }
            )
        )
    }

    /// One entry of a subscription's history; nil where the service keeps none, as it may for a test.
    public func hookNotification(subscriptionID: String, id: Int64) async throws -> HookNotification? {
        do {
            return try await object(
                HookNotification.self,
                .get(
                    ["_apis", "hooks", "subscriptions", subscriptionID, "notifications", "\(id)"],
                    "notification \(id) of hook subscription \(subscriptionID.operatorText)"
                )
            )
        } catch let error as AzureDevOpsError where error.code == .notFound {
            return nil
        }
    }

    /// Makes the service send its sample event to the target. The answer tells how the receiver answered.
    ///
    /// - Parameter subscriptionID: of the existing subscription that is tested; nil for one that is not created yet.
    public func testHook(
        _ definition: HookSubscriptionDefinition,
        subscriptionID: String? = nil
    ) async throws -> HookNotification {
        try await object(
            HookNotification.self,
            .send(
                .POST,
                ["_apis", "hooks", "testnotifications"],
                "a test notification",
                body: HookTest(subscriptionId: subscriptionID, details: definition),
                isIdempotent: false
            )
        )
    }
}

private struct HookTest: Encodable, Sendable {
    var subscriptionId: String?
    var details: HookSubscriptionDefinition
}

/// The definition with the identifier beside it.
private struct HookReplacement: Encodable, Sendable {
    var id: String
    var definition: HookSubscriptionDefinition

    private enum CodingKeys: CodingKey { case id }

    func encode(to encoder: any Encoder) throws {
        try definition.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
    }
}
