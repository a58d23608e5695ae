internal import SlipwayCore

/// A launch with its records, for a person: facts first, then the timeline with durations.
enum LaunchStoryText {
    /// The numbers of the deliveries that told of the job that it was made for, and of the one that its agent took instead.
    struct Deliveries {
        var madeFor: [Int64] = []
        var ran: [Int64] = []
    }

    static func of(
        _ launch: Launch, _ records: [LedgerRecord], _ deliveries: Deliveries, _ prices: PriceBook, now: Timestamp
    ) -> String {
        head(launch, records, deliveries, prices, now: now) + "\n" + timeline(launch, records, now: now)
    }

    private static func head(
        _ launch: Launch, _ records: [LedgerRecord], _ deliveries: Deliveries, _ prices: PriceBook, now: Timestamp
    ) -> String {
        var lines: [(String, String)] = [("launch", launch.id.rawValue)]
        lines += jobs(launch, records, deliveries)
        lines.append(("because", launch.reason))
        lines.append(("pool, profile", "\(launch.pool), \(launch.profile)"))
        lines.append(("state", state(launch, now: now)))
        if let outcome = launch.outcome { lines.append(("outcome", "\(outcome.kind.rawValue): \(outcome.reason)")) }
        if let problem = launch.lastProblem { lines.append(("last problem", problem)) }
        if let placement = launch.placement { lines.append(("placement", "\(placement), attempt \(launch.attempt)")) }
        if let agentTask = launch.agentTask { lines.append(("agent task", agentTask.rawValue)) }
        if let stop = launch.agentTaskStop { lines.append(("it stopped", stop.reason)) }
        lines.append(("agent", launch.agentName + (launch.agent.map { " (\($0))" } ?? "")))
        lines += LaunchFactLines.of(launch)
        lines.append(("cost", CostText.of(launch, prices, at: now)))
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, text in
            name + String(repeating: " ", count: width + 2 - name.count) + harmless(text) + "\n"
        }.joined()
    }

    /// Where its agent took another job than the one that it was made for, each with its own run: indented below it.
    private static func jobs(
        _ launch: Launch, _ records: [LedgerRecord], _ deliveries: Deliveries
    ) -> [(String, String)] {
        let result = launch.ranResult.map { ", which \($0)" } ?? ""
        let ran = launch.ran.map { ("ran", "job request \($0)" + words(launch) + result) }
        let made = LaunchFactLines.of(launch.runMadeFor(records)) + told(deliveries.madeFor)
        guard launch.ranAnothersJob, let ran else {
            return [("for", purpose(launch))] + [ran].compactMap { $0 } + made
        }
        return [("made for", purpose(launch))] + made.map { ("  " + $0.0, $0.1) } + [ran]
            + (LaunchFactLines.of(launch.runOfAnothersJob) + told(deliveries.ran)).map { ("  " + $0.0, $0.1) }
    }

    /// ` (pipeline …, run …, job …)` of the other job.
    private static func words(_ launch: Launch) -> String {
        launch.ranOrigin.map { LaunchWords.job($0) } ?? ""
    }

    private static func told(_ deliveries: [Int64]) -> [(String, String)] {
        guard !deliveries.isEmpty else { return [] }
        return [("told by", deliveries.map { "delivery-\($0)" }.joined(separator: ", "))]
    }

    private static func purpose(_ launch: Launch) -> String {
        if launch.isWarm == true { return "jobs to come: it was kept warm" }
        guard let request = launch.request else {
            return launch.binding == nil
                ? "nobody: it was made by hand" : "a task that asked for its agent\(LaunchWords.job(launch.origin))"
        }
        let origin = launch.origin
        let run = [origin.pipelineName, origin.runName ?? origin.runID.map { "run \($0)" }, origin.jobName]
        let words = run.compactMap { $0 }.joined(separator: ", ")
        return "job request \(request)" + (words.isEmpty ? "" : " (\(words))")
            + (launch.ordinal > 1 ? ", launch \(launch.ordinal) for it" : "")
    }

    private static func state(_ launch: Launch, now: Timestamp) -> String {
        if launch.isOpen { return "\(launch.state.name) for \(DurationText.from(launch.stateSince, to: now))" }
        return "closed after \(DurationText.from(launch.createdAt, to: launch.stateSince))"
    }

    private static func timeline(_ launch: Launch, _ records: [LedgerRecord], now: Timestamp) -> String {
        var table = Table(["AT", "AFTER", "LASTED", "RECORD", "WHAT", "FACTS"])
        for (index, record) in records.enumerated() {
            let isLast = index + 1 == records.count
            let end = isLast ? (launch.isOpen ? now : nil) : records[index + 1].at
            table.add([
                record.at.description, DurationText.from(launch.createdAt, to: record.at),
                end.map { DurationText.from(record.at, to: $0) } ?? "", String(record.sequence), record.kind,
                LedgerFactsText(record).summary(except: ["version", "from"]),
            ])
        }
        return table.text
    }
}
