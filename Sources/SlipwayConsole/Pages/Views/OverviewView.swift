internal import SlipwayCore

/// What the first page is made of.
struct OverviewFacts: Sendable {
    struct Stored: Sendable {
        var launches: [Launch]
        var hour: LaunchFigures
        var day: LaunchFigures
        var poolNames: [PoolID: String]
    }

    /// Nil: the store can't be read.
    var stored: Stored?
    var live: LiveState
    /// False: nobody tells of now.
    var hasEngine: Bool
    var problems: [ReadinessProblem]
    var expiries: [Expiry]
    var done: DoneNotes.Note?
}

/// The first page: what waits, starts, is online and busy, how it went of late, and what is wrong.
struct OverviewView: PageView {
    struct Tile: Sendable {
        var name: String
        /// A number, with a question mark for what isn't known.
        var value: String
        var style: String
    }

    struct Notice: Sendable {
        var name: String
        var reason: String

        init(_ problem: ReadinessProblem) {
            name = problem.name
            reason = problem.reason
        }
    }

    struct Failure: Sendable {
        var reason: String
        var count: Int
        var launch: String
        var at: ShownTime
    }

    struct Phase: Sendable {
        var name: String
        var hour: String
        var hourCount: Int
        var day: String
        var dayCount: Int
    }

    static let maximumLaunches = 15

    let frame: PageFrame
    let done: ShownNote?
    let hasStore: Bool
    /// What the numbers of now leave out; nil: nothing.
    let incomplete: String?
    let forms: OrderForms?
    let problems: [Notice]
    let notes: [Notice]
    /// What is said above the notes: whether jobs are served in spite of them.
    let notesTitle: String
    let drained: String?
    let isDrained: Bool
    let canDrain: Bool
    let tiles: [Tile]
    let pools: [OverviewPoolView]
    let hasPools: Bool
    let waiting: [OverviewWaitingView]
    let hasWaiting: Bool
    let waitingMore: Int?
    let spark: SparkView?
    let made: Int
    let madeInDay: Int
    let outcomes: [ShownFact]
    let phases: [Phase]
    let hasPhases: Bool
    let failures: [Failure]
    let hasFailures: Bool
    /// Nil: none.
    let otherFailures: Int?
    /// Of which failures the reasons are; nil: of all of them.
    let failuresNote: String?
    let facts: [ShownFact]
    let launches: [LaunchRowView]
    let hasLaunches: Bool
    let hasProblems: Bool
    let hasNotes: Bool

    init(_ facts: OverviewFacts, forms: OrderForms?, links: ServiceLinks, at now: Timestamp) {
        self.forms = forms
        done = facts.done.map { ShownNote($0, at: now) }
        hasStore = facts.stored != nil
        incomplete = Self.incomplete(facts)
        let live = facts.live
        let hour = facts.stored?.hour ?? LaunchFigures(since: now, until: now)
        let day = facts.stored?.day ?? LaunchFigures(since: now, until: now)
        drained = live.holds.drainNote
        isDrained = drained != nil
        canDrain = forms != nil && !isDrained
        frame = PageFrame("Overview", at: "/", live: "ticking", takesText: canDrain)
        // A drain has a place of its own, with what undoes it.
        let isSaidBelow = isDrained
        problems = facts.problems.filter { !$0.isNote && !(isSaidBelow && $0.name == ReadinessCheck.drainedName) }
            .map(Notice.init)
        notes = facts.problems.filter(\.isNote).map(Notice.init)
        hasProblems = !problems.isEmpty
        hasNotes = !notes.isEmpty
        notesTitle = hasProblems || isDrained ? "Also:" : "Jobs are served, but:"
        tiles = Self.tiles(live, hasEngine: facts.hasEngine)
        pools = live.pools.map { OverviewPoolView($0, live.holds, forms, links, at: now) }
        hasPools = !pools.isEmpty
        let jobs = live.pools.flatMap { pool in pool.waiting.map { OverviewWaitingView($0, pool.name, at: now) } }
        waiting = Array(jobs.prefix(OverviewWaitingView.maximum))
        hasWaiting = !waiting.isEmpty
        let more = live.pools.map(\.waitingCount).reduce(0, +) - waiting.count
        waitingMore = more > 0 ? more : nil
        spark = SparkView(hour.madePerMinute)
        made = hour.made
        madeInDay = day.made
        outcomes = LaunchOutcome.Kind.allCases.map { ShownFact($0.rawValue, "\(day.outcomes[$0] ?? 0)") }
        phases = Self.phases(hour.phases, day.phases)
        hasPhases = !phases.isEmpty
        failures = day.failures.map {
            Failure(
                reason: $0.reason, count: $0.count, launch: $0.launch.rawValue, at: ShownTime($0.at, at: now))
        }
        otherFailures = day.otherFailures > 0 ? day.otherFailures : nil
        failuresNote =
            day.failuresCounted < day.failed
            ? "Reasons of the newest \(day.failuresCounted) of \(day.failed) failures." : nil
        hasFailures = !failures.isEmpty || otherFailures != nil
        self.facts = Self.facts(live, facts.expiries, at: now)
        launches = (facts.stored?.launches ?? []).map {
            LaunchRowView($0, facts.stored?.poolNames ?? [:], at: now)
        }
        hasLaunches = !launches.isEmpty
    }

