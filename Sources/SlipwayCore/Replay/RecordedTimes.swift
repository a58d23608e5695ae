/// How long agent tasks took to come and to go: measured, for what a replay can't know by itself.
public struct RecordedTimes: Hashable, Sendable {
    /// From the cluster's acceptance until the agent was online. Sorted.
    public private(set) var startups: [Int64] = []
    /// From the acceptance until the image's download began, from when it is billed.
    private var pulls: [Int64] = []
    /// From online until it had its job, of those that one waited for.
    private var takes: [Int64] = []
    /// From the end of the job until the agent task had stopped, until which it is billed.
    private var stops: [Int64] = []
    /// From the end of the job until the launch was closed, until which it counts against the limits.
    private var closings: [Int64] = []
    /// From the queueing of a job until a launch was decided on, of those that had a launch at once.
    private var notices: [Int64] = []
    private var units: [UsageUnit: Int] = [:]

    public init() {}

    public mutating func add(_ launch: Launch) {
        let facts = launch.agentTaskFacts
        // Clocks differ: a length below zero is one of nothing.
        func note(_ lengths: inout [Int64], _ from: Timestamp?, _ to: Timestamp?) {
            guard let from, let to else { return }
            lengths.append(plausibleLength(from: from, to: to))
        }
        note(&startups, facts?.createdAt ?? launch.createdAt, launch.onlineAt)
        note(&pulls, facts?.createdAt, facts?.pullStartedAt)
        note(&stops, launch.finishedAt, facts?.stoppedAt)
        if launch.request != nil { note(&takes, launch.onlineAt, launch.busyAt) }
        if launch.ordinal == 1, launch.request != nil { note(&notices, launch.origin.queuedAt, launch.createdAt) }
        if case .closed = launch.state { note(&closings, launch.finishedAt ?? launch.endedAt, launch.stateSince) }
        if let unit = facts?.unit(placement: launch.placement) { units[unit, default: 0] += 1 }
    }

    public mutating func add(_ other: RecordedTimes) {
        startups += other.startups
        pulls += other.pulls
        takes += other.takes
        stops += other.stops
        closings += other.closings
        notices += other.notices
        units.merge(other.units, uniquingKeysWith: +)
    }

    /// To be called once all are added.
    public mutating func sort() {
        startups.sort()
        pulls.sort()
        takes.sort()
        stops.sort()
        closings.sort()
        notices.sort()
    }

    /// Of the n-th launch: spread evenly over those that were measured, whatever their order.
    func startup(ofNumber number: Int) -> Int64 {
        guard !startups.isEmpty else { return Self.unmeasuredStartup }
        // The fractional part of multiples of the golden ratio comes near each number of 0 to 1 equally soon.
        let share = (Double(number) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
        return startups[min(startups.count - 1, Int(share * Double(startups.count)))]
    }

    var pull: Int64 { median(pulls) ?? 0 }
    var take: Int64 { median(takes) ?? 1_000 }
    var stop: Int64 { median(stops) ?? 5_000 }
    var closing: Int64 { median(closings) ?? 15_000 }
    /// Half of all: those that a limit held are not noticed later.
    var notice: Int64 { median(notices) ?? 0 }
    /// What most were.
    var unit: UsageUnit? { units.max { ($0.value, $1.key.order) < ($1.value, $0.key.order) }?.key }

    /// Where no agent was ever measured. Milliseconds.
    static let unmeasuredStartup: Int64 = 45_000

    private func median(_ sorted: [Int64]) -> Int64? { sorted.isEmpty ? nil : sorted[sorted.count / 2] }
}

extension UsageUnit {
    /// Some order, so that equals are not told apart by chance.
    fileprivate var order: String { "\(region) \(capacity) \(platform.rawValue) \(cpu) \(memory) \(storage)" }
}
