internal import SlipwayCore

/// What really happened beside what policies would have come to.
struct SimulationReport: Encodable {
    struct Column: Encodable {
        /// The policy's file; absent: it is what was recorded.
        var policy: String?
        var jobs: Int
        /// Jobs that no agent ever had; absent for what was recorded.
        var unserved: Int?
        var waitP50Milliseconds: Int64?
        var waitP95Milliseconds: Int64?
        var waitMaximumMilliseconds: Int64?
        var launches: Int
        var launchesWithoutJob: Int
        var mostLaunchesAtOnce: Int
        var agentSeconds: Int64
        var idleAgentSeconds: Int64
        var cost: String
        var launchesWithoutPrice: Int
    }

    var pool: Int
    var since: String
    var until: String
    var currency: String
    var columns: [Column]
    /// Launches that are left out, and jobs whose arrival is known less well.
    var bookedLaunches: Int
    var openLaunches: Int
    var jobsWithoutQueueTime: Int
    var unmeasuredJobs: Int
    var unreadableLaunches: Int

    init(
        _ recording: Recording, _ outcomes: [(policy: String, outcome: ReplayOutcome)], from start: Timestamp,
        to end: Timestamp
    ) {
        pool = recording.pool.rawValue
        since = start.description
        until = end.description
        currency = recording.prices.currency
        columns = [Column(recording.outcome, nil)] + outcomes.map { Column($0.outcome, $0.policy) }
        bookedLaunches = recording.booked
        openLaunches = recording.open
        jobsWithoutQueueTime = recording.withoutQueueTime
        unmeasuredJobs = recording.unmeasured
        unreadableLaunches = recording.unreadable
    }
}

extension SimulationReport.Column {
    init(_ outcome: ReplayOutcome, _ policy: String?) {
        self.policy = policy
        jobs = outcome.waits.count
        unserved = policy == nil ? nil : outcome.unserved
        waitP50Milliseconds = outcome.wait(percent: 50)
        waitP95Milliseconds = outcome.wait(percent: 95)
        waitMaximumMilliseconds = outcome.wait(percent: 100)
        launches = outcome.launches
        launchesWithoutJob = outcome.unused
        mostLaunchesAtOnce = outcome.mostAtOnce
        agentSeconds = outcome.agentMilliseconds / 1_000
        idleAgentSeconds = outcome.idleMilliseconds / 1_000
        cost = outcome.cost.description
        launchesWithoutPrice = outcome.withoutPrice
    }
}

extension SimulationReport {
    var text: String {
        var table = Table([""] + columns.map { $0.policy ?? "RECORDED" })
        func row(_ name: String, _ cell: (Column) -> String) { table.add([name] + columns.map(cell)) }
        func wait(_ milliseconds: Int64?) -> String { milliseconds.map(DurationText.of(milliseconds:)) ?? "-" }
        row("jobs that had an agent") { String($0.jobs) }
        row("jobs that never had one") { $0.unserved.map(String.init) ?? "-" }
        row("wait, half of the jobs") { wait($0.waitP50Milliseconds) }
        row("wait, 19 of 20 jobs") { wait($0.waitP95Milliseconds) }
        row("wait, the longest") { wait($0.waitMaximumMilliseconds) }
        row("launches") { String($0.launches) }
        row("  without a job") { String($0.launchesWithoutJob) }
        row("  at once, at most") { String($0.mostLaunchesAtOnce) }
        row("agent hours online") { Self.hours($0.agentSeconds) }
        row("  without a job") { Self.hours($0.idleAgentSeconds) }
        row("cost, \(currency)") { column in
            guard let cost = Money(decimal: column.cost) else { return column.cost }
            return cost == .zero && column.launchesWithoutPrice > 0 ? "not known" : cost.hundredths
        }
        return table.text + "\n" + notes.map { $0 + "\n" }.joined()
    }

    private static func hours(_ seconds: Int64) -> String {
        let tenths = (seconds + 180) / 360
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// What a reader has to know to judge the figures.
    private var notes: [String] {
        var notes = [
            "Policies are simulated alike, so compare them with one another: no placement refuses, no agent task fails, and",
            "each takes as long to come and to go as was recorded. Costs are of each profile's first placement.",
        ]
        if jobsWithoutQueueTime > 0 {
            notes.append(
                "Of \(jobsWithoutQueueTime) jobs it is not recorded when they were queued: they wait from when a launch was decided on."
            )
        }
        if unmeasuredJobs > 0 {
            notes.append(
                "Left out: \(unmeasuredJobs) jobs that nobody saw run. What they cost is among what was recorded.")
        }
        if unreadableLaunches > 0 {
            notes.append(
                "Left out: \(unreadableLaunches) launches that can't be read; slipway ledger verify names them.")
        }
        if bookedLaunches > 0 {
            notes.append("Left out: \(bookedLaunches) launches that a pipeline's task had asked for.")
        }
        if openLaunches > 0 { notes.append("Left out: \(openLaunches) launches that are not closed yet.") }
        for column in columns where column.launchesWithoutPrice > 0 {
            notes.append(
                "Without a price: \(column.launchesWithoutPrice) launches of \(column.policy ?? "those recorded").")
        }
        return notes.map { harmless($0) }
    }
}
