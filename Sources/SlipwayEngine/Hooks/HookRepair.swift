internal import SlipwayCore

/// What a repair of the hooks was for, as the ledger tells it.
struct HookRepair: Hashable, Sendable {
    var eventType: String
    var filter: String
    var project: String?

    init(_ subject: HookSubject) {
        eventType = subject.eventType
        filter = subject.filterText
        project = subject.projectID
    }

    /// Nil for a record of anything but a repair that was tried.
    init?(_ record: LedgerRecord) {
        guard record.kind == "hooks.repaired" || record.kind == "hooks.repairFailed", let facts = record.readFacts,
            case .text(let eventType)? = facts["event"], case .text(let filter)? = facts["filter"]
        else { return nil }
        self.eventType = eventType
        self.filter = filter
        if case .text(let project)? = facts["project"] { self.project = project }
    }
}
