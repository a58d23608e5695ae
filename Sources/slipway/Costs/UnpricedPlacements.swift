internal import SlipwayCore

/// Placements that budgets know nothing of: what runs there costs "unknown".
enum UnpricedPlacements {
    /// What there is to say of them where a budget is configured; nil: nothing. Whether the price of the very platform is
    /// there shows when agent tasks ran: no configuration names it.
    static func problem(
        _ configuration: SlipwayConfiguration, _ prices: PriceBook, at now: Timestamp
    ) -> String? {
        guard !configuration.costs.budgets.isEmpty else { return nil }
        let region = configuration.aws.region
        var reasons: [String] = []
        for placement in configuration.pools.flatMap(\.profiles).flatMap(\.placements) {
            let units = UsageUnit.Platform.allCases.map {
                UsageUnit(
                    region: region, capacity: placement.name, platform: $0, cpu: 1_024, memory: 2_048, storage: 20)
            }
            guard units.allSatisfy({ prices.price(of: $0, at: now) == nil }) || !placement.isFargate else { continue }
            let why = placement.isFargate ? "the price book has no price for it" : "it is billed by the instance"
            let reason = "\(placement.name) in \(region) (\(why))"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        guard !reasons.isEmpty else { return nil }
        return "budgets can't count what runs on \(reasons.joined(separator: ", "))"
    }

    /// What mends it.
    static let mend = "add the prices to a price book (costs.priceBook), or watch these costs at AWS"
}
