/// What a project may cost in a calendar month (UTC).
public struct Budget: Hashable, Sendable {
    public enum WhenSpent: String, Hashable, Sendable, CaseIterable {
        /// Told in the log and in the ledger.
        case warn
        /// Told, and no launch is made for the project until the month is over.
        case hold
    }

    /// The project's id, or its name.
    public var project: String
    public var monthly: Money
    public var when: WhenSpent

    public init(project: String, monthly: Money, when: WhenSpent) {
        self.project = project
        self.monthly = monthly
        self.when = when
    }

    /// In percent: what is told when it is reached, once a month each.
    public static let thresholds: [Int64] = [80, 100]

    /// The thresholds that are reached.
    public func reached(by spent: Money) -> [Int64] {
        Self.thresholds.filter { spent >= monthly.percent($0) }
    }

    /// For the person whose job waits. The same all month, since the ledger is told each time that it changes.
    public func reason(currency: String, in month: Month) -> String {
        "its project has spent its budget of \(monthly.brief) \(currency) for \(month), so no agents are started for it "
            + "until that month is over (UTC) or an operator raises the budget (costs.budgets)"
    }

    /// Where the ledger keeps what was told of it.
    public func subject(in month: Month) -> String { "budget-\(month)-\(project)" }

    public func entry(_ threshold: Int64, spent: Money, currency: String, in month: Month, at now: Timestamp)
        -> LedgerEntry
    {
        var facts = LedgerFacts()
        facts["project"] = .text(project)
        facts["month"] = .text(month.description)
        facts["percent"] = .integer(threshold)
        facts["spent"] = .text(spent.description)
        facts["monthly"] = .text(monthly.description)
        facts["currency"] = .text(currency)
        facts["when"] = .text(when.rawValue)
        return LedgerEntry(at: now, kind: "budget.reached", subject: subject(in: month), facts: facts)
    }
}
