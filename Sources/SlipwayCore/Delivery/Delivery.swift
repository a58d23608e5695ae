/// One HTTP POST from Azure DevOps to the receiver, as it is recorded: what it was about and a digest of its body.
///
/// The body itself is not kept: it holds names, e-mail addresses and template parameters, and a hint needs none of it.
public struct Delivery: Hashable, Sendable {
    /// What became of it.
    public enum Disposition: String, Hashable, Sendable, CaseIterable {
        /// Of use: it wakes the reconcilers.
        case accepted
        /// Genuine, and of no use to us: another event type, a test sample.
        case ignored
        /// From an authenticated caller, and not readable.
        case rejected
    }

    public var receivedAt: Timestamp
    public var disposition: Disposition
    /// For the operator: why it was ignored or rejected.
    public var reason: String?
    /// The reason of a test's delivery, whose event and subscription are not kept: they are made up.
    public static let testSampleReason = "a test sample"
    public var eventType: String?
    public var eventID: String?
    public var subscriptionID: String?
    public var notificationID: Int64?
    public var account: String?
    public var hint: JobHint?
    /// SHA-256 of the body, and its size in bytes.
    public var bodyDigest: LedgerHash
    public var bodyBytes: Int
    /// The peer's address, without its port.
    public var source: String

    public init(
        receivedAt: Timestamp, disposition: Disposition, reason: String? = nil, eventType: String? = nil,
        eventID: String? = nil, subscriptionID: String? = nil, notificationID: Int64? = nil, account: String? = nil,
        hint: JobHint? = nil, bodyDigest: LedgerHash, bodyBytes: Int, source: String
    ) {
        self.receivedAt = receivedAt
        self.disposition = disposition
        self.reason = reason
        self.eventType = eventType
        self.eventID = eventID
        self.subscriptionID = subscriptionID
        self.notificationID = notificationID
        self.account = account
        self.hint = hint
        self.bodyDigest = bodyDigest
        self.bodyBytes = bodyBytes
        self.source = source
    }
}

/// What a delivery hints at. Not the truth: that is read from the pool.
public struct JobHint: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        case waiting
        case running
        case completed
    }

    /// What the state is of.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        case job
        case stage
        case run
    }

    public var scope: Scope
    public var state: State
    public var projectID: String?
    public var runID: Int?
    public var jobID: String?
    public var attempt: Int

    public init(
        scope: Scope, state: State, projectID: String? = nil, runID: Int? = nil, jobID: String? = nil, attempt: Int = 1
    ) {
        self.scope = scope
        self.state = state
        self.projectID = projectID
        self.runID = runID
        self.jobID = jobID
        self.attempt = attempt
    }
}

extension Delivery {
    /// What makes two deliveries the same: the job instance and its state, since nothing promises that ids are kept
    /// over retries. Without a hint the event's id, without that the notification's.
    public var key: String? {
        if let hint, let runID = hint.runID {
            let parts = [
                account ?? "", hint.projectID ?? "", String(runID), hint.scope.rawValue, hint.jobID ?? "",
                String(hint.attempt), hint.state.rawValue,
            ]
            return "job:" + parts.joined(separator: "|")
        }
        if let eventID { return "event:" + eventID }
        if let subscriptionID, let notificationID { return "notification:\(subscriptionID)|\(notificationID)" }
        return nil
    }

    /// What the ledger says of it. `duplicateOf` is the number of the delivery that had the same key.
    public func entry(number: Int64, duplicateOf: Int64?) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["disposition"] = .text(disposition.rawValue)
        facts["bodyBytes"] = .integer(Int64(bodyBytes))
        facts["bodySHA256"] = .text(bodyDigest.description)
        facts["source"] = .text(source)
        facts.set("reason", reason, ifChangedFrom: nil)
        facts.set("eventType", eventType, ifChangedFrom: nil)
        facts.set("event", eventID, ifChangedFrom: nil)
        facts.set("subscription", subscriptionID, ifChangedFrom: nil)
        facts.set("account", account, ifChangedFrom: nil)
        if let notificationID { facts["notification"] = .integer(notificationID) }
        if let hint {
            facts["scope"] = .text(hint.scope.rawValue)
            facts["state"] = .text(hint.state.rawValue)
            facts["attempt"] = .integer(Int64(hint.attempt))
            facts.set("project", hint.projectID, ifChangedFrom: nil)
            facts.set("jobID", hint.jobID, ifChangedFrom: nil)
            if let run = hint.runID { facts["run"] = .integer(Int64(run)) }
        }
        if let duplicateOf { facts["duplicateOf"] = .integer(duplicateOf) }
        let kind = duplicateOf == nil ? "delivery.recorded" : "delivery.duplicate"
        return LedgerEntry(at: receivedAt, kind: kind, subject: "delivery-\(number)", facts: facts)
    }
}

/// That a delivery is on disk.
public struct DeliveryReceipt: Hashable, Sendable {
    /// From 1, in the order of recording.
    public var number: Int64
    public var duplicateOf: Int64?

    public init(number: Int64, duplicateOf: Int64?) {
        self.number = number
        self.duplicateOf = duplicateOf
    }
}
