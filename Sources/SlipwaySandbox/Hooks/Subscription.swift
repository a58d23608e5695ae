import Foundation

/// A service hook subscription of the Web Hooks consumer.
struct Subscription: Sendable {
    /// As spelled on the wire.
    enum Status: String, Sendable {
        case enabled, onProbation, disabledByUser, disabledBySystem
    }

    let id: String
    var body: SubscriptionBody
    var status = Status.enabled
    let createdAt: Date
    var modifiedAt: Date
    /// Failed retries of the present probation.
    var probationRetries = 0
    var lastProbationRetryAt: Date?
    var nextNotificationID = 1
    /// The notification whose failure began the probation; it is the one that is sent again.
    var probationNotification: Int?

    var receives: Bool { status == .enabled }

    func wants(_ event: PublishedEvent) -> Bool {
        guard body.eventType == event.eventType, body.publisherId == event.publisherID else { return false }
        for (name, value) in body.publisherInputs ?? [:] where !value.isEmpty {
            if name == "projectId", value.lowercased() != event.project.id { return false }
            if let passing = event.filters[name], !passing.contains(value.lowercased()) { return false }
        }
        return true
    }
}

/// What a caller sends to create or replace a subscription.
struct SubscriptionBody: Codable, Sendable {
    var publisherId: String?
    var eventType: String?
    var resourceVersion: String?
    var consumerId: String?
    var consumerActionId: String?
    var publisherInputs: [String: String]?
    var consumerInputs: [String: String]?
    var status: String?

    static let eventTypes: Set = [
        "ms.vss-pipelines.job-state-changed-event", "ms.vss-pipelines.run-state-changed-event",
        "ms.vss-pipelines.stage-state-changed-event", "build.complete",
    ]

    /// Throws what the service would answer. One rule is left out: the real service refuses loopback addresses, where
    /// the sandbox's receivers live.
    func check() throws(AzureDevOpsError) {
        guard publisherId == (eventType == "build.complete" ? "tfs" : "pipelines") else {
            throw .invalid("There is no registered publisher '\(publisherId ?? "")' of event '\(eventType ?? "")'.")
        }
        guard let eventType, Self.eventTypes.contains(eventType) else {
            throw .invalid("There is no registered event type '\(eventType ?? "")'.")
        }
        guard consumerId == "webHooks", consumerActionId == "httpRequest" else {
            throw .invalid("The consumer action is not valid: only webHooks with httpRequest is known here.")
        }
        guard let url = consumerInputs?["url"], url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw .invalid("The consumer input 'url' is required and must be a web address.")
        }
        let hasCredentials =
            !(consumerInputs?["basicAuthUsername"] ?? "").isEmpty
            || !(consumerInputs?["basicAuthPassword"] ?? "").isEmpty
        if hasCredentials, !url.hasPrefix("https://") {
            throw .invalid("HTTPS is required when basic authentication is used.")
        }
        guard publisherInputs?["projectId"]?.isEmpty == false else {
            throw .invalid("The publisher input 'projectId' is required.")
        }
    }
}
