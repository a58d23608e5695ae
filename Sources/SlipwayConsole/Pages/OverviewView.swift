internal import SlipwayCore

/// The first page: what is open in each pool, and the latest launches.
struct OverviewView: PageView {
    struct Pool: Sendable {
        var name: String
        /// In the order of `states`.
        var counts: [Int]
        var total: Int
    }

    struct Row: Sendable {
        var id: String
        var state: String
        var stateClass: String
        var pool: String
        var profile: String
        var origin: String
        var why: String
        var since: String
        var age: String
    }

    struct Problem: Sendable {
        var name: String
        var reason: String

        init(_ problem: ReadinessProblem) {
            name = problem.name
            reason = problem.reason
        }
    }

    let title = "Slipway"
    let subtitle = "one agent for each job"
    let refreshSeconds: Int? = 10
    let style = Stylesheet.text
    let states = LaunchQuery.openStates
    let pools: [Pool]
    let launches: [Row]
    let problems: [Problem]
    let notes: [Problem]
    let hasPools: Bool
    let hasLaunches: Bool
    let hasProblems: Bool
    let hasNotes: Bool

    static let maximumLaunches = 50

    init(
        _ launches: [Launch], counts: [OpenCount], poolNames: [PoolID: String], problems: [ReadinessProblem],
        at now: Timestamp
    ) {
        pools = Self.pools(counts, poolNames)
        self.launches = launches.map { Row($0, poolNames, now) }
        self.problems = problems.filter { !$0.isNote }.map(Problem.init)
        notes = problems.filter(\.isNote).map(Problem.init)
        hasPools = !pools.isEmpty
        hasLaunches = !launches.isEmpty
        hasProblems = !self.problems.isEmpty
        hasNotes = !notes.isEmpty
    }

    /// Every pool that has a name or an open launch, by name.
    private static func pools(_ counts: [OpenCount], _ names: [PoolID: String]) -> [Pool] {
        let byPool = Dictionary(grouping: counts, by: \.pool)
        return Set(names.keys).union(byPool.keys)
            .map { pool in
                let byState = Dictionary((byPool[pool] ?? []).map { ($0.state, $0.count) }, uniquingKeysWith: +)
                let counts = LaunchQuery.openStates.map { byState[$0] ?? 0 }
                return Pool(name: names.name(of: pool), counts: counts, total: counts.reduce(0, +))
            }
            .sorted { $0.name < $1.name }
    }
}

extension OverviewView.Row {
    init(_ launch: Launch, _ poolNames: [PoolID: String], _ now: Timestamp) {
        id = launch.id.rawValue
        state = launch.shownState
        stateClass = launch.shownState
        pool = poolNames.name(of: launch.pool)
        profile = launch.profile
        origin = [launch.origin.pipelineName, launch.origin.runName, launch.origin.jobName].compactMap { $0 }
            .joined(separator: " · ")
        why = launch.shownReason
        since = launch.stateSince.description
        age = Age.text(milliseconds: now.millisecondsSince(launch.stateSince))
    }
}

extension Launch {
    /// A closed launch is shown by how it ended.
    var shownState: String {
        if case .closed(let outcome) = state { outcome.kind.rawValue } else { state.name }
    }

    /// What a person who waits wants to know: how it ended, else what went wrong last, else why it is there.
    var shownReason: String { outcome?.reason ?? lastProblem ?? reason }
}

extension [PoolID: String] {
    func name(of pool: PoolID) -> String { self[pool] ?? "pool \(pool)" }
}

/// How long ago, in the largest unit that fits.
enum Age {
    static func text(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1000)
        return switch seconds {
        case 0..<60: "\(seconds) s"
        case 60..<3_600: "\(seconds / 60) min"
        case 3_600..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
