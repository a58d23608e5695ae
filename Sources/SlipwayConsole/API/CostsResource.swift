public import SlipwayCore

/// Costs of a span as JSON shows them, in the API and in what the command line prints.
public struct CostsResource: Encodable, Sendable {
    public struct Row: Encodable, Sendable {
        /// An id, a name or a day, by the dimension; absent where it is not known.
        public var key: String?
        /// In words; absent where there are none but the key.
        public var name: String?
        public var launches: Int64
        public var agentTaskSeconds: Int64
        /// In units of the currency, with nine decimals.
        public var cost: String
        /// Launches whose cost is not known.
        public var unknown: Int64
        public var unknownBecause: [String: Int64]
        /// Launches that are not closed, which are not counted yet.
        public var open: Int64
    }

    public var by: String
    public var from: String
    public var to: String
    public var currency: String
    public var pricesAsOf: String
    /// The dearest first, those of days in order.
    public var rows: [Row]
    public var total: Row

    public init(
        _ table: CostTable, by dimension: CostDimension, names: [String: String], poolNames: [PoolID: String] = [:],
        from: Timestamp, to: Timestamp, _ prices: PriceBook
    ) {
        by = dimension.rawValue
        self.from = from.description
        self.to = to.description
        currency = prices.currency
        pricesAsOf = prices.asOf
        rows = table.rows.map { row in
            let (key, name) = Self.label(row.key, dimension, names, poolNames)
            return Row(key: key, name: name, row.sum)
        }
        total = Row(key: nil, name: nil, table.total)
    }

    private static func label(
        _ key: String?, _ dimension: CostDimension, _ names: [String: String], _ poolNames: [PoolID: String]
    ) -> (key: String?, name: String?) {
        guard let key else { return (nil, nil) }
        switch dimension {
        case .project: return (key, names[key])
        case .pipeline:
            let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let project = names[parts[0]] else { return (key, nil) }
            return (key, "\(project)/\(parts[1])")
        case .day: return (Int64(key).map { Day(number: $0).description } ?? key, nil)
        case .pool: return (key, Int(key).flatMap { poolNames[PoolID(rawValue: $0)] })
        case .profile, .requester, .capacity: return (key, nil)
        }
    }

    /// What there is to say of them, in sentences.
    public var notes: [String] {
        var notes = [
            "Launches made from \(from) to \(to), at prices as of \(pricesAsOf): an estimate, without discounts, traffic and "
                + "logs; Spot prices vary."
        ]
        for (gap, count) in total.unknownBecause.sorted(by: { $0.key < $1.key }) {
            notes.append("Unknown for \(count): \(gap).")
        }
        if total.open > 0 { notes.append("\(total.open) launches are not closed and not counted yet.") }
        return notes
    }
}

extension CostsResource.Row {
    fileprivate init(key: String?, name: String?, _ sum: CostSum) {
        self.init(
            key: key, name: name, launches: sum.launches, agentTaskSeconds: sum.seconds, cost: sum.cost.description,
            unknown: sum.unknown,
            unknownBecause: Dictionary(uniqueKeysWithValues: sum.gaps.map { ($0.key.explanation, $0.value) }),
            open: sum.open)
    }
}

/// A month's costs, with the budgets.
struct MonthCostsResource: Encodable {
    struct BudgetResource: Encodable {
        /// As the configuration names it.
        var project: String
        /// Absent where there is no such project, or none was found yet.
        var projectID: String?
        /// In units of the currency, with nine decimals.
        var monthly: String
        /// Of the launches whose cost is known.
        var spent: String
        /// Launches whose cost is not known.
        var unknown: Int64
        /// Hundredths of the budget, rounded down.
        var percent: Int64
        /// `warn` or `hold`.
        var whenSpent: String

        init(_ use: BudgetUse) {
            project = use.budget.project
            projectID = use.project
            monthly = use.budget.monthly.description
            spent = use.spent.description
            unknown = use.unknown
            percent = use.percent
            whenSpent = use.budget.when.rawValue
        }
    }

    var costs: CostsResource
    var month: String
    /// The price book's file, or `built-in`.
    var priceBook: String
    /// Absent where none are known.
    var budgets: [BudgetResource]?

    static let builtIn = "built-in"

    init(_ costs: CostsReading.Costs) {
        self.costs = CostsResource(costs.month, poolNames: costs.poolNames)
        month = costs.month.month.description
        priceBook = costs.month.priceBookPath ?? Self.builtIn
        budgets = costs.budgets.map { $0.map(BudgetResource.init) }
    }

    private enum CodingKeys: CodingKey { case month, priceBook, budgets }

    /// Flat: the same members as what `slipway costs --json` prints, and more.
    func encode(to encoder: any Encoder) throws {
        try costs.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(month, forKey: .month)
        try members.encode(priceBook, forKey: .priceBook)
        try members.encodeIfPresent(budgets, forKey: .budgets)
    }
}

extension CostsResource {
    init(_ costs: MonthCosts, poolNames: [PoolID: String]) {
        self.init(
            costs.table, by: costs.dimension, names: costs.projectNames, poolNames: poolNames, from: costs.month.start,
            to: costs.month.end,
            costs.prices)
    }
}
