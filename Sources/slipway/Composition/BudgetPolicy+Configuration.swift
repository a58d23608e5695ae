internal import AzureDevOps
internal import SlipwayAzurePipelines
internal import SlipwayCore
internal import SlipwayEngine

extension BudgetPolicy {
    /// Reads the price book, also where there is no budget: that it can't be read is said at the start.
    static func configured(
        _ costs: SlipwayConfiguration.Costs, usage: any UsagePort, client: AzureDevOpsClient
    ) throws(ConfigurationErrors) -> BudgetPolicy {
        BudgetPolicy(
            budgets: costs.budgets, prices: try PriceBookFile.load(costs.priceBook), usage: usage,
            projects: AzureProjects(client: client))
    }
}
