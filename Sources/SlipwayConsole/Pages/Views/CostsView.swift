internal import SlipwayCore

/// What a month cost, by one dimension, and how far the budgets are used.
struct CostsView: PageView {
    struct Row: Sendable {
        var name: String
        /// Its launches; nil: the list can't be asked for them.
        var href: String?
        var launches: Int64
        var hours: String
        var cost: String
        /// In thousandths of the total, at least visible.
        var width: Int
        var unknown: Int64
        var open: Int64
    }

    struct BudgetRow: Sendable {
        var project: String
        var monthly: String
        var spent: String
        var percent: String
        /// In thousandths, at most the whole.
        var width: Int
        var state: String
        var style: String
    }

    let frame = PageFrame("Costs", at: "/costs")
    let month: String
    let by: String
    let currency: String
    let months: [LaunchListView.Choice]
    let dimensions: [LaunchListView.Choice]
    /// Nil: there is none.
    let previousHref: String?
    /// Nil: it has not begun.
    let nextHref: String?
    let rows: [Row]
    let hasRows: Bool
    /// What is not shown by itself; nil: nothing.
    let others: Row?
    let total: Row
    let notes: [String]
    let priceBook: String
    let budgets: [BudgetRow]
    let hasBudgets: Bool
    let areBudgetsUnknown: Bool
    let isPresent: Bool

    static let maximumRows = 200
    static let maximumMonths = 24

    init(_ costs: CostsReading.Costs, at now: Timestamp) {
        let asked = costs.month
        let resource = CostsResource(asked, poolNames: costs.poolNames)
        month = asked.month.description
        by = asked.dimension.rawValue
        currency = resource.currency
        months = Self.months(asked.month, Month(now))
        dimensions = CostDimension.allCases.map {
            LaunchListView.Choice(value: $0.rawValue, name: $0.rawValue, isChosen: $0 == asked.dimension)
        }
        let by = by
        func href(_ month: Month) -> String { PageLink.to("/costs", [("by", by), ("month", month.description)]) }
        previousHref = asked.month.start.milliseconds > 0 ? href(asked.month.previous) : nil
        nextHref = asked.month < Month(now) ? href(asked.month.next) : nil
        let whole = asked.table.total
        rows = zip(asked.table.rows, resource.rows).prefix(Self.maximumRows).map { row, shown in
            Row(
                shown.name ?? shown.key ?? "not known", row.sum, whole,
                href: row.key.flatMap { Self.launches($0, asked) })
        }
        hasRows = !rows.isEmpty
        let rest = asked.table.rows.dropFirst(Self.maximumRows)
        var sum = CostSum()
        for row in rest { sum += row.sum }
        others = rest.isEmpty ? nil : Row("\(rest.count) others", sum, whole)
        total = Row("Total", whole, whole)
        notes = resource.notes
        priceBook = asked.priceBookPath.map { "the price book \($0)" } ?? "the price book that is built in"
        budgets = (costs.budgets ?? []).map { BudgetRow($0, asked, isPresent: costs.isPresent) }
        hasBudgets = !budgets.isEmpty
        areBudgetsUnknown = costs.budgets == nil
        isPresent = costs.isPresent
    }

    /// The last two years, and the one that is asked for wherever it lies.
    private static func months(_ chosen: Month, _ present: Month) -> [LaunchListView.Choice] {
        var month = present
        var months = [month]
        while months.count < maximumMonths, month.year > 1970 {
            month = month.previous
            months.append(month)
        }
        if !months.contains(chosen) { months.append(chosen) }
        return months.sorted(by: >).map {
            LaunchListView.Choice(value: $0.description, name: $0.description, isChosen: $0 == chosen)
        }
    }

    /// The list of the launches that a row is made of.
    private static func launches(_ key: String, _ costs: MonthCosts) -> String? {
        var (since, until) = (costs.month.start, costs.month.end)
        var filter: [(String, String?)] = []
        switch costs.dimension {
        case .project: filter = [("project", key)]
        case .pipeline:
            let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0] != "?" else { return nil }
            // One without a name is known by its id.
            let pipeline = parts[1].hasPrefix("#") ? String(parts[1].dropFirst()) : parts[1]
            filter = [("project", parts[0]), ("pipeline", pipeline)]
        case .profile: filter = [("profile", key)]
        case .pool: filter = [("pool", key)]
        case .day:
            guard let number = Int64(key) else { return nil }
            (since, until) = (Day(number: number).start, Day(number: number + 1).start)
        case .requester, .capacity: return nil
        }
        return PageLink.to("/launches", filter + [("since", since.description), ("until", until.description)])
    }
}

extension CostsView.Row {
    fileprivate init(_ name: String, _ sum: CostSum, _ whole: CostSum, href: String? = nil) {
        let share = whole.cost.nanos > 0 ? Int128(sum.cost.nanos) * 1_000 / Int128(whole.cost.nanos) : 0
        self.init(
            name: name, href: href, launches: sum.launches, hours: Self.hours(sum.seconds),
            cost: sum.isCostUnknown ? "not known" : sum.cost.hundredths,
            width: sum.cost > .zero ? max(6, Int(clamping: share)) : 0, unknown: sum.unknown, open: sum.open)
    }

    /// Tenths are enough to compare by; the seconds are in the API.
    private static func hours(_ seconds: Int64) -> String {
        let tenths = (seconds + 180) / 360
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension CostsView.BudgetRow {
    fileprivate init(_ use: BudgetUse, _ costs: MonthCosts, isPresent: Bool) {
        let name = costs.projectNames.first { $0.key.lowercased() == use.project }?.value
        project = name ?? use.budget.project
        monthly = use.budget.monthly.brief
        spent = use.isSpentUnknown ? "not known" : use.spent.hundredths
        percent = use.isSpentUnknown ? "" : "\(use.percent)"
        width = min(1_000, Int(clamping: use.percent) * 10)
        (state, style) = Self.state(use, isPresent: isPresent)
    }

    private static func state(_ use: BudgetUse, isPresent: Bool) -> (String, String) {
        if use.project == nil { return ("no such project is known, so it has no effect", "bad") }
        guard use.isSpent else {
            let isNear = use.percent >= (Budget.thresholds.first ?? 100)
            // What isn't known may be more than what is left.
            if use.unknown > 0 {
                let known = use.isSpentUnknown ? "" : isNear ? "nearly spent; " : "within it as far as is known; "
                return (known + "not known for \(use.unknown) launches", "hold")
            }
            return isNear ? ("nearly spent", "hold") : ("within it", "fine")
        }
        if use.budget.when == .hold, isPresent { return ("spent: no agents are started for it this month", "bad") }
        return ("spent", "bad")
    }
}
