public import Foundation

/// A registered agent, as it is at one moment.
public struct RegistrationSnapshot: Sendable, Equatable {
    public let id: Int
    public let poolID: Int
    public let name: String
    public let isEnabled: Bool
    public let isOnline: Bool
    /// Registered without a key: it can never come online, and is there so that jobs queue.
    public let isPlaceholder: Bool
    public let version: String
    public let systemCapabilities: [String: String]
    public let assignedRequestID: Int?
    public let createdAt: Date
}

/// An ECS task, as it is at one moment.
public struct AgentTaskSnapshot: Sendable, Equatable {
    public let arn: String
    public let lastStatus: String
    public let desiredStatus: String
    public let stopCode: String?
    public let stoppedReason: String?
    public let exitCode: Int?
    public let startedBy: String?
    public let clientToken: String?
    public let capacityProvider: String?
    /// CPU units and MiB, as on the wire: the overrides' or the definition's.
    public let cpu: String?
    public let memory: String?
    /// Removed when it is stopped by StopTask.
    public let tags: [String: String]
    /// What the definition and the overrides say; without secrets.
    public let environment: [String: String]
    public let createdAt: Date
    public let startedAt: Date?
    public let stoppedAt: Date?

    public var isLive: Bool { lastStatus != "STOPPED" }
    /// The agent that runs in it.
    public var agentName: String? { environment["AZP_AGENT_NAME"] }
}

/// A job of a run, as it is at one moment.
public struct JobSnapshot: Sendable, Equatable {
    public enum State: String, Sendable {
        case notStarted, waiting, running, completed
    }

    public let runID: Int
    public let stage: String
    public let name: String
    public let jobID: String
    public let attempt: Int
    public let state: State
    public let result: QueuedRun.Result?
    public let requestID: Int?
    public let agentName: String?
    public let queuedAt: Date?
    public let startedAt: Date?
    public let finishedAt: Date?
    /// Why it failed, when not by its own doing.
    public let issue: String?
}

/// A run, as it is at one moment.
public struct RunSnapshot: Sendable, Equatable {
    public let id: Int
    public let name: String
    /// `inProgress`, `canceling` or `completed`.
    public let state: String
    public let result: QueuedRun.Result?
    public let tags: [String]
}

/// A notification of a subscription, as it is at one moment.
public struct HookSnapshot: Sendable, Equatable {
    public let subscriptionID: String
    public let notificationID: Int
    public let eventType: String
    /// The state that the event tells about, for example `waiting`.
    public let state: String
    /// `queued`, `requestInProgress` or `completed`.
    public let status: String
    /// `pending`, `succeeded` or `failed`.
    public let result: String
    public let attempts: Int
    public let createdAt: Date
}

/// A subscription, as it is at one moment.
public struct SubscriptionSnapshot: Sendable, Equatable {
    public let id: String
    public let eventType: String
    /// `enabled`, `onProbation`, `disabledByUser` or `disabledBySystem`.
    public let status: String
    /// Where it sends to.
    public let url: String
    /// The inputs of its publisher, `projectId` among them.
    public let filters: [String: String]
}

/// What should not be there when all is done.
public struct Leftover: Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// An agent is registered, and no live container belongs to it.
        case registration
        /// An agent task is live and has nothing to do: its agent runs no job, and no waiting job is left for it.
        case agentTask
    }

    public let kind: Kind
    /// The agent's name, or the task's ARN.
    public let name: String

    public var description: String { "\(kind.rawValue) \(name)" }
}
