/// Costs added up. What is not known is counted, never guessed.
public struct CostSum: Hashable, Sendable {
    public var launches: Int64 = 0
    /// Billed seconds, of the agent tasks whose usage is known.
    public var seconds: Int64 = 0
    public var cost = Money.zero
    /// Launches whose cost is not known, by why.
    public var gaps: [UsageGap: Int64] = [:]
    /// Launches that are not closed: their cost comes in when they are.
    public var open: Int64 = 0

    public init() {}

    public var unknown: Int64 { gaps.values.reduce(0, +) }

    /// Whether the amount says nothing: what is known cost nothing, and what did is not known.
    public var isCostUnknown: Bool { cost == .zero && unknown > 0 }

    public static func += (left: inout CostSum, right: CostSum) {
        left.launches += right.launches
        left.seconds = Int64(clamping: Int128(left.seconds) + Int128(right.seconds))
        left.cost += right.cost
        left.open += right.open
        left.gaps.merge(right.gaps, uniquingKeysWith: +)
    }

    public mutating func add(_ group: UsageGroup, _ book: PriceBook, at instant: Timestamp) {
        launches += group.launches
        switch group.usage {
        case .nothing: break
        case .running: open += group.launches
        case .unknown(let gap): gaps[gap, default: 0] += group.launches
        case .known(let unit, let seconds):
            let all = Int128(seconds) * Int128(group.launches) + Int128(self.seconds)
            self.seconds = Int64(clamping: all)
            switch book.cost(of: unit, seconds: seconds, at: instant) {
            case .known(let one): cost += Money(nanos: Int64(clamping: Int128(one.nanos) * Int128(group.launches)))
            case .unknown(let gap): gaps[gap, default: 0] += group.launches
            case .soFar: break
            }
        }
    }
}

/// Launches of one key that used the same.
public struct UsageGroup: Hashable, Sendable {
    /// Of the dimension that was asked for; nil: it is not known of them.
    public var key: String?
    public var usage: LaunchUsage
    public var launches: Int64

    public init(key: String?, usage: LaunchUsage, launches: Int64) {
        self.key = key
        self.usage = usage
        self.launches = launches
    }
}

/// What costs are added up by.
public enum CostDimension: String, Hashable, Sendable, CaseIterable {
    case project
    case pipeline
    case profile
    case pool
    case requester
    case capacity
    case day
}
