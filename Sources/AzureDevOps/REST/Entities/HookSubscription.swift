public import Foundation

/// What a subscription of the service hooks says: which events go where. The files of `webhooks/subscriptions` are of this
/// form. Its description leaves the inputs of the consumer out, which hold the receiver's password.
public struct HookSubscriptionDefinition: Sendable, Equatable, Codable {
    /// `pipelines` for states of jobs, stages and runs.
    public var publisherID: String
    public var eventType: String
    /// Left out it means the latest, which may change under us.
    public var resourceVersion: String?
    /// `webHooks`.
    public var consumerID: String
    /// `httpRequest`.
    public var consumerActionID: String
    /// The filter. An empty value means any.
    public var publisherInputs: [String: String]
    /// The target: `url`, `basicAuthUsername`, `basicAuthPassword` and the like.
    public var consumerInputs: [String: String]

    public init(
        publisherID: String,
        eventType: String,
        resourceVersion: String?,
        consumerID: String = "webHooks",
        consumerActionID: String = "httpRequest",
        publisherInputs: [String: String],
        consumerInputs: [String: String]
    ) {
        self.publisherID = publisherID
        self.eventType = eventType
        self.resourceVersion = resourceVersion
        self.consumerID = consumerID
        self.consumerActionID = consumerActionID
        self.publisherInputs = publisherInputs
        self.consumerInputs = consumerInputs
    }

    enum CodingKeys: String, CodingKey {
        case eventType, resourceVersion, publisherInputs, consumerInputs
        case publisherID = "publisherId"
        case consumerID = "consumerId"
        case consumerActionID = "consumerActionId"
    }

    /// Values that are not text are left out: the service documents all inputs as text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        publisherID = try container.decode(String.self, forKey: .publisherID)
        eventType = try container.decode(String.self, forKey: .eventType)
        resourceVersion = container.tolerant(String.self, .resourceVersion)
        consumerID = try container.decode(String.self, forKey: .consumerID)
        consumerActionID = try container.decode(String.self, forKey: .consumerActionID)
        publisherInputs = container.tolerant([String: String?].self, .publisherInputs)?.compactMapValues { $0 } ?? [:]
        consumerInputs = container.tolerant([String: String?].self, .consumerInputs)?.compactMapValues { $0 } ?? [:]
    }
}

extension HookSubscriptionDefinition: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(publisherID) \(eventType) \(publisherInputs) to \(consumerID)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror {
        Mirror(
            self, children: ["publisherID": publisherID, "eventType": eventType, "publisherInputs": publisherInputs])
    }
}

/// A subscription of the service hooks. Passwords in its definition are masked by the service.
public struct HookSubscription: Sendable, Equatable, Decodable {
    /// In lower case.
    public var id: String
    public var definition: HookSubscriptionDefinition
    /// `enabled`, `onProbation`, `disabledByUser`, `disabledBySystem` or `disabledByInactiveIdentity`. While it is on
    /// probation, events are lost.
    public var status: String?
    /// What the service says about the filter and the target.
    public var eventDescription: String?
    public var actionDescription: String?
    public var probationRetries: Int?
    public var createdDate: Date?
    public var modifiedDate: Date?

    public var isEnabled: Bool { status?.lowercased() == "enabled" }

    enum CodingKeys: CodingKey {
        case id, status, eventDescription, actionDescription, probationRetries, createdDate, modifiedDate
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id).lowercased()
        definition = try HookSubscriptionDefinition(from: decoder)
        status = container.tolerant(String.self, .status)
        eventDescription = container.tolerant(String.self, .eventDescription)
        actionDescription = container.tolerant(String.self, .actionDescription)
        probationRetries = container.tolerant(Int.self, .probationRetries)
        createdDate = container.tolerantDate(.createdDate)
        modifiedDate = container.tolerantDate(.modifiedDate)
    }
}
