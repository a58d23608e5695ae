internal import SlipwayCore

extension Explanation {
    /// A launch by itself.
    ///
    /// - Parameter booking: the records about the booking that it was made for, if any.
    init(
        _ launch: Launch, _ records: [LedgerRecord], booking: [LedgerRecord] = [], _ prices: PriceBook, now: Timestamp
    ) {
        self.init(kind: "launch", subject: launch.id.rawValue, summary: LaunchWords.summary(launch, now: now))
        launches = [launch.id.rawValue]
        if let request = launch.request {
            say("It was made for job request \(request)\(LaunchWords.job(launch.origin)).")
        } else if launch.binding != nil {
            say(
                "It was made for a pipeline's task that asked for the agent \(launch.agentName)"
                    + "\(LaunchWords.job(launch.origin)).")
        } else if launch.isWarm == true {
            say("It was made ahead of the jobs that come, to be kept warm.")
        } else {
            say("It was made by hand.")
        }
        tell(launch, records, booking: booking, prices, now: now)
    }

    /// Its course, from its records; then who and what, phases and cost.
    mutating func tell(
        _ launch: Launch, _ records: [LedgerRecord], booking: [LedgerRecord] = [], _ prices: PriceBook, now: Timestamp
    ) {
        for record in (records + booking).sorted(by: { $0.sequence < $1.sequence }) {
            let isOfLaunch = record.subject == launch.id.rawValue
            let sentences = isOfLaunch ? RecordWords.sentences(record, launch) : BookingWords.sentences(record)
            for sentence in sentences { say(sentence, at: record.at) }
        }
        if records.isEmpty { say("The ledger has no record of it: run slipway ledger verify.") }
        if let run = launch.runMadeFor(records) {
            say((launch.ranAnothersJob ? "The run that it was made for" : "Its run") + Self.queueing(run))
        }
        if let origin = launch.ranOrigin, !LaunchWords.job(origin).isEmpty {
            say("The job that it ran is\(LaunchWords.whichJob(origin)).")
        }
        if let run = launch.runOfAnothersJob { say("The run that it ran a job of" + Self.queueing(run)) }
        if let facts = launch.agentTaskFacts {
            let image = [facts.image, facts.imageDigest].compactMap { $0 }.joined(separator: " ")
            let size = LaunchFactLines.size(facts)
            say("What ran: \(image.isEmpty ? "an image that the cluster did not name" : image), on \(size).")
        }
        let phases = LaunchWords.phases(launch)
        if !phases.isEmpty { say("It took " + phases.joined(separator: ", ") + ".") }
        say("Cost: \(CostText.of(launch, prices, at: now)).")
    }

    /// The rest of a sentence.
    private static func queueing(_ run: RunFacts) -> String {
        let source = LaunchFactLines.source(run)
        let who = run.requestedFor ?? run.requestedBy
        return " was queued" + (who.map { " by \($0)" } ?? "") + (source.isEmpty ? "." : ", from \(source).")
    }
}
