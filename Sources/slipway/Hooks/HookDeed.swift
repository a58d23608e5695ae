internal import SlipwayCore

/// What a command did to a subscription, for the ledger: what, by whom, when. Never with what credentials.
struct HookDeed: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        case created = "hooks.created"
        case removed = "hooks.removed"
    }

    var kind: Kind
    var subject: HookSubject
    var subscription: String
    /// Why, where it wasn't simply asked for.
    var reason: String?

    /// - Parameters:
    ///   - command: such as `hooks install`.
    ///   - identity: the id of whom the organization takes the sign-in for. The ledger holds no names of people.
    ///   - userID: the number of the user who ran it on this machine.
    func entry(command: String, identity: String?, userID: UInt32, at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["command"] = .text(command)
        facts["subscription"] = .text(subscription)
        facts["event"] = .text(subject.eventType)
        facts["filter"] = .text(subject.filterText)
        facts["userID"] = .integer(Int64(userID))
        if let project = subject.projectID { facts["project"] = .text(project) }
        if let reason { facts["reason"] = .text(reason) }
        if let identity { facts["identity"] = .text(identity) }
        return LedgerEntry(at: now, kind: kind.rawValue, subject: HookTrouble.ledgerSubject, facts: facts)
    }
}
