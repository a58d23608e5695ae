/// Costs of a span by one dimension. The rows add up to the total, to the last billionth.
public struct CostTable: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        /// Nil: it is not known of these launches.
        public var key: String?
        public var sum: CostSum
    }

    /// The dearest first, those of a day in order.
    public var rows: [Row]
    public var total: CostSum

    /// - Parameter spans: stretches of time with the instant whose prices are good for each.
    init(_ spans: [(groups: [UsageGroup], at: Timestamp)], by dimension: CostDimension, _ book: PriceBook) {
        var sums: [String?: CostSum] = [:]
        for span in spans {
            for group in span.groups { sums[group.key, default: CostSum()].add(group, book, at: span.at) }
        }
        var total = CostSum()
        for sum in sums.values { total += sum }
        self.total = total
        rows = sums.map { Row(key: $0.key, sum: $0.value) }.sorted { left, right in
            if dimension == .day { return (Int64(left.key ?? "") ?? 0) < (Int64(right.key ?? "") ?? 0) }
            return left.sum.cost == right.sum.cost
                ? (left.key ?? "") < (right.key ?? "") : left.sum.cost > right.sum.cost
        }
    }
}

extension UsagePort {
    /// What the launches that were made in a span cost.
    public func costs(
        by dimension: CostDimension, from start: Timestamp, to end: Timestamp, prices: PriceBook
    ) async throws(StoreError) -> CostTable {
        var spans: [(groups: [UsageGroup], at: Timestamp)] = []
        var start = start
        for stop in prices.changes(from: start, to: end) + [end] {
            spans.append((try await usage(by: dimension, from: start, to: stop), start))
            start = stop
        }
        return CostTable(spans, by: dimension, prices)
    }
}
