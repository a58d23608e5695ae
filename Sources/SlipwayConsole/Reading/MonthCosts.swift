public import SlipwayCore

/// What the launches that were made in a month cost, by one dimension.
public struct MonthCosts: Sendable {
    public var month: Month
    public var dimension: CostDimension
    public var table: CostTable
    /// The names of projects by id, as far as they are known.
    public var projectNames: [String: String]
    public var prices: PriceBook
    /// The price book's file; nil: the one that is built in.
    public var priceBookPath: String?

    public init(
        month: Month, dimension: CostDimension, table: CostTable, projectNames: [String: String], prices: PriceBook,
        priceBookPath: String?
    ) {
        self.month = month
        self.dimension = dimension
        self.table = table
        self.projectNames = projectNames
        self.prices = prices
        self.priceBookPath = priceBookPath
    }
}