    private static func incomplete(_ facts: OverviewFacts) -> String? {
        guard facts.hasEngine else {
            return "No engine runs in this process: what waits, and what agents do, isn't known here."
        }
        let unread = facts.live.pools.filter { $0.readAt == nil && $0.problem == nil }.map(\.name)
        guard !unread.isEmpty else { return nil }
        return "The engine is starting: what waits isn't known yet of \(unread.joined(separator: ", "))."
    }

    private static func tiles(_ live: LiveState, hasEngine: Bool) -> [Tile] {
        let profiles = live.pools.flatMap(\.profiles)
        /// What the engine has launched it knows whether pools can be read or not.
        func tile(_ name: String, _ style: String, _ count: (LiveState.Profile) -> Int) -> Tile {
            Tile(name: name, value: hasEngine ? "\(profiles.map(count).reduce(0, +))" : "?", style: style)
        }
        let waiting = live.pools.filter(\.isWaitingKnown).map(\.waitingCount).reduce(0, +)
        let isKnown = hasEngine && live.pools.allSatisfy(\.isWaitingKnown)
        return [
            Tile(
                name: "waiting", value: isKnown ? "\(waiting)" : waiting > 0 ? "\(waiting) + ?" : "?",
                style: "pending"),
            tile("starting", "pending", \.starting), tile("online", "online", \.online),
            tile("busy", "busy", \.busy), tile("leaving", "soft", \.leaving),
        ]
    }

    private static func phases(_ hour: [PhaseFigures], _ day: [PhaseFigures]) -> [Phase] {
        func text(_ figures: PhaseFigures?) -> String {
            guard let figures else { return "–" }
            return DurationText.of(milliseconds: figures.medianMilliseconds) + " · "
                + DurationText.of(milliseconds: figures.percentile95Milliseconds)
        }
        return LaunchStage.allCases.compactMap { stage in
            let (inHour, inDay) = (hour.first { $0.stage == stage }, day.first { $0.stage == stage })
            guard inHour != nil || inDay != nil else { return nil }
            return Phase(
                name: stage.shown, hour: text(inHour), hourCount: inHour?.count ?? 0, day: text(inDay),
                dayCount: inDay?.count ?? 0)
        }
    }

    private static func facts(_ live: LiveState, _ expiries: [Expiry], at now: Timestamp) -> [ShownFact] {
        var facts: [ShownFact] = []
        if live.hooks.isWatched {
            facts.append(
                ShownFact(
                    "Service hooks",
                    live.hooks.problem
                        ?? (live.hooks.troubles.isEmpty
                            ? "\(live.hooks.known) subscriptions, none in trouble"
                            : live.hooks.troubles.map(\.text).joined(separator: "; "))))
        } else {
            facts.append(ShownFact("Service hooks", "not watched: set receiver.publicURL"))
        }
        if let jobs = live.parallelJobs {
            facts.append(ShownFact("Parallel jobs", "\(jobs.used) of \(jobs.limit) in use"))
        }
        return facts
            + expiries.map {
                let time = ShownTime($0.at, at: now)
                return ShownFact("Ends: \($0.name)", "\(time.short) UTC, \(time.age)")
            }
    }
}
