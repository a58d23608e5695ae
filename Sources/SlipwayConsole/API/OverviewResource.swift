internal import SlipwayCore

/// How the last hour and the last day went.
struct OverviewResource: Encodable {
    var lastHour: FiguresResource
    var lastDay: FiguresResource
}

/// How the launches of a while went.
struct FiguresResource: Encodable {
    struct Phase: Encodable {
        /// A `LaunchStage`.
        var stage: String
        var count: Int
        var p50Milliseconds: Int64
        var p95Milliseconds: Int64
    }

    struct Failure: Encodable {
        var reason: String
        var count: Int
        var latestLaunch: String
        var latestAt: String
    }

    var since: String
    var until: String
    var made: Int
    /// Of each minute, the first one first; absent where it is not counted.
    var madePerMinute: [Int]?
    /// By outcome; what is missing is none.
    var closed: [String: Int]
    var phases: [Phase]
    var failures: [Failure]
    /// Those of `failuresCounted` that have other reasons.
    var otherFailures: Int
    /// The launches, the newest of those that failed or were lost, whose reasons were counted.
    var failuresCounted: Int

    init(_ figures: LaunchFigures) {
        since = figures.since.description
        until = figures.until.description
        made = figures.made
        madePerMinute = figures.madePerMinute.isEmpty ? nil : figures.madePerMinute
        closed = Dictionary(uniqueKeysWithValues: figures.outcomes.map { ($0.key.rawValue, $0.value) })
        phases = figures.phases.map {
            Phase(
                stage: $0.stage.rawValue, count: $0.count, p50Milliseconds: $0.medianMilliseconds,
                p95Milliseconds: $0.percentile95Milliseconds)
        }
        failures = figures.failures.map {
            Failure(
                reason: $0.reason, count: $0.count, latestLaunch: $0.launch.rawValue, latestAt: $0.at.description)
        }
        otherFailures = figures.otherFailures
        failuresCounted = figures.failuresCounted
    }
}

/// Whether Slipway does its job, and what will end it.
struct HealthResource: Encodable {
    struct ExpiryResource: Encodable {
        var name: String
        var at: String
    }

    /// `ready` or `notReady`.
    var status: String
    var problems: [ReadinessProblem]
    var notes: [ReadinessProblem]
    var drained: HoldResource?
    /// Those that are known.
    var expiries: [ExpiryResource]

    init(_ all: [ReadinessProblem], _ expiries: [Expiry], drained: OperatorHolds.Hold?) {
        problems = all.filter { !$0.isNote }
        notes = all.filter(\.isNote)
        status = problems.isEmpty ? "ready" : "notReady"
        self.drained = drained.map(HoldResource.init)
        self.expiries = expiries.map { ExpiryResource(name: $0.name, at: $0.at.description) }
    }
}
