internal import SlipwayCore

/// One world's script: which jobs come, and how often what goes wrong. A function of the seed; the shrinker makes
/// smaller ones of it.
struct Scenario {
    struct Job {
        /// Milliseconds from the beginning.
        var queuedAt: Int64
        var kind: Kind
        var runsFor: Int64
        /// Milliseconds after it was queued; nil: it isn't cancelled.
        var cancelledAfter: Int64?
        /// A task of its run asks for its agent first, and it demands that agent by name.
        var isBooked = false
    }

    enum Kind: CaseIterable {
        case small, large, unserved
    }

    var seed: UInt64
    var jobs: [Job]
    /// By `Fault.index`. Each is 0 to 1: per occasion, or per second for those that come by themselves.
    var rates: [Double]
    /// From then on nothing goes wrong any more. Milliseconds.
    var calmAt: Int64
    var maximumAgents: Int
    /// Agents of the small profile that are kept warm, until all is calm.
    var warm: Int
    /// Whether containers claim their registration, or make it themselves.
    var claims: Bool

    /// Nothing ever goes wrong in it, and every agent satisfies every job: then no agent is too many.
    var isFair: Bool {
        warm == 0 && rates.allSatisfy { $0 == 0 }
            && jobs.allSatisfy { $0.cancelledAfter == nil && $0.kind != .large && !$0.isBooked }
    }

    init(seed: UInt64) {
        self.seed = seed
        var dice = Dice(seed: seed)
        calmAt = dice.pick([60_000, 180_000, 400_000])
        maximumAgents = dice.pick([2, 5, 50, 50])
        claims = dice.chance(0.5)
        // By dice of its own: all else of a world is as it would be without.
        var others = Dice(seed: seed ^ 0x3A97)
        warm = others.pick([0, 0, 0, 1, 2, 4])
        rates = Array(repeating: 0, count: Fault.allCases.count)
        jobs = []
        if !dice.chance(0.1) { makeWeather(&dice) }
        makeJobs(&dice)
    }

    private mutating func makeWeather(_ dice: inout Dice) {
        let share = dice.pick([0.05, 0.2, 0.5])
        let strength = dice.pick([0.02, 0.1, 0.3])
        for fault in Fault.allCases where dice.chance(share) {
            let rate = strength * (dice.chance(0.2) ? 3 : 1)
            rates[fault.index] = min(1, rate * fault.weight)
        }
        if dice.chance(0.2) { rates[Fault.other(.hookLost).index] = 1 }
    }

    private mutating func makeJobs(_ dice: inout Dice) {
        let count = dice.pick([1, 2, 3, 5, 8, 12])
        let isBurst = dice.chance(0.4)
        let share = dice.pick([0, 0.3, 0.6])
        let booked = dice.pick([0, 0, 0.3, 1])
        let cancels = rates[Fault.other(.jobCancelled).index]
        for _ in 0..<count {
            let kind: Kind = dice.chance(0.05) ? .unserved : dice.chance(share) ? .large : .small
            jobs.append(
                Job(
                    queuedAt: isBurst ? dice.within(0...3_000) : dice.within(0...max(30_000, calmAt)), kind: kind,
                    runsFor: dice.chance(0.3) ? dice.within(100...1_500) : dice.within(2_000...120_000),
                    cancelledAfter: dice.chance(cancels) ? dice.within(0...90_000) : nil,
                    isBooked: kind != .unserved && dice.chance(booked)))
        }
    }
}

extension Fault {
    /// How often, in comparison: those that are asked for each second, or that end a process, come less often.
    fileprivate var weight: Double {
        switch self {
        case .outage, .other(.storeOutage): 0.03
        case .other(.crash), .other(.crashAfterCommit): 0.05
        case .other(.spotInterruption), .other(.killedUnderJob), .other(.operatorStops): 0.05
        case .other(.clockJump), .other(.storeLost): 3
        case .other(.refusedForGood): 0.3
        case .requestLost, .answerLost, .slow, .other: 1
        }
    }
}
