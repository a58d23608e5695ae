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

    /// The launch whose agent had it first.
    var server: Launch? { (launches.map(\.launch).filter { $0.ran == request } + ranBy).first }

    /// The first launch for it, if its agent was handed another job.
    var firstLaunchOfAnothersJob: Launch? {
        guard let first = launches.first?.launch, let ran = first.ran, ran != request else { return nil }
        return first
    }
}

extension Explanation {
    init(_ story: JobStory, _ prices: PriceBook, now: Timestamp) {
        self.init(kind: "job", subject: String(story.request.rawValue), summary: Self.summary(story, now: now))
        launches = story.launches.map(\.launch.id.rawValue)
        if let origin = story.origin, !LaunchWords.job(origin).isEmpty {
            say("It is\(LaunchWords.whichJob(origin)).")
        }
        if let queuedAt = story.origin?.queuedAt { say("It was queued.", at: queuedAt) }
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

    /// The answer: how long it waited for an agent, and for what.
    private static func summary(_ story: JobStory, now: Timestamp) -> String {
        let name = "Job request \(story.request)"
        if let server = story.server {
            var text = name + waited(story, server)
            if let other = story.firstLaunchOfAnothersJob, let ran = other.ran {
                text += " Its first agent, of launch \(other.id), was handed job request \(ran) instead."
            }
            return text
        }
        if let last = story.launches.last?.launch {
            if last.canTakeJob, last.orphanedAt == nil, let wait = JobWait(of: story, servedBy: nil, until: now) {
                let lasts = DurationText.of(milliseconds: wait.milliseconds)
                let parts = wait.partsText(servedBy: nil)
                return "\(name) has waited \(lasts) for an agent by now\(parts.isEmpty ? "" : ": \(parts)"). "
                    + LaunchWords.summary(last, now: now)
            }
            return "\(name): no agent of ours was seen to run it. " + LaunchWords.summary(last, now: now)
        }
        guard let decision = story.decisions.last, let reason = decision.factsByName.map(FactWords.init)?.text("reason")
        else { return "\(name): no launch was made for it." }
        return "\(name) \(decision.kind == "decision.refuse" ? "gets no launch" : "waited"): \(reason)."
    }

    /// What follows its name, with the end of the sentence.
    private static func waited(_ story: JobStory, _ server: Launch) -> String {
        let isOwn = story.launches.contains { $0.launch.id == server.id }
        let whose = isOwn ? "" : "the agent of launch \(server.id), which was made for \(purpose(of: server))"
        guard let busyAt = server.busyAt, let wait = JobWait(of: story, servedBy: server, until: busyAt) else {
            return isOwn
                ? " was run by the agent of launch \(server.id), and when it had it was not seen."
                : " was run by \(whose)."
        }
        let lasted = DurationText.of(milliseconds: wait.milliseconds)
        let parts = wait.partsText(servedBy: server)
        return " waited \(lasted) for an agent"
            + (wait.isFromQueueing ? "" : " after it was first decided on")
            + (parts.isEmpty ? "" : ": \(parts)") + (isOwn ? "." : ". It was run by \(whose).")
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
