/// A service hook subscription that sends to our receiver, as the service lists it. Without its credentials.
public struct ListedSubscription: Hashable, Sendable {
    public enum Status: Hashable, Sendable {
        case enabled
        /// The receiver failed it: until a retry succeeds, new events are lost.
        case onProbation
        case disabledByUser
        /// After the retries of a probation.
        case disabledBySystem
        /// Its creator's account is no longer active.
        case disabledByInactiveIdentity
        /// A word that is not known here.
        case other(String)

        /// The service's word; nil: it told none.
        public init(_ word: String?) {
            switch word?.lowercased() {
            case "enabled": self = .enabled
            case "onprobation": self = .onProbation
            case "disabledbyuser": self = .disabledByUser
            case "disabledbysystem": self = .disabledBySystem
            case "disabledbyinactiveidentity": self = .disabledByInactiveIdentity
            default: self = .other(word ?? "unknown")
            }
        }
    }

    public var id: String
    public var subject: HookSubject
    public var status: Status

    public init(id: String, subject: HookSubject, status: Status) {
        self.id = id
        self.subject = subject
        self.status = status
    }
}

/// Which events a subscription is for. Two with the same subject can stand in for each other.
public struct HookSubject: Hashable, Sendable {
    public var publisherID: String
    public var eventType: String
    /// The publisher's inputs that aren't empty, `projectId` among them.
    public var filter: [String: String]

    public init(publisherID: String = "pipelines", eventType: String, filter: [String: String]) {
        self.publisherID = publisherID
        self.eventType = eventType
        self.filter = filter.filter { !$0.value.isEmpty }
    }

    public static let jobEventType = "ms.vss-pipelines.job-state-changed-event"

    public var projectID: String? { filter["projectId"] }

    /// Whether jobs that wait are told of: the one event that Slipway needs for speed.
    public var tellsOfWaitingJobs: Bool {
        guard eventType == Self.jobEventType else { return false }
        return filter["jobStateId"].map { $0.lowercased() == "waiting" } ?? true
    }

    /// The filter but for the project, such as `jobStateId=Waiting`.
    public var filterText: String {
        filter.filter { $0.key != "projectId" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: " ")
    }
}

/// The newest entry of a subscription's history.
public struct HookNotice: Hashable, Sendable {
    public var at: Timestamp?
    /// `pending`, `succeeded`, `failed` or `filtered`.
    public var result: String?

    public init(at: Timestamp?, result: String?) {
        self.at = at
        self.result = result
    }
}
