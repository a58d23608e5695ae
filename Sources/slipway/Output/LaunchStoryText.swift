internal import SlipwayCore

/// A launch with its records, for a person: facts first, then the timeline with durations.
enum LaunchStoryText {
    static func of(_ launch: Launch, _ records: [LedgerRecord], _ prices: PriceBook, now: Timestamp) -> String {
        head(launch, prices, now: now) + "\n" + timeline(launch, records, now: now)
    }

    private static func head(_ launch: Launch, _ prices: PriceBook, now: Timestamp) -> String {
        var lines: [(String, String)] = [("launch", launch.id.rawValue), ("for", purpose(launch))]
        lines.append(("because", launch.reason))
        lines.append(("pool, profile", "\(launch.pool), \(launch.profile)"))
        lines.append(("state", state(launch, now: now)))
        if let outcome = launch.outcome { lines.append(("outcome", "\(outcome.kind.rawValue): \(outcome.reason)")) }
        if let problem = launch.lastProblem { lines.append(("last problem", problem)) }
        if let ran = launch.ran {
            lines.append(("ran", "job request \(ran)" + (launch.ranResult.map { ", which \($0)" } ?? "")))
        }
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
