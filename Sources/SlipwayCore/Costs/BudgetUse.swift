/// How far a budget is used in a calendar month.
public struct BudgetUse: Hashable, Sendable {
    public var budget: Budget
    /// The project's id; nil: none is known by what the budget names, so nothing counts against it.
    public var project: String?
    /// What is known of it: less than the truth where `unknown` is above 0.
    public var spent: Money
    /// Launches of the project whose cost is not known.
    public var unknown: Int64

    public init(budget: Budget, project: String?, spent: Money, unknown: Int64 = 0) {
        self.budget = budget
        self.project = project
        self.spent = spent
        self.unknown = unknown
    }

    public init(budget: Budget, project: String?, _ sum: CostSum) {
        self.init(budget: budget, project: project, spent: sum.cost, unknown: sum.unknown)
    }

    /// Whether nothing is known of what was spent, though something was.
    public var isSpentUnknown: Bool { spent == .zero && unknown > 0 }

    /// Hundredths of the budget, rounded down.
    public var percent: Int64 {
        guard budget.monthly.nanos > 0 else { return 100 }
        return Int64(clamping: Int128(spent.nanos) * 100 / Int128(budget.monthly.nanos))
    }

    public var isSpent: Bool { spent >= budget.monthly }

    /// The same budget in another month.
    /// - Parameter projects: what that month cost, by project.
    public func used(in projects: CostTable) -> BudgetUse {
        var sum = CostSum()
        for row in projects.rows where project != nil && row.key?.lowercased() == project { sum += row.sum }
        return BudgetUse(budget: budget, project: project, sum)
    }
}

/// The budgets as they were last looked at.
public struct BudgetReading: Hashable, Sendable {
    /// The month that was looked at.
    public var month: Month
    /// In the configuration's order.
    public var uses: [BudgetUse]

    public init(month: Month, uses: [BudgetUse]) {
        self.month = month
        self.uses = uses
    }
}
