public import AzureDevOps
internal import Foundation
public import SlipwayCore

/// The port of hook subscriptions on Azure DevOps: those to one receiver.
public struct AzureHookSubscriptions: HookSubscriptionPort {
    /// How a delivery proves where it comes from.
    public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
        public var username: String?
        public var password: String?
        public var header: (name: String, value: String)?

        public init(username: String? = nil, password: String? = nil, header: (name: String, value: String)? = nil) {
            self.username = username
            self.password = password
            self.header = header
        }

        public var description: String { "hook credentials" }
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    let client: AzureDevOpsClient
    let receiverURL: String
    private let credentials: Credentials

    /// - Parameters:
    ///   - receiverURL: where deliveries go, path included.
    ///   - credentials: what new subscriptions show; only `create` needs them.
    public init(client: AzureDevOpsClient, receiverURL: String, credentials: Credentials = Credentials()) {
        self.client = client
        self.receiverURL = receiverURL
        self.credentials = credentials
    }

    public func subscriptions() async throws(PortError) -> [ListedSubscription] {
        let target = HookTarget(receiverURL)
        return try await mappingErrors { try await client.hookSubscriptions(consumerID: "webHooks") }
            .filter { $0.definition.consumerInputs["url"].map(HookTarget.init) == target }
            .prefix(Self.maximumCount)
            .map(ListedSubscription.init)
    }

    public func lastNotice(of subscription: String) async throws(PortError) -> HookNotice? {
        try await mappingErrors { try await client.hookNotifications(subscriptionID: subscription, maximumResults: 1) }
            .first.map { HookNotice(at: Timestamp($0.createdDate), result: $0.result) }
    }

    public func create(_ subject: HookSubject, replacing replaced: String?) async throws(PortError) -> String {
        let id = try await mappingErrors { try await client.createHookSubscription(definition(for: subject)).id }
        // Left behind it does no harm: it sends nothing.
        if let replaced { _ = try? await client.deleteHookSubscription(id: replaced) }
        return id
    }

    /// What a subscription for that subject says, its credentials included. The one place that makes it: the files of
    /// `webhooks/subscriptions` are held against it by a test.
    public func definition(for subject: HookSubject) -> HookSubscriptionDefinition {
        HookSubscriptionDefinition(
            publisherID: subject.publisherID, eventType: subject.eventType,
            resourceVersion: subject.publisherID == "pipelines" ? "5.1-preview.1" : nil,
            publisherInputs: subject.filter, consumerInputs: consumerInputs)
    }

    private var consumerInputs: [String: String] {
        var inputs = [
            "url": receiverURL, "acceptUntrustedCerts": "false", "resourceDetailsToSend": "all",
            "messagesToSend": "none", "detailedMessagesToSend": "none",
        ]
        if let password = credentials.password {
            inputs["basicAuthUsername"] = credentials.username
            inputs["basicAuthPassword"] = password
        }
        if let header = credentials.header { inputs["httpHeaders"] = "\(header.name):\(header.value)" }
        return inputs
    }

    /// An organization has a handful of them; what is read from outside is bounded all the same.
    private static let maximumCount = 1_000
}

/// Where a subscription sends to, in one spelling.
struct HookTarget: Equatable {
    let host: String
    let origin: String
    let path: String

    init(_ url: String) {
        let parts = URLComponents(string: url)
        let scheme = parts?.scheme?.lowercased() ?? ""
        let port = parts?.port ?? (scheme == "https" ? 443 : 80)
        host = parts?.host?.lowercased() ?? ""
        origin = "\(scheme)://\(host):\(port)"
        var path = Substring(parts?.path ?? url)
        while path.last == "/" { path.removeLast() }
        self.path = String(path)
    }
}

extension ListedSubscription {
    init(_ subscription: HookSubscription) {
        let definition = subscription.definition
        self.init(
            id: subscription.id,
            subject: HookSubject(
                publisherID: definition.publisherID, eventType: definition.eventType,
                // What the service adds of its own.
                filter: definition.publisherInputs.filter { !["hostId", "tfsSubscriptionId"].contains($0.key) }),
            status: Status(subscription.status))
    }
}
