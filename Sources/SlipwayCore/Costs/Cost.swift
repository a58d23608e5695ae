/// What a launch cost by a price book.
public enum Cost: Hashable, Sendable {
    case known(Money)
    /// So far: its agent task is not known to have stopped.
    case soFar(Money?)
    case unknown(UsageGap)
}

extension PriceBook {
    /// The cost of one agent task, rounded to the nearest billionth, half up.
    public func cost(of unit: UsageUnit, seconds: Int64, at instant: Timestamp) -> Cost {
        guard unit.isFargate else { return .unknown(.otherCapacity) }
        guard let price = price(of: unit, at: instant) else { return .unknown(.noPrice) }
        return .known(price.amount(of: unit, seconds: seconds))
    }

    public func cost(of launch: Launch, at now: Timestamp) -> Cost {
        switch launch.usage {
        case .nothing: return .known(.zero)
        case .unknown(let gap): return .unknown(gap)
        case .known(let unit, let seconds): return cost(of: unit, seconds: seconds, at: launch.createdAt)
        case .running(let since, let unit):
            guard let since, let unit else { return .soFar(nil) }
            let seconds = unit.billedSeconds(from: since, to: max(now, since))
            switch cost(of: unit, seconds: seconds, at: launch.createdAt) {
            case .known(let amount), .soFar(let amount?): return .soFar(amount)
            case .soFar(nil): return .soFar(nil)
            case .unknown(let gap): return .unknown(gap)
            }
        }
    }
}

extension PriceBook.Price {
    /// Exact but for the last step: prices are per hour and per 1024 units.
    func amount(of unit: UsageUnit, seconds: Int64) -> Money {
        let storage = unit.platform == .windowsX86 ? 0 : max(0, unit.storage - UsageUnit.freeStorage)
        var perHour = Int128(unit.cpu) * Int128(vCPUHour.nanos + licenceVCPUHour.nanos)
        perHour += Int128(unit.memory) * Int128(gigabyteHour.nanos)
        perHour += Int128(storage) * 1_024 * Int128(storageGigabyteHour.nanos)
        let divisor: Int128 = 1_024 * 3_600
        return Money(nanos: Int64(clamping: (perHour * Int128(seconds) + divisor / 2) / divisor))
    }
}
