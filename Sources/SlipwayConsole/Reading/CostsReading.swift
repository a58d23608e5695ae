internal import SlipwayCore

/// What a month cost, from the store, and how far the budgets that the engine knows are used in it.
struct CostsReading: Sendable {
    let reading: Reading
    let overview: OverviewReading
    let time: any TimeSource

    /// Which month, by what.
    struct Query: Sendable {
        static let parameterNames = ["by", "month"]

        var dimension: CostDimension
        var month: Month

        init(_ query: QueryParameters, at now: Timestamp) throws(Problem) {
            dimension =
                try query.choice("by", CostDimension.allCases.map(\.rawValue)).flatMap(CostDimension.init) ?? .project
            month = try query.month("month") ?? Month(now)
        }
    }

    struct Costs: Sendable {
        var month: MonthCosts
        /// Nil: none are known.
        var budgets: [BudgetUse]?
        /// Whether the month is the present one: its costs grow, and its budgets hold.
        var isPresent: Bool
        /// Empty where pools are not what costs are added up by.
        var poolNames: [PoolID: String] = [:]
    }

    func costs(_ query: Query, _ context: ConsoleContext) async throws(Problem) -> Costs {
        let costs = try await reading.perform(context) { try await $0.costs(of: query.month, by: query.dimension) }
        let names =
            query.dimension == .pool ? try await reading.perform(context) { try await $0.poolNames() } : [:]
        // The table is there, so budgets that would keep it waiting, or can't be read, are left away.
        return Costs(
            month: costs, budgets: try? await budgets(in: costs, context), isPresent: query.month == Month(time.now()),
            poolNames: names)
    }

    /// Of the month that the engine looks at, its own word: it counts what is open too, and acts on it.
    private func budgets(in costs: MonthCosts, _ context: ConsoleContext) async throws(Problem) -> [BudgetUse]? {
        guard let looked = await overview.live().budgets else { return nil }
        guard looked.month != costs.month, !looked.uses.isEmpty else { return looked.uses }
        var projects = costs
        if costs.dimension != .project {
            projects = try await reading.perform(context) { try await $0.costs(of: costs.month, by: .project) }
        }
        return looked.uses.map { $0.used(in: projects.table) }
    }
}
