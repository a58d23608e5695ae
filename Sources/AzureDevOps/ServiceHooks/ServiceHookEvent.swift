public import Foundation

/// One delivery of Azure DevOps' service hooks, reduced to what Slipway uses.
///
/// It is a hint: it says that something changed, and never carries the pool, the demands or the agent. Nothing personal
/// is kept: no names of people, no e-mail addresses, no commit messages, no parameters.
///
/// Only the event's type is sure to be there. The canned body of the Test button and the documentation's samples lack
/// most other fields, so every one of them is optional.
public struct ServiceHookEvent: Sendable, Equatable {
    /// Bodies above this are refused: the documented limit of a payload ("Troubleshoot service hooks") is 2 MB.
    public static let maximumBodyBytes = 2 * 1024 * 1024
    /// Objects and arrays may be nested this deep. Captures reach seven.
    public static let maximumDepth = 64
    /// A name or identifier longer than this (in bytes as sent) reads as nil and is listed in ``oddities``.
    public static let maximumFieldBytes = 1024

    /// Identifies the event. Two subscriptions that match one event deliver the same value.
    public var id: String?
    /// The subscription that delivered the event, in lower case.
    public var subscriptionID: String?
    /// Counts the deliveries of one subscription; a resend repeats it.
    public var notificationID: Int64?
    public var eventType: String
    public var publisherID: String?
    public var resourceVersion: String?
    /// When the event was made: some seconds after the change that it tells of.
    public var createdDate: Date?
    /// The organization's identifier, in lower case.
    public var accountID: String?
    /// The organization's URL as sent, such as `https://dev.azure.com/fabrikam/`.
    public var accountBaseURL: String?
    /// The project's identifier, in lower case.
    public var projectID: String?
    public var kind: Kind
    /// True for the made-up body that the Test button and `testnotifications` send. There is nothing to do for it.
    public var isTestSample: Bool
    /// Fields that were not as expected. Worth a log line and a counter: the service may have changed its payloads.
    public var oddities: [Oddity]

    /// What the event tells, by its type.
    public enum Kind: Sendable, Equatable {
        case job(JobStateChange)
        case stage(StageStateChange)
        case run(RunStateChange)
        case build(BuildCompletion)
        case pool(PoolChange)
        /// A type that Slipway has no use for; ``ServiceHookEvent/eventType`` names it.
        case other
    }

    /// A field that could not be read as expected. Holds the path only, never the value.
    public struct Oddity: Sendable, Hashable, CustomStringConvertible {
        public enum Problem: String, Sendable {
            case wrongType, outOfRange, tooLong, unreadableDate, duplicate, missing
        }

        public var path: String
        public var problem: Problem

        public var description: String { "\(path): \(problem.rawValue)" }
    }
}

/// The event types that Slipway subscribes to or understands (docs/service-hooks/events of Azure DevOps).
extension ServiceHookEvent {
    public static let jobStateChanged = "ms.vss-pipelines.job-state-changed-event"
    public static let stageStateChanged = "ms.vss-pipelines.stage-state-changed-event"
    public static let runStateChanged = "ms.vss-pipelines.run-state-changed-event"
    public static let buildComplete = "build.complete"
    public static let elasticPoolResized = "elasticagentpool.resized"
    public static let queueCreated = "agentqueue.created"
    public static let queueUpdated = "agentqueue.updated"
}
