extension LaunchTransition {
    /// With what the launch cost, in the record that closes it: an estimate by the prices of that moment, so that what is
    /// proved of it doesn't change with the price book. Nothing is added to other records, nor where no prices are at hand.
    public func priced(by prices: PriceBook?, at now: Timestamp) -> LaunchTransition {
        guard let prices, case .closed = launch.state else { return self }
        var priced = self
        switch prices.cost(of: launch, at: now) {
        case .known(let amount):
            priced.entry.facts["cost"] = .text(amount.description)
            priced.entry.facts["currency"] = .text(prices.currency)
            priced.entry.facts["pricesAsOf"] = .text(prices.asOf)
            if case .known(_, let seconds) = launch.usage { priced.entry.facts["billedSeconds"] = .integer(seconds) }
        case .unknown(let gap): priced.entry.facts["costUnknown"] = .text(gap.rawValue)
        case .soFar: priced.entry.facts["costUnknown"] = .text(UsageGap.endNotSeen.rawValue)
        }
        return priced
    }
}
