internal import AzureDevOps
internal import Foundation
public import SlipwayCore

/// A subscription that sends to the receiver's host, and how it differs from what Slipway would make.
public struct SurveyedSubscription: Hashable, Sendable {
    public var subscription: ListedSubscription
    /// Where on the host it sends to, without its query; nil: to the receiver.
    public var elsewhere: String?
    /// The settings, by name, that are not as Slipway makes them. A password can't be among them: it is not told.
    public var differences: [String]

    public init(subscription: ListedSubscription, elsewhere: String? = nil, differences: [String] = []) {
        self.subscription = subscription
        self.elsewhere = elsewhere
        self.differences = differences
    }
}

/// What the service says of a test notification.
public struct HookTestAnswer: Hashable, Sendable {
    public var notification: Int64
    public var eventID: String?
    /// `pending`, `succeeded`, `failed` or `filtered`.
    public var result: String?
    /// What went wrong, in the service's words.
    public var problem: String?

    public init(notification: Int64, eventID: String? = nil, result: String?, problem: String? = nil) {
        self.notification = notification
        self.eventID = eventID
        self.result = result
        self.problem = problem
    }
}

/// What an operator does with the subscriptions.
extension AzureHookSubscriptions {
    /// Every web hook subscription to the receiver's host, whatever its path and state.
    ///
    /// Throws `invalid` where there are more than can be meant: of a part nothing could be concluded.
    public func survey() async throws(PortError) -> [SurveyedSubscription] {
        let target = HookTarget(receiverURL)
        let surveyed = try await mappingErrors { try await client.hookSubscriptions(consumerID: "webHooks") }
            .compactMap { survey($0, target) }
        guard surveyed.count <= Self.maximumSurveyed else {
            throw PortError(
                code: .invalid,
                message:
                    "more than \(Self.maximumSurveyed) subscriptions send to \(target.host): delete those that nobody "
                    + "needs, under Project settings, Service hooks")
        }
        return surveyed
    }

    /// False if it was not there.
    public func delete(_ id: String) async throws(PortError) -> Bool {
        try await mappingErrors { try await client.deleteHookSubscription(id: id) }
    }

    /// Has the service send its sample event, with our credentials: those that it keeps for the subscription can't be read.
    public func test(_ subscription: ListedSubscription) async throws(PortError) -> HookTestAnswer {
        let definition = definition(for: subscription.subject)
        return HookTestAnswer(
            try await mappingErrors { try await client.testHook(definition, subscriptionID: subscription.id) })
    }

    /// How a test notification stands now; nil where the service keeps none.
    public func testAnswer(_ notification: Int64, of subscription: String) async throws(PortError) -> HookTestAnswer? {
        try await mappingErrors {
            try await client.hookNotification(subscriptionID: subscription, id: notification)
        }.map(HookTestAnswer.init)
    }

    /// The number of projects that `slipway hooks install` takes, with five each.
    private static let maximumSurveyed = 1_000

    private func survey(_ subscription: HookSubscription, _ target: HookTarget) -> SurveyedSubscription? {
        guard let url = subscription.definition.consumerInputs["url"] else { return nil }
        let own = HookTarget(url)
        guard own.host == target.host else { return nil }
        let listed = ListedSubscription(subscription)
        guard own == target else {
            return SurveyedSubscription(
                subscription: listed, elsewhere: String((own.origin + own.path).prefix(200)))
        }
        let wanted = definition(for: listed.subject)
        return SurveyedSubscription(
            subscription: listed, differences: Self.differences(of: subscription.definition, from: wanted))
    }

    private static func differences(
        of definition: HookSubscriptionDefinition, from wanted: HookSubscriptionDefinition
    ) -> [String] {
        // The address is the same in another spelling, and a password is masked or left out.
        let compared = wanted.consumerInputs.filter { !["url", "basicAuthPassword"].contains($0.key) }
        var names = compared.filter { name, value in
            let told = definition.consumerInputs[name].flatMap { $0.isEmpty ? nil : $0 }
            // Were what the service keeps to itself a difference, each `hooks install` would replace the subscription again.
            guard let given = told ?? defaults[name] else { return !credentials.contains(name) }
            return !isMasked(given) && !isSame(given, value, name)
        }.map(\.key)
        if let version = definition.resourceVersion, let own = wanted.resourceVersion, version != own {
            names.append("resourceVersion")
        }
        return names.sorted()
    }

    /// What the service takes where a setting is left out. Source: Azure DevOps' catalogue of consumers.
    private static let defaults = [
        "acceptUntrustedCerts": "false", "resourceDetailsToSend": "all", "messagesToSend": "all",
        "detailedMessagesToSend": "all",
    ]

    /// Inputs that prove who calls, which a service may leave out or mask where it tells of a subscription.
    private static let credentials: Set = ["basicAuthUsername", "basicAuthPassword", "httpHeaders"]

    /// As a whole, or after the name of a header.
    private static func isMasked(_ value: String) -> Bool {
        let secret = value.drop { $0 != ":" }.dropFirst()
        return [Substring(value), secret].contains { !$0.isEmpty && $0.allSatisfy { $0 == "*" } }
    }

    private static func isSame(_ given: String, _ wanted: String, _ name: String) -> Bool {
        guard defaults[name] == nil else { return given.lowercased() == wanted.lowercased() }
        return given.trimmingCharacters(in: .whitespacesAndNewlines) == wanted
    }
}

extension HookTestAnswer {
    fileprivate init(_ notification: HookNotification) {
        self.init(
            notification: notification.id, eventID: notification.eventID, result: notification.result?.lowercased(),
            problem: notification.errorMessage)
    }
}
