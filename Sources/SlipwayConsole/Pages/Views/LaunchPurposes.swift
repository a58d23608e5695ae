internal import SlipwayCore

/// Whose job a launch was made for, and whose its agent took: side by side, so that nobody takes one for the other.
struct LaunchPurposes {
    let madeFor: [ShownFact]
    /// Empty: its agent took none, or the one that it was made for.
    let ran: [ShownFact]

    init(_ story: LaunchDossier, _ links: ServiceLinks) {
        let launch = story.launch
        // Which run a record is about follows from those before it.
        let records = story.records.map { $0.hasOlder ? [] : $0.records.compactMap(\.record) } ?? []
        let request = launch.request.map {
            ShownFact(
                "Job request", "\($0), launch \(launch.ordinal) for it",
                href: PageLink.to("/ledger", [("subject", $0.ledgerSubject)]))
        }
        let result = launch.ranResult.map { ShownFact("Result", $0) }
        let reason = ShownFact("Made because", launch.reason)
        // Where the launch knows of one run alone, that is the one, whether records are there or not.
        let madeForRun = launch.runMadeFor(records) ?? (launch.ranAnothersJob ? nil : launch.run)
        let made = Self.job(launch.origin, madeForRun, links)
        guard launch.ranAnothersJob, let other = launch.ran else {
            let own = launch.ran.map { ShownFact("Ran job request", "\($0)") }
            madeFor = ([reason] + made + [request, own, result]).compactMap { $0 }
            ran = []
            return
        }
        madeFor = ([reason] + made + [request]).compactMap { $0 }
        let ranRequest = ShownFact(
            "Job request", "\(other)" + (launch.request == nil ? "" : ", which the pool gave its agent instead"),
            href: PageLink.to("/ledger", [("subject", other.ledgerSubject)]))
        ran =
            Self.job(launch.ranOrigin ?? JobOrigin(), launch.runOfAnothersJob, links) + [ranRequest]
            + [result].compactMap { $0 }
    }

    private static func job(_ origin: JobOrigin, _ run: RunFacts?, _ links: ServiceLinks) -> [ShownFact] {
        let source = [
            [run?.repository, run?.branch].compactMap { $0 }.joined(separator: " "),
            run?.commit.map { "at \($0)" } ?? "",
            run?.cause.map { "(\($0))" } ?? "",
        ].filter { !$0.isEmpty }.joined(separator: " ")
        let facts: [ShownFact?] = [
            origin.pipelineName.map { ShownFact("Pipeline", $0 + (origin.pipelineID.map { " (\($0))" } ?? "")) },
            (origin.runName ?? origin.runID.map(String.init)).map { ShownFact("Run", $0, href: links.run(origin)) },
            origin.jobName.map { ShownFact("Job", $0) },
            origin.projectID.map {
                ShownFact("Project", run?.projectName ?? $0, href: PageLink.to("/launches", [("project", $0)]))
            },
            (run?.requestedFor ?? run?.requestedBy).map { ShownFact("Queued by", $0) },
            source.isEmpty ? nil : ShownFact("Source", source),
        ]
        return facts.compactMap { $0 }
    }
}

/// The time before a launch was made, in which its job waited already.
struct Queueing {
    let queuedAt: Timestamp
    let bars: [(name: String, from: Timestamp, to: Timestamp)]

    /// Nil: it was made for no job, or its queueing is not known.
    init?(_ story: LaunchDossier) {
        let launch = story.launch
        guard launch.request != nil || launch.binding != nil, let queuedAt = launch.origin.queuedAt,
            queuedAt < launch.createdAt
        else { return nil }
        self.queuedAt = queuedAt
        // Where there are older records than these, the first hold is not known.
        let holds = story.decisions?.hasOlder == true ? [] : story.decisions?.records ?? []
        let heldAt = holds.compactMap(\.record).first {
            $0.kind == "decision.hold" && $0.at >= queuedAt && $0.at < launch.createdAt
        }?.at
        var bars: [(name: String, from: Timestamp, to: Timestamp)] = [("Queued", queuedAt, heldAt ?? launch.createdAt)]
        if let heldAt { bars.append(("Held", heldAt, launch.createdAt)) }
        self.bars = bars
    }
}
