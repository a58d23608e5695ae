public import SlipwayCore

/// What projects may cost, and what it takes to know what they do.
public struct BudgetPolicy: Sendable {
    public var budgets: [Budget]
    public var prices: PriceBook
    public var usage: any UsagePort
    public var projects: any ProjectPort

    public init(
        budgets: [Budget], prices: PriceBook, usage: any UsagePort, projects: any ProjectPort
    ) {
        self.budgets = budgets
        self.prices = prices
        self.usage = usage
        self.projects = projects
    }
}
