/// How far a budget is used in a calendar month.
public struct BudgetUse: Hashable, Sendable {
    public var budget: Budget
    /// The project's id; nil: none is known by what the budget names, so nothing counts against it.
    public var project: String?
    public var spent: Money

    public init(budget: Budget, project: String?, spent: Money) {
        self.budget = budget
        self.project = project
        self.spent = spent
    }

    /// Hundredths of the budget, rounded down.
    public var percent: Int64 {
        guard budget.monthly.nanos > 0 else { return 100 }
        return Int64(clamping: Int128(spent.nanos) * 100 / Int128(budget.monthly.nanos))
    }

    public var isSpent: Bool { spent >= budget.monthly }

    /// The same budget in another month.
    /// - Parameter projects: what that month cost, by project.
    public func used(in projects: CostTable) -> BudgetUse {
        var use = self
        use.spent = .zero
        for row in projects.rows where project != nil && row.key?.lowercased() == project { use.spent += row.sum.cost }
        return use
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
