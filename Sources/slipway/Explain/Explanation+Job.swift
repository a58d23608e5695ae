internal import SlipwayCore
internal import SlipwaySQLite

/// All that is stored about a job request.
struct JobStory {
    var request: JobRequestID
    var origin: JobOrigin?
    /// Oldest first, each with its records.
    var launches: [(launch: Launch, records: [LedgerRecord])]
    /// Why it waited or was refused, oldest first.
    var decisions: [LedgerRecord]
    /// What announced it, oldest first.
    var deliveries: [StoredDelivery]
    /// Launches of others whose agent ran it.
    var ranBy: [Launch]
}

extension Explanation {
    init(_ story: JobStory, _ prices: PriceBook, now: Timestamp) {
        self.init(kind: "job", subject: String(story.request.rawValue), summary: Self.summary(story, now: now))
        launches = story.launches.map(\.launch.id.rawValue)
        if let origin = story.origin, !LaunchWords.job(origin).isEmpty {
            say("It is\(LaunchWords.whichJob(origin)).")
        }
        tellOfDeliveries(story)
        tellOfDecisions(story)
        for (launch, records) in story.launches {
            say("Launch \(launch.id), the \(launch.ordinal). for it:")
            tell(launch, records, prices, now: now)
        }
        if story.launches.isEmpty { say("No launch was made for it alone.") }
        for launch in story.ranBy { say("The agent of launch \(launch.id) ran it: see slipway explain \(launch.id).") }
    }

    private static func purpose(of launch: Launch) -> String {
        if launch.isWarm == true { return "jobs to come, and was there before it" }
        if launch.binding != nil { return "a task that asked for its agent" }
        return launch.request.map { "job request \($0)" } ?? "whichever job comes, by hand"
    }

    private static func summary(_ story: JobStory, now: Timestamp) -> String {
        let name = "Job request \(story.request)"
        if let last = story.launches.last?.launch {
            if let busy = story.launches.map(\.launch).first(where: { $0.ran == story.request })?.busyAt {
                let since = story.launches[0].launch.createdAt
                return
                    "\(name) had an agent \(DurationText.from(since, to: busy)) after the first launch for it was decided on."
            }
            if let other = story.ranBy.first {
                return "\(name) was run by the agent of launch \(other.id), which was made for \(purpose(of: other))."
            }
            return "\(name): no agent of ours was seen to run it. " + LaunchWords.summary(last, now: now)
        }
        if let other = story.ranBy.first {
            return "\(name) was run by the agent of launch \(other.id), which was made for \(purpose(of: other))."
        }
        guard let decision = story.decisions.last, let reason = decision.factsByName.map(FactWords.init)?.text("reason")
        else { return "\(name): no launch was made for it." }
        return "\(name) \(decision.kind == "decision.refuse" ? "gets no launch" : "waited"): \(reason)."
    }

    private mutating func tellOfDeliveries(_ story: JobStory) {
        for delivery in story.deliveries {
            let state = delivery.hint.map { "\($0.scope.rawValue) \($0.state.rawValue)" } ?? "it"
            let isRepeated = delivery.duplicateOf != nil ? ", once more" : ""
            say("delivery-\(delivery.number) announced: \(state)\(isRepeated).", at: delivery.receivedAt)
        }
        if story.deliveries.isEmpty {
            say("No delivery that is kept announced it: a sweep found it, or the ids of its events are not known here.")
        }
    }

    private mutating func tellOfDecisions(_ story: JobStory) {
        let firstLaunch = story.launches.first?.launch.createdAt
        for (index, record) in story.decisions.enumerated() {
            guard let words = record.factsByName.map(FactWords.init) else { continue }
            let reason = words.text("reason") ?? "no reason is recorded"
            let next = index + 1 < story.decisions.count ? story.decisions[index + 1].at : firstLaunch
            let lasted =
                next.flatMap { $0 > record.at ? " That lasted \(DurationText.from(record.at, to: $0))." : nil } ?? ""
            switch record.kind {
            case "decision.hold": say("It waited: \(reason).\(lasted)", at: record.at)
            case "decision.refuse": say("No launch was to be made for it: \(reason).", at: record.at)
            case "decision.stop":
                say("Launch \(words.text("launch") ?? "?") was to be stopped: \(reason).", at: record.at)
            default: say("\(record.kind): \(reason).", at: record.at)
            }
        }
    }
}
