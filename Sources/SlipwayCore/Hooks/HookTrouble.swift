/// Events that don't reach the receiver, or soon won't. Every job is still served: the sweep finds it, only later.
public struct HookTrouble: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        /// No subscription tells of waiting jobs, and none was seen that did.
        case missing
        /// It was there earlier.
        case deleted
        case onProbation
        case disabledByUser
        case disabledBySystem
        case disabledByInactiveIdentity
        /// In a state that Slipway doesn't know.
        case unknown
    }

    public var subject: HookSubject
    /// Of the subscription; nil where there is none.
    public var subscription: String?
    public var state: State

    public init(subject: HookSubject, subscription: String?, state: State) {
        self.subject = subject
        self.subscription = subscription
        self.state = state
    }

    /// Whether making the subscription anew mends it. One on probation comes back by itself with the first delivery
    /// that succeeds; for one that was never there nobody has said that it is wanted.
    public var isRepairable: Bool {
        switch state {
        case .deleted, .disabledByUser, .disabledBySystem, .disabledByInactiveIdentity: true
        case .missing, .onProbation, .unknown: false
        }
    }

    /// What to do.
    public var advice: String {
        switch state {
        case .missing: "create it: slipway hooks install"
        case .deleted: "create it again: slipway hooks install; if it was deleted on purpose, restart Slipway"
        case .onProbation:
            "the receiver failed a delivery: see the subscription's history and the receiver's log; the first retry that "
                + "succeeds ends it, and new events are lost until then"
        case .disabledByUser:
            "somebody disabled it: enable it under Project settings, Service hooks, or make it anew: slipway hooks install"
        case .disabledBySystem:
            "too many deliveries failed: see its history, mend the receiver, then make it anew: slipway hooks install"
        case .disabledByInactiveIdentity:
            "its creator's account is no longer active: make it anew with a service identity: slipway hooks install"
        case .unknown: "look at it under Project settings, Service hooks"
        }
    }
}

/// What is wrong with the subscriptions to our receiver.
///
/// A subject is in order when one of its subscriptions is enabled, however many others are not.
/// - Parameter known: subjects seen earlier; one that is listed no longer was deleted.
public func hookTroubles(listed: [ListedSubscription], known: Set<HookSubject>) -> [HookTrouble] {
    let bySubject = Dictionary(grouping: listed, by: \.subject)
    let subjects = known.union(bySubject.keys)
    var troubles = subjects.compactMap { trouble(of: $0, bySubject[$0] ?? []) }
    // Waiting jobs of each project must be told of; without any project, of some. A subscription that names no project is
    // for all of them.
    let projects = Set(subjects.compactMap { $0.projectID })
    for project in projects.isEmpty ? [nil] : projects.map(Optional.some)
    where !subjects.contains(where: { $0.tellsOfWaitingJobs && [nil, project].contains($0.projectID) }) {
        var filter = ["jobStateId": "Waiting"]
        filter["projectId"] = project
        let subject = HookSubject(eventType: HookSubject.jobEventType, filter: filter)
        troubles.append(HookTrouble(subject: subject, subscription: nil, state: .missing))
    }
    return troubles.sorted { $0.order < $1.order }
}

private func trouble(of subject: HookSubject, _ subscriptions: [ListedSubscription]) -> HookTrouble? {
    guard !subscriptions.contains(where: { $0.status == .enabled }) else { return nil }
    // One on probation is nearest to life.
    let nearest =
        subscriptions.first { $0.status == .onProbation } ?? subscriptions.min { $0.id < $1.id }
    guard let nearest else { return HookTrouble(subject: subject, subscription: nil, state: .deleted) }
    let state: HookTrouble.State? =
        switch nearest.status {
        case .enabled: nil
        case .onProbation: .onProbation
        case .disabledByUser: .disabledByUser
        case .disabledBySystem: .disabledBySystem
        case .disabledByInactiveIdentity: .disabledByInactiveIdentity
        case .other: .unknown
        }
    return state.map { HookTrouble(subject: subject, subscription: nearest.id, state: $0) }
}

extension HookTrouble {
    fileprivate var order: String {
        [subject.projectID ?? "", subject.eventType, subject.filterText, subscription ?? ""].joined(separator: "|")
    }
}

// MARK: In the ledger

extension HookTrouble {
    /// What the records of the hooks are about.
    public static let ledgerSubject = "hooks"

    /// - Parameters:
    ///   - kind: `hooks.troubled`, `hooks.restored`, `hooks.repaired` or `hooks.repairFailed`.
    ///   - notice: the newest of the subscription's history, where it could be read.
    public func entry(_ kind: String, at now: Timestamp, notice: HookNotice? = nil) -> LedgerEntry {
        var facts = LedgerFacts()
        facts.set("subscription", subscription, ifChangedFrom: nil)
        facts["event"] = .text(subject.eventType)
        facts["filter"] = .text(subject.filterText)
        facts.set("project", subject.projectID, ifChangedFrom: nil)
        facts["state"] = .text(state.rawValue)
        if kind == "hooks.troubled" { facts["advice"] = .text(advice) }
        facts.set("lastResult", notice?.result, ifChangedFrom: nil)
        if let at = notice?.at { facts["lastNotifiedAt"] = .integer(at.milliseconds) }
        return LedgerEntry(at: now, kind: kind, subject: Self.ledgerSubject, facts: facts)
    }

    /// For a log and for the console.
    public var text: String {
        let filter = subject.filterText.isEmpty ? "any" : subject.filterText
        let project = subject.projectID.map { " of project \($0)" } ?? ""
        let name = subscription.map { "subscription \($0)" } ?? "the subscription"
        return "\(name) to \(subject.eventType) (\(filter))\(project) is \(state.rawValue): \(advice)"
    }
}
