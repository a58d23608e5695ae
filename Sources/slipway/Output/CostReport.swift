internal import SlipwayCore

/// Costs of a span, for a person and as JSON.
struct CostReport: Encodable {
    struct Row: Encodable {
        /// An id, a name or a day, by the dimension; absent where it is not known.
        var key: String?
        /// In words; absent where there are none but the key.
        var name: String?
        var launches: Int64
        var agentTaskSeconds: Int64
        /// In units of the currency, with nine decimals.
        var cost: String
        /// Launches whose cost is not known.
        var unknown: Int64
        var unknownBecause: [String: Int64]
        /// Launches that are not closed, which are not counted yet.
        var open: Int64
    }

    var by: String
    var from: String
    var to: String
    var currency: String
    var pricesAsOf: String
    var rows: [Row]
    var total: Row

    init(
        _ table: CostTable, by dimension: CostDimension, names: [String: String], from: Timestamp, to: Timestamp,
        _ prices: PriceBook
    ) {
        by = dimension.rawValue
        self.from = from.description
        self.to = to.description
        currency = prices.currency
        pricesAsOf = prices.asOf
        rows = table.rows.map { row in
            let (key, name) = Self.label(row.key, dimension, names)
            return Row(key: key, name: name, row.sum)
        }
        total = Row(key: nil, name: nil, table.total)
    }

    private static func label(
        _ key: String?, _ dimension: CostDimension, _ names: [String: String]
    ) -> (key: String?, name: String?) {
        guard let key else { return (nil, nil) }
        switch dimension {
        case .project: return (key, names[key])
        case .pipeline:
            let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let project = names[parts[0]] else { return (key, nil) }
            return (key, "\(project)/\(parts[1])")
        case .day: return (Int64(key).map { Day(number: $0).description } ?? key, nil)
        case .profile, .pool, .requester, .capacity: return (key, nil)
        }
    }

    var text: String {
        var table = Table([by.uppercased(), "LAUNCHES", "SECONDS", "COST (\(currency))", "UNKNOWN", "OPEN"])
        for row in rows { table.add(cells(row.name ?? row.key ?? "(not known)", row)) }
        table.add(cells("TOTAL", total))
        return table.text + "\n" + notes.map { harmless($0) + "\n" }.joined()
    }

    private func cells(_ label: String, _ row: Row) -> [String] {
        [label, "\(row.launches)", "\(row.agentTaskSeconds)", row.cost, "\(row.unknown)", "\(row.open)"]
    }

    private var notes: [String] {
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

extension CostReport.Row {
    fileprivate init(key: String?, name: String?, _ sum: CostSum) {
        self.init(
            key: key, name: name, launches: sum.launches, agentTaskSeconds: sum.seconds, cost: sum.cost.description,
            unknown: sum.unknown,
            unknownBecause: Dictionary(uniqueKeysWithValues: sum.gaps.map { ($0.key.explanation, $0.value) }),
            open: sum.open)
    }
}
